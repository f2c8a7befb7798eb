import assert from 'node:assert/strict';

import { type Answer, Client, send, text } from '../simulator/client';

import { behaviour } from './behaviour';
import { passBackNames, type Site } from './site';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const tooLong = 'x'.repeat(101);
const minute = 60_000;

/** Asks for an application; one that was made is ended with the site. */
async function create(site: Site, body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { href, token } = await site.applications();
  const answer = await send('POST', href, { headers: { Authorization: `Bearer ${token}`, ...more }, body });
  if (answer.status < 300) site.keep(new Client(new URL(href).origin, token, answer.json));
  return answer;
}

behaviour(23, async (site) => {
  await site.open();

  const answer = await create(site, site.identity());

  const { json } = answer;
  assert.equal(answer.status, 201);
  for (const rel of ['self', 'events', 'batch', 'policies']) assert.match(text(json._links?.[rel]?.href), /./, rel);
  for (const rel of ['me', 'people', 'onlineMeetings', 'communication']) {
    assert.equal(json._embedded?.[rel]?.rel, rel);
    assert.match(text(json._embedded[rel]._links?.self?.href), /./, rel);
  }
  assert.equal(json.rel, 'application');
  assert.match(text(json.etag), /^\S+$/);
  assert.match(text(json._embedded?.me?.uri), /^sip:\S+@\S+$/);
  assert.equal(passBackNames(json._embedded?.communication).length, 1);
});

behaviour(24, async (site) => {
  await site.open();

  for (const name of ['userAgent', 'endpointId', 'culture']) {
    for (const value of [undefined, '', tooLong]) {
      const answer = await create(site, { ...site.identity(), [name]: value });

      assert.deepEqual([answer.status, answer.json.code as unknown], [400, 'BadRequest'], name);
      assert.equal(answer.json.subcode, 'ParameterValidationFailure');
      assert.equal(answer.json.parameters?.[0]?.name, name);
    }
  }
});

behaviour(25, async (site) => {
  await site.open();
  const identity = { ...site.identity(), type: 'Browser', instanceId: 'tab-1' };

  const first = await create(site, identity);
  const again = await create(site, identity);
  const tab = await create(site, { ...identity, instanceId: 'tab-2' });
  const other = await create(site, { ...identity, endpointId: site.identity().endpointId });

  assert.deepEqual([first.status, again.status, other.status], [201, 200, 201]);
  assert.deepEqual([again.json.id, tab.json.id] as unknown[], [first.json.id, first.json.id]);
  assert.notEqual(other.json.id, first.json.id);
});

behaviour(26, async (site) => {
  await site.open();
  const identity = { ...site.identity(), type: 'Browser' };
  const one = await site.signIn(undefined, { ...identity, instanceId: 'tab-1' });
  const two = await site.signIn(undefined, { ...identity, instanceId: 'tab-2' });

  const { conversation } = await site.enter(one);
  const seenByTwo = await two.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');
  const deleted = await one.send('DELETE', one.self);
  const gone = await one.send('GET', one.link('events'));
  const kept = await two.send('GET', two.self);

  assert.notEqual(one.link('events'), two.link('events'));
  assert.ok(seenByTwo.some(({ href }) => href === conversation));
  assert.deepEqual([deleted.status, gone.status, kept.status], [204, 404, 200]);
});

behaviour(27, async (site) => {
  await site.open();
  const { userAgent, endpointId, culture } = site.identity();

  const answer = await create(site, { UserAgent: userAgent, ENDPOINTID: endpointId, Culture: culture });

  assert.equal(answer.status, 201);
  assert.equal(answer.json.endpointId, endpointId);
});

behaviour(28, async (site) => {
  await site.open();

  const tooNew = await create(site, site.identity(), { 'X-MS-RequiresMinResourceVersion': '99' });
  const supported = await create(site, site.identity(), { 'X-MS-RequiresMinResourceVersion': '2' });

  assert.deepEqual([tooNew.status, supported.status], [404, 201]);
  assert.deepEqual([tooNew.json.code, tooNew.json.subcode] as unknown[], ['NotFound', 'APIVersionNotSupported']);
  for (const { headers } of [tooNew, supported]) assert.match(String(headers['x-ms-ucwaversion']), /^\d/);
});

behaviour(29, async (site) => {
  await site.open();
  const client = await site.signIn();

  assert.match(client.link('startOnlineMeeting', 'communication'), /\?onlineMeetingUri=adhoc/);
});

