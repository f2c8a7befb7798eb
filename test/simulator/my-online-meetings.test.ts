import assert from 'node:assert/strict';

import { type Answer, assertHas, type Client, type Json, list, Pool, text } from './client';

const DAY_MS = 86_400_000;

const now = Date.UTC(2026, 10, 20, 9);
const beyondLimits = [
  ['1,001 attendees', 'confer', { attendees: Array.from({ length: 1001 }, (_, n) => `sip:p${String(n)}@contoso.com`) }],
  ['a subject of 251 characters', 'confer', { subject: 'x'.repeat(251) }],
  ['a description beyond 32 KiB', 'confer', { description: 'x'.repeat(32 * 1024 + 1) }],
  ['an expiry that is no date', 'confer', { expirationTime: 'tomorrow' }],
  ['an expiry in the date form of a country', 'confer', { expirationTime: '01/02/2027 10:00' }],
  ['an expiry in the date form of HTTP', 'confer', { expirationTime: 'Sat, 02 Jan 2027 10:00:00 GMT' }],
  ['an expiry on a day that is none', 'confer', { expirationTime: '2027-13-45T10:00:00Z' }],
] as const;

describe('simulator myOnlineMeetings', () => {
  const pool = new Pool();
  const clock = { now: (): number => now };

  afterEach(async () => {
    await pool.stop();
  });

  async function create(client: Client, body: unknown = {}): Promise<Answer> {
    return client.send('POST', client.meetings, { body });
  }

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

  it('reads ISO 8601 with any number of digits, and as UTC where no zone is given', async () => {
    await pool.start({ clock });
    const client = await pool.signIn();

    for (const [given, expected] of [
      ['2027-01-02T10:00:00.1234567Z', Date.UTC(2027, 0, 2, 10, 0, 0, 123)],
      ['2027-01-02T10:00:00.1234567-08:00', Date.UTC(2027, 0, 2, 18, 0, 0, 123)],
      ['2027-01-02T10:00:00', Date.UTC(2027, 0, 2, 10)],
      ['2027-01-02T10:00', Date.UTC(2027, 0, 2, 10)],
      ['2027-01-02', Date.UTC(2027, 0, 2)],
    ] as const) {
      const answer = await create(client, { expirationTime: given });

      assert.equal(answer.json.expirationTime, `/Date(${String(expected)})/`, given);
    }
  });

  for (const [title, account, body] of beyondLimits) {
    it(`refuses ${title} with 400 and names the property`, async () => {
      await pool.start();
      const client = await pool.signIn(account);

      const answer = await create(client, body);

      assert.equal(answer.status, 400);
      assert.equal(answer.json.subcode, 'ParameterValidationFailure');
      assert.equal(answer.json.parameters?.[0]?.name, Object.keys(body)[0]);
    });
  }

  it('refuses somebody without the right to schedule with 403', async () => {
    await pool.start();
    const client = await pool.signIn('sofia.rossi');

    assert.equal((await create(client)).status, 403);
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
