import assert from 'node:assert/strict';

import { type Answer, assertHas, type Client, type Json, list, Pool, text } from './client';

const DAY_MS = 86_400_000;

const now = Date.UTC(2026, 10, 20, 9);
const ineligible = [
  ['an access level taken away by policy', 'jonas.weber', { accessLevel: 'Everyone' }],
  ['an unknown access level', 'confer', { accessLevel: 'Public' }],
  ['announcements where they are unsupported', 'omar.haddad', { entryExitAnnouncement: 'Enabled' }],
  ['phone admission without the right', 'omar.haddad', { phoneUserAdmission: 'Enabled' }],
  ['an attendee outside the organization', 'confer', { attendees: ['sip:megan@fabrikam.com'] }],
  ['an attendee without sip:', 'confer', { attendees: ['lukas.holm@contoso.com'] }],
  ['a leader that is no URI', 'confer', { leaders: ['sip : john@contoso.com'] }],
  ['1,001 attendees', 'confer', { attendees: Array.from({ length: 1001 }, (_, n) => `sip:p${String(n)}@contoso.com`) }],
  ['a subject of 251 characters', 'confer', { subject: 'x'.repeat(251) }],
  ['a description beyond 32 KiB', 'confer', { description: 'x'.repeat(32 * 1024 + 1) }],
  ['an expiry that is no date', 'confer', { expirationTime: 'tomorrow' }],
] as const;
const expiries = (
  [
    [-367, 400],
    [-364, 201],
    [3651, 201],
    [3654, 400],
  ] as const
).map(([days, status]) => ({ days, status, shown: `${String(days)} days from now with ${String(status)}` }));

