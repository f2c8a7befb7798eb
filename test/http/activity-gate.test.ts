import assert from 'node:assert/strict';

import fc from 'fast-check';

import { type GateContext, isAllowedServiceUrl, judgeActivity } from '../../src/http/activity-gate';
import { PUBLIC_CLOUD } from '../../src/shared/bot-cloud';
import { short } from '../support/short';

const TENANT = '22222222-2222-3333-4444-555555555555';
const SERVICE_URL = 'https://smba.trafficmanager.net/emea/';
const NOW = new Date('2026-06-01T09:00:00Z');

const LOCAL = { localOnly: true, serviceHosts: [] };
const TEAMS = { localOnly: false, serviceHosts: PUBLIC_CLOUD.serviceUrlHosts, tenants: [TENANT] };

/** A service URL, whether local mode may answer there, and whether a bot with an app id may. */
const URLS = (
  [
    ['http://127.0.0.1:3979/', true, false],
    ['http://127.8.9.1/', true, false],
    ['http://localhost:3979/', true, false],
    ['https://localhost/', true, false],
    ['http://[::1]:3979/', true, false],
    ['http://2130706433/', true, false],
    ['https://smba.trafficmanager.net/emea/', false, true],
    ['https://SMBA.trafficmanager.net/emea/', false, true],
    ['https://smba.infra.gcc.teams.microsoft.com/teams', false, true],
    ['http://smba.trafficmanager.net/emea/', false, false],
    ['https://smba.trafficmanager.net:8443/', false, false],
    ['https://user:pw@smba.trafficmanager.net/', false, false],
    ['http://user@127.0.0.1/', false, false],
    ['https://smba.trafficmanager.net.evil.example/', false, false],
    ['https://evil.example/smba.trafficmanager.net', false, false],
    ['http://127.0.0.1.evil.example/', false, false],
    ['http://localhost.evil.example/', false, false],
    ['http://0.0.0.0/', false, false],
    ['http://169.254.169.254/', false, false],
    ['http://10.0.0.1/', false, false],
    ['file:///etc/passwd', false, false],
    ['javascript:alert(1)', false, false],
    ['//smba.trafficmanager.net/', false, false],
    ['', false, false],
    [undefined, false, false],
    [5, false, false],
    [{ href: 'http://127.0.0.1/' }, false, false],
  ] as const
).map(([url, local, teams]) => ({ title: short(url), url, local, teams }));

const CALLER = { kind: 'connector', appId: 'a', issuer: 'i', serviceUrl: SERVICE_URL } as const;
const FROM_TEAMS: GateContext = { rules: TEAMS, caller: CALLER, now: NOW };

const ACTIVITY = {
  type: 'message',
  channelId: 'msteams',
  from: { id: '29:anna' },
  conversation: { id: 'a:1', tenantId: TENANT },
  channelData: { tenant: { id: TENANT } },
  serviceUrl: SERVICE_URL,
  timestamp: '2026-06-01T08:59:58.123Z',
};

