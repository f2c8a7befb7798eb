import assert from 'node:assert/strict';

import { eventsOf, type Json, Pool, send, text } from './client';

const identity = { userAgent: 'Test/1.0', endpointId: 'e-1', culture: 'en-US' };

const tooLong = 'x'.repeat(101);

describe('simulator applications', () => {
  const pool = new Pool();
  let now = 1_795_132_800_000;

  afterEach(async () => {
    await pool.stop();
  });

  it('#23 creates a complete application with links, four dashboards and an etag', async () => {
    const { origin } = await pool.start();
    const headers = { Authorization: `Bearer ${await pool.ticketOf('confer')}` };

    const answer = await send('POST', `${origin}/ucwa/oauth/v1/applications`, { headers, body: identity });

    const { json } = answer;
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.etag, `"${text(json.etag)}"`);
    assert.match(text(json._links?.self?.href), /^\/ucwa\/oauth\/v1\/applications\/\d+$/);
    assert.match(text(json._links?.events?.href), /\/events\?ack=1$/);
    assert.deepEqual(Object.keys(json._links ?? {}).sort(), ['batch', 'events', 'policies', 'reportMyNetwork', 'self']);
    assert.deepEqual(Object.keys(json._embedded ?? {}), ['me', 'people', 'onlineMeetings', 'communication']);
    assert.equal(json.rel, 'application');
    assert.equal(json._embedded?.me?.uri, 'sip:confer@contoso.com');
    const passBack = Object.values(json._embedded.communication ?? {}) as unknown[];
    assert.ok(passBack.includes('please pass this in a PUT request'));
  });

  for (const name of ['userAgent', 'endpointId', 'culture']) {
    for (const [kind, value] of [
      ['missing', undefined],
      ['empty', ''],
      ['101 characters long', tooLong],
    ] as const) {
      it(`#24 refuses a ${kind} ${name} with 400 and names it`, async () => {
        const { origin } = await pool.start();
        const headers = { Authorization: `Bearer ${await pool.ticketOf('confer')}` };

        const body = { ...identity, [name]: value };
        const answer = await send('POST', `${origin}/ucwa/oauth/v1/applications`, { headers, body });

        assert.equal(answer.status, 400);
        assert.equal(answer.json.code, 'BadRequest');
        assert.equal(answer.json.subcode, 'ParameterValidationFailure');
        assert.equal(answer.json.parameters?.[0]?.name, name);
      });
    }
  }

  it('#25 gives the same identity the same application, and answers 200 for the same instance', async () => {
    const { origin } = await pool.start();
    const first = await pool.signIn('confer', { ...identity, instanceId: 'tab-1' });
    const headers = { Authorization: `Bearer ${first.token}` };
    const href = `${origin}/ucwa/oauth/v1/applications`;

    const again = await send('POST', href, { headers, body: { ...identity, instanceId: 'tab-1' } });
    const other = await send('POST', href, { headers, body: { ...identity, endpointId: 'e-2' } });

    assert.equal(again.status, 200);
    assert.equal(again.json.id, first.application.id);
    assert.equal(other.status, 201);
    assert.notEqual(other.json.id, first.application.id);
  });

  it('#26 gives two instances independent event channels, and deleting one keeps the other', async () => {
    await pool.start();
    const one = await pool.signIn('confer', { ...identity, instanceId: 'tab-1' });
    const two = await pool.signIn('confer', { ...identity, instanceId: 'tab-2' });

    const conversation = await one.startMeeting();
    const seenByTwo = await two.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');
    const deleted = await one.send('DELETE', one.self);
    const gone = await one.send('GET', one.self);
    const kept = await two.send('GET', two.self);

    assert.notEqual(one.link('events'), two.link('events'));
    assert.ok(seenByTwo.some(({ href }) => href === conversation));
    assert.equal(deleted.status, 204);
    assert.equal(gone.status, 404);
    assert.equal(kept.status, 200);
    assert.equal((await one.send('GET', one.link('events'))).status, 404);
  });

  it('#27 takes input property names in any case', async () => {
    const { origin } = await pool.start();
    const headers = { Authorization: `Bearer ${await pool.ticketOf('confer')}` };

    const body = { UserAgent: 'Test/1.0', ENDPOINTID: 'e-1', culture: 'en-US' };
    const answer = await send('POST', `${origin}/ucwa/oauth/v1/applications`, { headers, body });

    assert.equal(answer.status, 201);
    assert.equal(answer.json.endpointId, 'e-1');
  });

  it('takes inputs from the query string, and the body wins', async () => {
    const { origin } = await pool.start();
    const headers = { Authorization: `Bearer ${await pool.ticketOf('confer')}` };

    const query = new URLSearchParams({ ...identity, culture: 'de-DE' }).toString();
    const href = `${origin}/ucwa/oauth/v1/applications?${query}`;
    const answer = await send('POST', href, { headers, body: { culture: 'cs-CZ' } });

    assert.equal(answer.json.culture, 'cs-CZ');
    assert.equal(answer.json.userAgent, 'Test/1.0');
  });

  it('#28 answers a required version above the supported one with 404 APIVersionNotSupported', async () => {
    const { origin } = await pool.start();
    const bearer = { Authorization: `Bearer ${await pool.ticketOf('confer')}` };
    const href = `${origin}/ucwa/oauth/v1/applications`;

    const [tooNew, supported] = await Promise.all(
      ['3', '2'].map(async (version) =>
        send('POST', href, { headers: { ...bearer, 'X-MS-RequiresMinResourceVersion': version }, body: identity }),
      ),
    );

    assert.equal(tooNew?.status, 404);
    assert.equal(tooNew.json.code, 'NotFound');
    assert.equal(tooNew.json.subcode, 'APIVersionNotSupported');
    assert.equal(tooNew.headers['x-ms-ucwaversion'], '2.0');
    assert.equal(supported?.status, 201);
  });

  it('#29 links startOnlineMeeting with ?onlineMeetingUri=adhoc', async () => {
    await pool.start();
    const client = await pool.signIn();

    assert.match(client.link('startOnlineMeeting', 'communication'), /\?onlineMeetingUri=adhoc$/);
  });

  it('#30 answers GET application with its ETag, and 304 when the caller has it', async () => {
    await pool.start();
    const client = await pool.signIn();

    const full = await client.send('GET', client.self);
    const etag = full.headers.etag ?? '';
    const quoted = await client.send('GET', client.self, { headers: { 'If-None-Match': etag } });
    const bare = await client.send('GET', client.self, { headers: { 'If-None-Match': etag.replace(/"/g, '') } });

    assert.equal(full.status, 200);
    assert.equal(full.json.rel, 'application');
    assert.deepEqual([quoted.status, quoted.text, bare.status], [304, '', 304]);
  });

  it('#31 deletes an application: later requests are 404 ApplicationNotFound and its conversations end', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.startMeeting();

    const deleted = await client.send('DELETE', client.self);
    const later = await client.send('GET', client.meetings);
    const again = await client.send('DELETE', client.self);
    const state = await send('GET', `${pool.running.origin}/_sim/state`);

    assert.equal(deleted.status, 204);
    assert.deepEqual([later.status, later.json.subcode as unknown], [404, 'ApplicationNotFound']);
    assert.equal(again.status, 404);
    assert.ok(!state.text.includes('"role": "Leader"'), 'nobody is left in a meeting');
  });

  it('releases a held P-GET of a deleted application with 404', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();

    const held = client.send('GET', client.link('events'));
    await pool.untilHeld();
    await client.send('DELETE', client.self);

    assert.equal((await held).status, 404);
  });

  for (const [shown, expiredApplicationStatus, subcode] of [
    ['404', 404, 'ApplicationNotFound'],
    ['410', 410, 'InactiveApplicationExpired'],
  ] as const) {
    it(`#32 ends an application after 15 minutes without P-GET with ${shown}`, async () => {
      await pool.start({ clock: { now: () => now }, switches: { expiredApplicationStatus } });
      const client = await pool.signIn();

      now += 14 * 60_000;
      await client.poll();
      now += 15 * 60_000;
      const before = await client.send('GET', client.self);
      now += 1000;
      const after = await client.send('GET', client.self);

      assert.equal(before.status, 200);
      assert.deepEqual([after.status, after.json.subcode as unknown], [expiredApplicationStatus, subcode]);
    });
  }

  it('#33 puts out the oldest application beyond the limit with 410 TooManyApplications', async () => {
    await pool.start({ switches: { applicationLimit: 2 } });
    const [oldest, second] = [
      await pool.signIn('confer', { endpointId: '1' }),
      await pool.signIn('confer', { endpointId: '2' }),
    ];

    await pool.signIn('confer', { endpointId: '3' });
    const out = await oldest.send('GET', oldest.self);
    const kept = await second.send('GET', second.self);

    assert.deepEqual([out.status, out.json.subcode as unknown], [410, 'TooManyApplications']);
    assert.equal(kept.status, 200);
  });

  it('#34 refuses a disallowed user agent with 403 on create and 410 on an existing application', async () => {
    const { origin } = await pool.start();
    const client = await pool.signIn();
    await pool.control('/switches', { disallowedUserAgents: ['Test/1.0'] });

    const existing = await client.send('GET', client.self);
    const created = await client.send('POST', `${origin}/ucwa/oauth/v1/applications`, { body: identity });

    assert.deepEqual([existing.status, existing.json.subcode as unknown], [410, 'UserAgentNotAllowed']);
    assert.deepEqual([created.status, created.json.subcode as unknown], [403, 'None']);
  });

  it('#35 answers reportMyActivity with 409 before makeMeAvailable and 204 after', async () => {
    await pool.start();
    const client = await pool.signIn();
    const href = `${client.self}/me/reportMyActivity`;

    const before = await client.send('POST', href);
    await client.send('POST', client.link('makeMeAvailable', 'me'), { body: { supportedModalities: ['Messaging'] } });
    const after = await client.send('POST', href);

    assert.deepEqual([before.status, before.json.subcode as unknown], [409, 'MakeMeAvailableRequired']);
    assert.equal(after.status, 204);
  });

  it('#36 answers a second makeMeAvailable with 409; the link goes and me is updated', async () => {
    await pool.start();
    const client = await pool.signIn();
    const href = client.link('makeMeAvailable', 'me');

    const first = await client.send('POST', href, { body: { signInAs: 'Online' } });
    const second = await client.send('POST', href, { body: { signInAs: 'Online' } });
    const events = await client.eventsUntil(({ name }) => name === 'updated me');
    const me = await client.send('GET', `${client.self}/me`);

    assert.equal(first.status, 204);
    assert.deepEqual([second.status, second.json.subcode as unknown], [409, 'AlreadyExists']);
    assert.equal(events[0]?.sender, 'me');
    assert.deepEqual(Object.keys(me.json._links ?? {}), ['self', 'reportMyActivity']);
  });

  it('refuses modalities other than Messaging and PhoneAudio', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('POST', client.link('makeMeAvailable', 'me'), {
      body: { supportedModalities: ['Video'] },
    });

    assert.equal(answer.status, 403);
  });

  it('#37 gives guests no people and no onlineMeetings, and 403 AnonymousNotAllowed for presence', async () => {
    const { origin } = await pool.start();
    const form = new URLSearchParams({
      grant_type: 'urn:microsoft.rtc:anonmeeting',
      password: '7QX2MZ4K',
      ms_rtc_conferenceuri: 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K',
    });
    const token = await send('POST', `${origin}/WebTicket/oauthtoken`, { body: form.toString() });
    const headers = { Authorization: `Bearer ${text(token.json.access_token)}` };

    const application = await send('POST', `${origin}/ucwa/oauth/v1/applications`, { headers, body: identity });
    const self = `${origin}${text(application.json._links?.self?.href)}`;
    const presence = await Promise.all(
      ['makeMeAvailable', 'reportMyActivity'].map(async (rel) => send('POST', `${self}/me/${rel}`, { headers })),
    );

    assert.deepEqual(Object.keys(application.json._embedded ?? {}), ['me', 'communication']);
    for (const { status, json } of presence) {
      assert.deepEqual([status, json.subcode as unknown], [403, 'AnonymousNotAllowed']);
    }
  });

  it('answers what it does not simulate with 501 naming it', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('POST', client.link('batch'));

    assert.equal(answer.status, 501);
    assert.equal(answer.json.code, 'NotImplemented');
    assert.match(text(answer.json.message), /POST \/ucwa\/oauth\/v1\/applications\/\d+\/batch/);
  });

  it('answers policies, and reportMyNetwork with 204', async () => {
    await pool.start();
    const client = await pool.signIn();

    const policies: Json = (await client.send('GET', client.link('policies'))).json;
    const network = await client.send('POST', client.link('reportMyNetwork'), { body: {} });

    assert.equal(policies.rel, 'policies');
    assert.equal(network.status, 204);
    assert.deepEqual(eventsOf(policies), []);
  });
});