behaviour(30, async (site) => {
  await site.open();
  const client = await site.signIn();

  const full = await client.send('GET', client.self);
  const unchanged = await client.send('GET', client.self, { headers: { 'If-None-Match': full.headers.etag ?? '' } });

  assert.equal(full.status, 200);
  assert.equal(full.json.rel, 'application');
  assert.match(full.headers.etag ?? '', /^"[^"]+"$/);
  assert.deepEqual([unchanged.status, unchanged.text], [304, '']);
});

behaviour(31, async (site) => {
  await site.open();
  const client = await site.signIn();
  const { conversation } = await site.enter(client);

  const deleted = await client.send('DELETE', client.self);

  assert.equal(deleted.status, 204);
  for (const href of [client.self, client.meetings, conversation]) {
    const later = await client.send('GET', href);
    assert.deepEqual([later.status, later.json.subcode as unknown], [404, 'ApplicationNotFound']);
  }
});

behaviour(32, async (site) => {
  let now = 1_795_132_800_000;
  await site.simulate({ clock: { now: () => now } });

  for (const [status, subcode] of [
    [404, 'ApplicationNotFound'],
    [410, 'InactiveApplicationExpired'],
  ] as const) {
    await site.pool.control('/switches', { expiredApplicationStatus: status });
    const client = await site.signIn();
    now += 14 * minute;
    await client.poll();
    now += 15 * minute;
    const before = await client.send('GET', client.self);
    now += 1000;
    const after = await client.send('GET', client.self);

    assert.equal(before.status, 200);
    assert.deepEqual([after.status, after.json.subcode as unknown], [status, subcode]);
  }
});

behaviour(33, async (site) => {
  await site.simulate({ switches: { applicationLimit: 2 } });
  const [oldest, second] = [await site.signIn(), await site.signIn()];

  await site.signIn();
  const out = await oldest.send('GET', oldest.self);
  const kept = await second.send('GET', second.self);

  assert.deepEqual([out.status, out.json.subcode as unknown], [410, 'TooManyApplications']);
  assert.equal(kept.status, 200);
});

behaviour(34, async (site) => {
  await site.simulate();
  const client = await site.signIn();
  await site.pool.control('/switches', { disallowedUserAgents: [site.identity().userAgent] });

  const existing = await client.send('GET', client.self);
  const created = await create(site, site.identity());

  assert.deepEqual([existing.status, existing.json.subcode as unknown], [410, 'UserAgentNotAllowed']);
  assert.deepEqual([created.status, created.json.subcode as unknown], [403, 'None']);
});

behaviour(35, async (site) => {
  await site.simulate();
  const client = await site.signIn();
  // There is no link before makeMeAvailable, so the place is known from the documentation only.
  const href = `${client.link('self', 'me')}/reportMyActivity`;

  const before = await client.send('POST', href);
  await client.send('POST', client.link('makeMeAvailable', 'me'), { body: { supportedModalities: ['Messaging'] } });
  const after = await client.send('POST', href);
  const me = await client.send('GET', client.link('self', 'me'));

  assert.deepEqual([before.status, before.json.subcode as unknown], [409, 'MakeMeAvailableRequired']);
  assert.equal(after.status, 204);
  assert.equal(me.json._links?.reportMyActivity?.href, href);
});

behaviour(36, async (site) => {
  await site.simulate();
  const client = await site.signIn();
  const href = client.link('makeMeAvailable', 'me');

  const first = await client.send('POST', href, { body: { signInAs: 'Online' } });
  const second = await client.send('POST', href, { body: { signInAs: 'Online' } });
  const events = await client.eventsUntil(({ name }) => name === 'updated me');
  const me = await client.send('GET', client.link('self', 'me'));

  assert.equal(first.status, 204);
  assert.deepEqual([second.status, second.json.subcode as unknown], [409, 'AlreadyExists']);
  assert.equal(events[0]?.sender, 'me');
  assert.equal(me.json._links?.makeMeAvailable, undefined);
});

behaviour(37, async (site) => {
  await site.simulate();

  const guest = await site.guest(budgetSync);
  const presence = await Promise.all(
    ['makeMeAvailable', 'reportMyActivity'].map(async (rel) =>
      guest.send('POST', `${guest.link('self', 'me')}/${rel}`),
    ),
  );

  assert.deepEqual(Object.keys(guest.application._embedded ?? {}), ['me', 'communication']);
  for (const { status, json } of presence) {
    assert.deepEqual([status, json.subcode as unknown], [403, 'AnonymousNotAllowed']);
  }
});