/** What is different about an activity, and what the gate makes of it. */
const JUDGED = (
  [
    [{}, 'ours'],
    [{ conversation: { id: 'a:1' } }, 'ours'],
    [{ channelData: undefined }, 'ours'],
    [{ channelData: { tenant: null } }, 'ours'],
    [{ conversation: { id: 'a:1', tenantId: TENANT.toUpperCase() }, channelData: {} }, 'ours'],
    [{ timestamp: '2026-06-01T08:00:00Z' }, 'ours'],
    [{ timestamp: '2026-06-01T11:00:00+02:00' }, 'ours'],
    [{ timestamp: '2026-06-01T09:05:00Z' }, 'ours'],
    [{ conversation: { id: 'a:1', tenantId: 't2' }, channelData: { tenant: { id: 't2' } } }, 'foreignTenant'],
    [{ conversation: { id: 'a:1', tenantId: 't2' } }, 'ActivityTenantsDiffer'],
    [{ channelData: { tenant: { id: 5 } } }, 'ActivityTenantsDiffer'],
    [{ conversation: { id: 'a:1' }, channelData: {} }, 'ActivityTenantMissing'],
    [{ conversation: { id: 'a:1' }, channelData: { tenant: { id: '' } } }, 'ActivityTenantMissing'],
    [{ conversation: { id: 'a:1', tenantId: [TENANT] }, channelData: {} }, 'ActivityTenantMissing'],
    [{ channelId: 'emulator' }, 'ActivityChannelNotTeams'],
    [{ type: '' }, 'ActivityTypeMissing'],
    [{ timestamp: undefined }, 'ActivityTimeNotAllowed'],
    [{ timestamp: 'yesterday' }, 'ActivityTimeNotAllowed'],
    [{ timestamp: NOW.getTime() }, 'ActivityTimeNotAllowed'],
    [{ timestamp: '2026-06-01T07:59:59Z' }, 'ActivityTimeNotAllowed'],
    [{ timestamp: '2026-06-01T09:05:01Z' }, 'ActivityTimeNotAllowed'],
    [{ serviceUrl: 'https://smba.trafficmanager.net/amer/' }, 'Unauthorized'],
    [{ serviceUrl: 'https://evil.example/' }, 'Unauthorized'],
  ] as const
).map(([over, judged]) => ({ title: short(over), over, judged }));

function judged(activity: object, context: GateContext): string {
  const judgement = judgeActivity({ ...activity }, context);
  return judgement.kind === 'refused' ? judgement.code : judgement.kind;
}

describe('the activity gate', () => {
  for (const { title, url, local, teams } of URLS) {
    it(`knows where the bot may answer: ${title}`, () => {
      assert.deepEqual(
        { local: isAllowedServiceUrl(url, LOCAL), teams: isAllowedServiceUrl(url, TEAMS) },
        { local, teams },
      );
    });
  }

  for (const { title, over, judged: expected } of JUDGED) {
    it(`judges an activity of Teams: ${title}`, () => {
      assert.equal(judged({ ...ACTIVITY, ...over }, FROM_TEAMS), expected);
    });
  }

  it('takes any channel, tenant and time in local mode', () => {
    const context = { rules: LOCAL, caller: { kind: 'local' }, now: NOW } as const;
    const local = { type: 'message', from: { id: 'a' }, conversation: { id: 'b' }, serviceUrl: 'http://127.0.0.1/' };

    assert.equal(judged({ ...local, channelId: 'emulator' }, context), 'ours');
  });

  it('takes plain http of this machine in tests only, and only from where it is told', () => {
    const rules = { ...TEAMS, serviceHosts: ['127.0.0.1:4000'], plainHttp: true };

    assert.equal(isAllowedServiceUrl('http://127.0.0.1:4000/', rules), true);
    assert.equal(isAllowedServiceUrl('http://127.0.0.1:4000/', { ...rules, plainHttp: false }), false);
    assert.equal(isAllowedServiceUrl('http://127.0.0.1:4001/', rules), false);
    assert.equal(isAllowedServiceUrl('http://smba.trafficmanager.net/', { ...TEAMS, plainHttp: true }), false);
  });

  it('P-30 has an answer to 100,000 activities nobody would think of', () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...Object.values(ACTIVITY),
        NOW.toISOString(),
        TENANT,
        {},
        { id: TENANT },
        { tenant: { id: TENANT } },
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const odd = fc.record(Object.fromEntries(Object.keys(ACTIVITY).map((name) => [name, part])), { requiredKeys: [] });

    fc.assert(
      fc.property(odd, (activity) => {
        const judgement = judgeActivity(activity, FROM_TEAMS);

        // Only what the Bot Connector could have sent comes through.
        if (judgement.kind !== 'refused')
          assert.deepEqual([activity.serviceUrl, activity.channelId], [SERVICE_URL, 'msteams']);
      }),
      { numRuns: 100_000 },
    );
  }).timeout(60_000);
});