describe('simulator myOnlineMeetings', () => {
  const pool = new Pool();
  const clock = { now: (): number => now };

  afterEach(async () => {
    await pool.stop();
  });

  async function create(client: Client, body: unknown = {}): Promise<Answer> {
    return client.send('POST', client.meetings, { body });
  }

  it('#76 answers the collection with arrays in _embedded and no ETag', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('GET', client.meetings);

    const assigned = list(answer.json._embedded?.myAssignedOnlineMeeting);
    const scheduled = list(answer.json._embedded?.myOnlineMeeting);
    assert.equal(answer.headers.etag, undefined);
    assert.deepEqual([assigned.length, scheduled.length], [1, 4]);
    assert.equal(assigned[0]?.onlineMeetingRel, 'myAssignedOnlineMeeting');
    for (const item of scheduled) {
      assert.match(text(item._links?.self?.href), new RegExp(`/${text(item.onlineMeetingId)}$`));
      assert.match(text(item.etag), /^\d+$/);
      assert.deepEqual(passBackNames(item), []);
    }
  });

  it('#77 creates a meeting with all defaults from an empty body', async () => {
    const { origin } = await pool.start({ clock });
    const client = await pool.signIn('petra.novak');

    const answer = await create(client);

    const { json } = answer;
    const id = text(json.onlineMeetingId);
    assert.equal(answer.status, 201);
    assert.match(id, /^[A-Z0-9]{8}$/);
    assertHas(json, {
      accessLevel: 'SameEnterprise',
      automaticLeaderAssignment: 'Disabled',
      entryExitAnnouncement: 'Disabled',
      lobbyBypassForPhoneUsers: 'Disabled',
      phoneUserAdmission: 'Enabled',
      subject: '',
      description: '',
      attendees: [],
      leaders: [],
      expirationTime: `/Date(${String(now + 8 * 3_600_000)})/`,
      onlineMeetingUri: `sip:petra.novak@contoso.com;gruu;opaque=app:conf:focus:id:${id}`,
      onlineMeetingRel: 'myOnlineMeetings',
      organizerUri: 'sip:petra.novak@contoso.com',
      joinUrl: `${origin}/meet/petra.novak/${id}`,
      rel: 'myOnlineMeeting',
    });
  });

  it('creates a meeting from the documentation’s own request', async () => {
    await pool.start({ clock });
    const client = await pool.signIn();
    const body = {
      accessLevel: 'None',
      attendees: ['sip:johndoe@contoso.com', 'sip:janedoe@contoso.com'],
      automaticLeaderAssignment: 'Disabled',
      description: "We'll be meeting to review the sales numbers.",
      entryExitAnnouncement: 'Enabled',
      expirationTime: `/Date(${String(now + DAY_MS)})/`,
      leaders: ['sip:aikc@contoso.com'],
      lobbyBypassForPhoneUsers: 'Disabled',
      phoneUserAdmission: 'Disabled',
      subject: 'Quarterly sales numbers',
    };

    const answer = await create(client, body);

    assert.equal(answer.status, 201);
    assertHas(answer.json, { ...body, accessLevel: 'SameEnterprise' });
  });

  for (const [title, account, body] of ineligible) {
    it(`#78 refuses ${title} with 400 and names the property`, async () => {
      await pool.start();
      const client = await pool.signIn(account);

      const answer = await create(client, body);

      assert.equal(answer.status, 400);
      assert.equal(answer.json.subcode, 'ParameterValidationFailure');
      assert.equal(answer.json.parameters?.[0]?.name, Object.keys(body)[0]);
    });
  }

  for (const { days, shown, status } of expiries) {
    it(`#79 answers an expirationTime ${shown}`, async () => {
      await pool.start({ clock });
      const client = await pool.signIn();

      const answer = await create(client, { expirationTime: new Date(now + days * DAY_MS).toISOString() });

      assert.equal(answer.status, status);
    });
  }

  it('#80 takes an ISO date and answers \\/Date(ms)\\/', async () => {
    await pool.start({ clock });
    const client = await pool.signIn();

    const answer = await create(client, { expirationTime: '2026-12-24T17:00:00.000Z' });

    assert.ok(answer.text.includes(String.raw`"expirationTime":"\/Date(1798131600000)\/"`), answer.text);
  });

  it('#81 does not echo the organizer in leaders', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await create(client, { leaders: ['sip:confer@contoso.com', 'sip:lukas.holm@contoso.com'] });

    assert.deepEqual(answer.json.leaders, ['sip:lukas.holm@contoso.com']);
  });

  it('#82 answers 409 TooManyOnlineMeetings beyond the quota', async () => {
    await pool.start({ switches: { meetingQuota: 4 } });
    const client = await pool.signIn();

    const answer = await create(client);

    assert.deepEqual([answer.status, answer.json.subcode as unknown], [409, 'TooManyOnlineMeetings']);
  });

  it('refuses somebody without the right to schedule with 403', async () => {
    await pool.start();
    const client = await pool.signIn('sofia.rossi');

    assert.equal((await create(client)).status, 403);
  });

  it('#92 shows no myAssignedOnlineMeeting anywhere without the policy', async () => {
    await pool.start();
    const client = await pool.signIn('petra.novak');

    const dashboard = client.application._embedded?.onlineMeetings;
    const collection = await client.send('GET', client.meetings);
    const eligible = await client.send('GET', client.link('onlineMeetingEligibleValues', 'onlineMeetings'));

    assert.equal(dashboard?._links?.myAssignedOnlineMeeting, undefined);
    assert.equal(collection.json._embedded?.myAssignedOnlineMeeting, undefined);
    assert.equal(eligible.json._links?.myAssignedOnlineMeeting, undefined);
    assert.deepEqual(eligible.json.eligibleOnlineMeetingRels, ['myOnlineMeetings']);
  });

  it('#93 gives a conferenceId only with phoneUserAdmission Enabled', async () => {
    await pool.start();
    const client = await pool.signIn();

    const withPhone = await create(client, { phoneUserAdmission: 'Enabled' });
    const without = await create(client, { phoneUserAdmission: 'Disabled' });

    assert.match(text(withPhone.json.conferenceId), /^\d{8}$/);
    assert.equal(without.json.conferenceId, undefined);
  });

  it('#94 answers malformed JSON with 400 DeserializationFailure and text/plain with 415', async () => {
    await pool.start();
    const client = await pool.signIn();

    const headers = { 'Content-Type': 'application/json' };
    const malformed = await client.send('POST', client.meetings, { headers, body: '{"subject":' });
    const plain = await client.send('POST', client.meetings, {
      headers: { 'Content-Type': 'text/plain' },
      body: 'subject',
    });

    assert.deepEqual([malformed.status, malformed.json.subcode as unknown], [400, 'DeserializationFailure']);
    assert.deepEqual([plain.status, plain.json.subcode as unknown], [415, 'UnsupportedMediaType']);
  });

  it('#95 answers PATCH, and PUT on the collection, with 405', async () => {
    await pool.start();
    const client = await pool.signIn();

    for (const method of ['PATCH', 'PUT']) {
      const answer = await client.send(method, client.meetings, { body: {} });
      assert.deepEqual([answer.status, answer.json.code as unknown], [405, 'MethodNotAllowed']);
    }
  });

  it('answers a body beyond 1 MiB with 413', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await create(client, { description: 'x'.repeat(1024 * 1024) });

    assert.deepEqual([answer.status, answer.json.code as unknown], [413, 'EntityTooLarge']);
  });

  it('answers what a scheduling form needs: defaults, choices, policies, texts, dial-in', async () => {
    await pool.start();
    const client = await pool.signIn('jonas.weber');
    const read = async (rel: string): Promise<Json> =>
      (await client.send('GET', client.link(rel, 'onlineMeetings'))).json;

    const defaults = await read('onlineMeetingDefaultValues');
    const eligible = await read('onlineMeetingEligibleValues');
    const policies = await read('onlineMeetingPolicies');
    const customization = await read('onlineMeetingInvitationCustomization');
    const dialIn = await read('phoneDialInInformation');

    assert.equal(defaults.accessLevel, 'SameEnterprise');
    assert.equal(defaults.participantsWarningThreshold, 250);
    assert.deepEqual(eligible.accessLevels, ['SameEnterprise', 'Locked', 'Invited']);
    assert.equal(policies.phoneUserAdmission, 'Enabled');
    assert.match(text(customization.invitationHelpUrl), /^https:/);
    const region = dialIn._embedded?.dialInRegion?.[0];
    assertHas(region, { rel: 'dialInRegion', name: 'Germany', number: 'tel:+493055550100' });
    assert.equal(dialIn.defaultRegion, 'Germany');
  });

  it('answers links instead of items when switched', async () => {
    await pool.start({ switches: { linksOnlyCollection: true } });
    const client = await pool.signIn();

    const { json } = await client.send('GET', client.meetings);

    const links = list(json._links?.myOnlineMeeting);
    assert.equal(json._embedded, undefined);
    assert.equal(links.length, 4);
    assert.equal((await client.send('GET', text(links[0]?.href))).json.subject, 'Budget sync');
  });

  it('creates with 200, leaves undated and shows the pass-back property in the collection when switched', async () => {
    await pool.start({ switches: { createStatus200: true, undatedMeetings: true, passBackInCollection: true } });
    const client = await pool.signIn();

    const created = await create(client);
    const collection = await client.send('GET', client.meetings);

    assert.equal(created.status, 200);
    assert.equal(created.json.expirationTime, undefined);
    assert.equal(passBackNames(collection.json._embedded?.myOnlineMeeting?.[0]).length, 1);
  });
});

/** Names of the properties whose value asks to be passed back. */
function passBackNames(item: Json | undefined): string[] {
  return Object.entries(item ?? {}).flatMap(([name, value]: [string, unknown]) =>
    value === 'please pass this in a PUT request' ? [name] : [],
  );
}
