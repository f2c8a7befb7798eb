import assert from 'node:assert/strict';

import { short } from '../support/short';

import { DoorHarness } from './door-harness';
import { APP_ID, TENANT_ID } from './tokens';

const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';
const MINUTE_MS = 60_000;

const CHANNELS = (
  ['AseChannel', 'emulator', 'webchat', '', undefined, null, 'MSTEAMS', 'msteams ', ['msteams']] as const
).map((channelId) => ({ title: short(channelId), channelId }));

/** Addresses the token does not name. */
const ADDRESSES = (
  [
    undefined,
    '',
    null,
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://evil.trafficmanager.net/',
    'http://127.0.0.1:1/',
    'http://[::ffff:7f00:1]/',
    '//smba.trafficmanager.net/',
    ['https://smba.trafficmanager.net/'],
  ] as const
).map((serviceUrl) => ({ title: short(serviceUrl), serviceUrl }));

/** Addresses the token does name, because somebody made it sign them; only the list keeps Confer away. */
const NAMED_ADDRESSES = [
  'http://evil.example/',
  'https://evil.example/',
  'https://evil.trafficmanager.net/',
  'http://smba.trafficmanager.net/',
  'https://user:pw@smba.trafficmanager.net/',
  'https://smba.trafficmanager.net:8443/',
] as const;

describe('what an activity may say', function () {
  this.timeout(10_000);

  let door: DoorHarness;

  beforeEach(async () => {
    door = await DoorHarness.start();
  });

  afterEach(async () => {
    await door.stop();
  });

  function assertNothingHappened(): void {
    assert.deepEqual([door.turns, door.connector.requests], [[], []]);
  }

  for (const { title, channelId } of CHANNELS) {
    it(`A-05: refuses the channel ${title}`, async () => {
      const { status, text } = await door.say({ channelId });

      assert.deepEqual([status, text], [400, '{"code":"ActivityChannelNotTeams"}']);
      assertNothingHappened();
    });
  }

  for (const { title, serviceUrl } of ADDRESSES) {
    it(`A-07: refuses a service URL that is not the token's: ${title}`, async () => {
      const { status, text } = await door.say({ serviceUrl });

      assert.deepEqual([status, text], [401, '{"code":"Unauthorized"}']);
      assertNothingHappened();
    });
  }

  for (const serviceUrl of NAMED_ADDRESSES) {
    it(`A-07: refuses a service URL of another host, even when the token names it: ${serviceUrl}`, async () => {
      const { status } = await door.knock({
        authorization: [door.bearer({ claims: { serviceurl: serviceUrl } })],
        body: JSON.stringify(door.activity({ serviceUrl })),
      });

      assert.equal(status, 401);
      assertNothingHappened();
    });
  }

  it('A-12: does nothing a second time for an activity that is sent again, minutes or an hour later', async () => {
    const sent = { authorization: [door.bearer()], body: JSON.stringify(door.activity({ text: 'start Budget' })) };

    const first = await door.knock(sent);
    await door.idle();
    const [posted, started] = [door.messages.length, door.gateway.calls.length];
    door.now = new Date(door.now.getTime() + 5 * MINUTE_MS);
    const second = await door.knock(sent);
    door.now = new Date(door.now.getTime() + 54 * MINUTE_MS);
    const third = await door.knock(sent);
    await door.idle();

    assert.deepEqual([first.status, second.status, third.status], [200, 200, 200]);
    assert.ok(started > 0 && posted > 0);
    assert.deepEqual([door.messages.length, door.gateway.calls.length], [posted, started]);
  });

  it('A-12: refuses an activity older than an hour, whatever its token says', async () => {
    const old = JSON.stringify(door.activity());
    door.now = new Date(door.now.getTime() + 61 * MINUTE_MS);

    const { status, text } = await door.knock({ authorization: [door.bearer()], body: old });

    assert.deepEqual([status, text], [400, '{"code":"ActivityTimeNotAllowed"}']);
    assertNothingHappened();
  });

  it('A-36: tells people of another tenant once a day, and does nothing they ask for', async () => {
    const theirs = {
      text: 'start Budget',
      conversation: { id: 'a:2', conversationType: 'personal', tenantId: OTHER_TENANT },
      channelData: { tenant: { id: OTHER_TENANT } },
    };

    const statuses = [await door.say({ ...theirs, id: 'm-1' }), await door.say({ ...theirs, id: 'm-2' })];
    door.now = new Date(door.now.getTime() + 25 * 60 * MINUTE_MS);
    statuses.push(await door.say({ ...theirs, id: 'm-3' }));

    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(door.messages.length, 2);
    assert.match(String(door.messages[0]?.text), /works for another organization/u);
    assert.deepEqual([door.turns, door.gateway.calls], [[], []]);
  });

  it('A-36: refuses an activity that names two tenants', async () => {
    const { status, text } = await door.say({ channelData: { tenant: { id: OTHER_TENANT } } });

    assert.deepEqual([status, text], [400, '{"code":"ActivityTenantsDiffer"}']);
    assertNothingHappened();
  });

  it('P-25 answers as the app of the token, whatever the activity calls itself', async () => {
    await door.say({ recipient: { id: '28:other' }, callerId: 'urn:botframework:aadappid:evil', appId: 'x' });
    await door.idle();

    assert.equal(door.turns.length, 1);
    assert.notEqual(APP_ID, TENANT_ID);
    assert.equal(door.messages.length, 1);
  });
});
