import assert from 'node:assert/strict';

import { CONNECTOR_HOSTS, isAllowedServiceUrl, refuseActivity } from '../../src/http/activity-gate';
import { short } from '../support/short';

const LOCAL = { localOnly: true, serviceHosts: [] };
const TEAMS = { localOnly: false, serviceHosts: CONNECTOR_HOSTS };

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

const ACTIVITY = {
  type: 'message',
  channelId: 'msteams',
  from: { id: '29:anna' },
  conversation: { id: 'a:1' },
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
};

describe('the activity gate', () => {
  for (const { title, url, local, teams } of URLS) {
    it(`knows where the bot may answer: ${title}`, () => {
      assert.deepEqual(
        { local: isAllowedServiceUrl(url, LOCAL), teams: isAllowedServiceUrl(url, TEAMS) },
        { local, teams },
      );
    });
  }

  it('lets an activity of Teams through', () => {
    assert.equal(refuseActivity(ACTIVITY, TEAMS), undefined);
  });

  it('refuses another channel where tokens are checked, and takes any in local mode', () => {
    const emulator = { ...ACTIVITY, channelId: 'emulator' };

    assert.equal(refuseActivity(emulator, TEAMS), 'ActivityChannelNotTeams');
    assert.equal(refuseActivity({ ...emulator, serviceUrl: 'http://127.0.0.1/' }, LOCAL), undefined);
  });
});
