import assert from 'node:assert/strict';

import { toInput, toLiveMeeting, toMeeting } from '../../../src/adapters/ucwa-meetings/mapping';
import type { MyOnlineMeeting, OnlineMeeting } from '../../../src/ucwa';

const ORGANIZER = { name: 'Confer', acceptJoinUrl: () => true };

const WIRE: MyOnlineMeeting = {
  id: 'IB88RLLY',
  href: 'https://pool.contoso.com/ucwa/v1/1/onlineMeetings/myOnlineMeetings/IB88RLLY',
  etag: '7',
  subject: 'Quarterly',
  description: 'Numbers',
  attendees: ['sip:anna@contoso.com', 'sip : lukas@contoso.com', 'sips:eva@contoso.com', 'ben@contoso.com'],
  leaders: [],
  accessLevel: 'SameEnterprise',
  automaticLeaderAssignment: 'Disabled',
  entryExitAnnouncement: 'Unsupported',
  lobbyBypassForPhoneUsers: 'Enabled',
  phoneUserAdmission: 'Disabled',
  expirationTime: new Date('2026-12-24T17:00:00Z'),
  joinUrl: 'https://meet.contoso.com/confer/IB88RLLY',
  conferenceId: '12983487',
  onlineMeetingUri: 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY',
  organizerUri: 'sip:confer@contoso.com',
  onlineMeetingRel: 'myOnlineMeetings',
  raw: {},
};

const LIVE: OnlineMeeting = { attendees: [], leaders: [], raw: {} };

/** Values of the wire and what we call them; the last of each is one that no document names. */
const VALUES = (
  [
    [
      'access',
      'accessLevel',
      { Everyone: 'everyone', SameEnterprise: 'company', Invited: 'invited', Locked: 'locked' },
    ],
    ['presenters', 'automaticLeaderAssignment', { Disabled: 'named', SameEnterprise: 'company', Everyone: 'everyone' }],
    ['announcements', 'entryExitAnnouncement', { Enabled: 'on', Disabled: 'off', Unsupported: 'unsupported' }],
    ['phoneSkipsLobby', 'lobbyBypassForPhoneUsers', { Enabled: 'on', Disabled: 'off', Unsupported: 'unsupported' }],
    ['phoneAllowed', 'phoneUserAdmission', { Enabled: 'on', Disabled: 'off', Unsupported: 'unsupported' }],
  ] as const
).flatMap(([ours, theirs, words]) =>
  Object.entries(words).map(([wire, word]) => ({ title: `${theirs} ${wire} is ${word}`, ours, theirs, wire, word })),
);

describe('the words of the wire', () => {
  for (const { title, ours, theirs, wire, word } of VALUES) {
    it(`have ours, both ways: ${title}`, () => {
      assert.equal(toMeeting({ ...WIRE, [theirs]: wire }, ORGANIZER)[ours], word);
      assert.equal(toMeeting({ ...WIRE, [theirs]: wire.toUpperCase() }, ORGANIZER)[ours], word);
      assert.deepEqual(toInput({ [ours]: word }), { [theirs]: wire });
    });

    it(`are kept out of our way when nobody knows them: ${title}`, () => {
      for (const odd of ['FederatedCircle', 'constructor', '', undefined]) {
        assert.equal(toMeeting({ ...WIRE, [theirs]: odd }, ORGANIZER)[ours], 'unknown');
      }
      assert.deepEqual(toInput({ [ours]: 'unknown' }), {});
      assert.deepEqual(toInput({ [ours]: 'constructor' as never }), {});
    });
  }

  it('name a meeting with everything we show', () => {
    assert.deepEqual(toMeeting(WIRE, ORGANIZER), {
      id: 'IB88RLLY',
      version: '7',
      isPersonalRoom: false,
      subject: 'Quarterly',
      description: 'Numbers',
      attendees: ['anna@contoso.com', 'lukas@contoso.com', 'eva@contoso.com', 'ben@contoso.com'],
      leaders: [],
      access: 'company',
      presenters: 'named',
      announcements: 'unsupported',
      phoneSkipsLobby: 'on',
      phoneAllowed: 'off',
      expiresAt: new Date('2026-12-24T17:00:00Z'),
      joinUrl: 'https://meet.contoso.com/confer/IB88RLLY',
      conferenceUri: 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY',
      conferenceId: '12983487',
      organizer: 'confer@contoso.com',
      organizerName: 'Confer',
    });
  });

  it('leave a join URL out that must not be shown', () => {
    const strict = { name: 'Confer', acceptJoinUrl: (url: string) => url.startsWith('https://meet.contoso.com/') };

    assert.equal(toMeeting({ ...WIRE, joinUrl: 'https://evil.example/' }, strict).joinUrl, undefined);
    assert.equal(toLiveMeeting({ ...LIVE, joinUrl: 'https://evil.example/' }, strict.acceptJoinUrl).joinUrl, undefined);
    assert.equal(toMeeting(WIRE, strict).joinUrl, WIRE.joinUrl);
  });

  it('tell a personal room by its relation', () => {
    assert.equal(toMeeting({ ...WIRE, onlineMeetingRel: 'myAssignedOnlineMeeting' }, ORGANIZER).isPersonalRoom, true);
  });

  it('say of a meeting seen from inside as much as it says itself', () => {
    const bare = toLiveMeeting(LIVE, () => true);
    const uri = 'sip:eva@fabrikam.com;gruu;opaque=app:conf:focus:id:FOREIGN1';
    const named = toLiveMeeting(
      { ...LIVE, onlineMeetingUri: uri, organizerName: 'Eva', subject: 'Theirs' },
      () => true,
    );

    assert.deepEqual([bare.id, bare.subject, bare.access, bare.joinUrl], ['', '', 'unknown', undefined]);
    assert.deepEqual([named.id, named.organizerName, named.subject], ['FOREIGN1', 'Eva', 'Theirs']);
  });

  it('write only what changed', () => {
    const expiresAt = new Date('2026-12-24T17:00:00Z');

    assert.deepEqual(toInput({}), {});
    assert.deepEqual(toInput({ subject: '', attendees: [], expiresAt }), {
      subject: '',
      attendees: [],
      expirationTime: expiresAt,
    });
    assert.deepEqual(toInput({ leaders: ['anna@contoso.com'] }), { leaders: ['sip:anna@contoso.com'] });
  });
});
