import assert from 'node:assert/strict';

import { judgeDialIn, judgeMeetHosts, judgePolicy } from '../../src/doctor/account-checks';

describe('what the doctor says of the account', () => {
  describe('judgePolicy', () => {
    const eligible = {
      accessLevels: ['SameEnterprise', 'Invited'],
      automaticLeaderAssignments: ['Disabled'],
      entryExitAnnouncements: ['Unsupported'],
      lobbyBypassForPhoneUsersSettings: ['Disabled'],
      eligibleOnlineMeetingRels: [],
    };
    const policies = {
      entryExitAnnouncement: false,
      externalUserMeetingRecording: false,
      meetingRecording: false,
      phoneUserAdmission: false,
      voipAudio: true,
      meetingSize: 250,
    };

    it('tells what may be chosen', () => {
      const finding = judgePolicy({ count: 3, eligible, policies });

      assert.equal(finding.level, 'ok');
      assert.match(
        finding.what,
        /up to 250 people; who may come in: SameEnterprise, Invited; no phone callers; 3 meetings/,
      );
    });

    it('warns when the server does not tell the choices', () => {
      assert.match(judgePolicy({ count: 0, eligible: undefined, policies }).what, /no eligible values/);
      assert.match(judgePolicy({ count: 0, eligible, policies: undefined }).what, /no policies/);
    });
  });

  describe('judgeDialIn', () => {
    const dialIn = {
      isAudioConferenceProviderEnabled: false,
      tollFreeNumbers: ['tel:+1800'],
      regions: [{ name: 'Berlin', number: 'tel:+4930', languages: [] }],
    };

    it('counts the numbers of the regions', () => {
      assert.equal(judgeDialIn(dialIn, true).what, '1 number; cards show them');
    });

    it('counts the numbers of a third-party provider in their place', () => {
      const provider = { ...dialIn, isAudioConferenceProviderEnabled: true, tollNumber: 'tel:+49', regions: [] };

      assert.equal(judgeDialIn(provider, true).what, '2 numbers; cards show them');
    });

    it('accepts a company without dial-in', () => {
      assert.equal(judgeDialIn(undefined, false).level, 'ok');
    });

    it('warns when callers are allowed but have no number', () => {
      assert.equal(judgeDialIn({ ...dialIn, regions: [] }, true).level, 'warning');
    });
  });

  describe('judgeMeetHosts', () => {
    const links = ['https://meet.contoso.com/anna/K7Q2', 'https://meet.contoso.com/ben/A1'];

    it('accepts links to a configured host', () => {
      assert.equal(judgeMeetHosts({ hosts: ['meet.contoso.com'], localServer: false }, links).level, 'ok');
    });

    it('gives the setting that fits the links of the server', () => {
      const finding = judgeMeetHosts({ hosts: ['meet.contoso.com'], localServer: false }, [
        'https://join.contoso.net/x/1',
      ]);

      assert.equal(finding.level, 'problem');
      assert.equal('todo' in finding && finding.todo, 'Set UCWA_MEET_HOSTS to meet.contoso.com,join.contoso.net.');
    });

    it('warns when no host is known', () => {
      const finding = judgeMeetHosts({ hosts: [], localServer: false }, links);

      assert.equal(finding.level, 'warning');
      assert.equal('todo' in finding && finding.todo, 'Set UCWA_MEET_HOSTS to meet.contoso.com.');
    });

    it('accepts any link of a server on this machine', () => {
      const finding = judgeMeetHosts({ hosts: ['meet.contoso.com'], localServer: true }, [
        'http://127.0.0.1:4010/meet/a/b',
      ]);

      assert.deepEqual(finding, { level: 'ok', what: '127.0.0.1:4010' });
    });
  });
});
