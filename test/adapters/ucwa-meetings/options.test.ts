import assert from 'node:assert/strict';

import { toDialIn, toOptions } from '../../../src/adapters/ucwa-meetings/mapping';
import { short } from '../../support/short';

const POLICIES = {
  ...{ entryExitAnnouncement: true, externalUserMeetingRecording: false, meetingRecording: false },
  ...{ phoneUserAdmission: true, voipAudio: true },
};
const ELIGIBLE = {
  accessLevels: ['Locked', 'SameEnterprise', 'FederatedCircle'],
  automaticLeaderAssignments: ['Disabled'],
  entryExitAnnouncements: ['Unsupported'],
  lobbyBypassForPhoneUsersSettings: [],
  eligibleOnlineMeetingRels: [],
};

/** Dial-in information, and the numbers that come of it. */
const DIAL_IN = (
  [
    [undefined, []],
    [{ isAudioConferenceProviderEnabled: false, tollFreeNumbers: [], regions: [] }, []],
    [
      {
        isAudioConferenceProviderEnabled: false,
        tollFreeNumbers: [],
        regions: [{ name: 'Germany', number: 'tel:+4930', languages: ['de'] }],
      },
      ['Germany tel:+4930'],
    ],
    [
      { isAudioConferenceProviderEnabled: true, tollNumber: '+1', tollFreeNumbers: ['+2', '+3'], regions: [] },
      [' +1', ' +2', ' +3'],
    ],
  ] as const
).map(([wire, numbers]) => ({ title: short(wire), wire, numbers }));

describe('what the policy of the wire', () => {
  it('allows is what may be chosen, without what we cannot name', () => {
    const options = toOptions({ eligible: ELIGIBLE, defaults: undefined, policies: POLICIES });

    assert.deepEqual(options.access, ['company', 'locked']);
    assert.deepEqual(options.presenters, ['named']);
    assert.deepEqual(options.announcements, ['unsupported']);
    assert.deepEqual(options.phoneSkipsLobby, ['on', 'off']);
    assert.deepEqual(options.phoneAllowed, ['on', 'off']);
  });

  it('does not say leaves everything open but phones', () => {
    const options = toOptions({ eligible: undefined, defaults: undefined, policies: undefined });

    assert.deepEqual(options.access, ['everyone', 'company', 'invited', 'locked']);
    assert.deepEqual(options.phoneAllowed, ['off']);
    assert.equal(options.warnAbovePeople, undefined);
  });

  it('forbids is not offered: announcements', () => {
    const policies = { ...POLICIES, entryExitAnnouncement: false };
    const eligible = { ...ELIGIBLE, entryExitAnnouncements: ['Enabled', 'Disabled'] };

    const options = toOptions({ eligible, defaults: { entryExitAnnouncement: 'Disabled' }, policies });

    assert.deepEqual(options.announcements, ['off']);
  });

  it('warns about comes from the defaults, else from the size of a meeting', () => {
    const policies = { ...POLICIES, meetingSize: 250 };

    assert.equal(
      toOptions({ eligible: undefined, defaults: { participantsWarningThreshold: 100 }, policies }).warnAbovePeople,
      100,
    );
    assert.equal(toOptions({ eligible: undefined, defaults: {}, policies }).warnAbovePeople, 250);
  });

  for (const { title, wire, numbers } of DIAL_IN) {
    it(`lets people dial: ${title}`, () => {
      assert.deepEqual(
        toDialIn(wire).regions.map(({ name, number }) => `${name} ${number}`),
        numbers,
      );
    });
  }
});
