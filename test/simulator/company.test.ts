import assert from 'node:assert/strict';

import { contoso, type Person } from '../../src/simulator';
import { admits, leads, type Meeting } from '../../src/simulator/model/meeting';
import { defaultSettings } from '../../src/simulator/model/meeting-settings';

describe('simulator company', () => {
  it('has people whose addresses are what the pool looks them up by', () => {
    for (const { uri, account } of contoso.people) assert.equal(uri, `sip:${account}@contoso.com`.toLowerCase());
    assert.equal(new Set(contoso.people.map(({ uri }) => uri)).size, contoso.people.length);
  });

  it('has meetings that their organizers could have made', () => {
    const accounts = contoso.people.map(({ account }) => account);
    for (const meeting of contoso.meetings) {
      const policy = organizerOf(meeting.organizer).policy;
      assert.match(meeting.id, /^[A-Z0-9]{8}$/);
      assert.ok(policy.accessLevels.includes(meeting.accessLevel ?? policy.defaultAccessLevel), meeting.id);
      for (const guest of [...(meeting.attendees ?? []), ...(meeting.leaders ?? [])])
        assert.ok(accounts.includes(guest));
    }
    const rooms = contoso.people.flatMap(({ personalRoomId = [] }) => personalRoomId);
    const ids = [...contoso.meetings.map(({ id }) => id), ...rooms];
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const [accessLevel, organizer, leader, attendee, colleague, outsider] of [
    ['Everyone', true, true, true, true, true],
    ['SameEnterprise', true, true, true, true, false],
    ['Invited', true, true, true, false, false],
    ['Locked', true, true, false, false, false],
  ] as const) {
    it(`lets the right people straight into a meeting of access level ${accessLevel}`, () => {
      const meeting = meetingWith({ accessLevel });

      assert.deepEqual(
        ['confer', 'anna.berg', 'lukas.holm', 'petra.novak', 'megan'].map((name) => admits(meeting, visitor(name))),
        [organizer, leader, attendee, colleague, outsider],
      );
    });
  }

  for (const [automaticLeaderAssignment, organizer, leader, colleague, outsider] of [
    ['Disabled', true, true, false, false],
    ['SameEnterprise', true, true, true, false],
    ['Everyone', true, true, true, true],
  ] as const) {
    it(`makes the right people leaders with automatic assignment ${automaticLeaderAssignment}`, () => {
      const meeting = meetingWith({ automaticLeaderAssignment });

      assert.deepEqual(
        ['confer', 'anna.berg', 'petra.novak', 'megan'].map((name) => leads(meeting, visitor(name))),
        [organizer, leader, colleague, outsider],
      );
    });
  }
});

function organizerOf(account: string): Person {
  return contoso.people.find((person) => person.account === account) ?? assert.fail(account);
}

function meetingWith(settings: Partial<Meeting['settings']>): Meeting {
  const organizer = organizerOf('confer');
  const people = { leaders: ['sip:Anna.Berg@contoso.com'], attendees: ['sip:lukas.holm@contoso.com'] };
  return {
    kind: 'scheduled',
    id: 'AAAAAAAA',
    number: 1,
    organizer,
    conferenceId: '1',
    etag: '1',
    extensions: new Map(),
    settings: { ...defaultSettings(organizer, 0), ...people, ...settings },
  };
}

function visitor(account: string): { uri: string; ofCompany: boolean } {
  const ofCompany = account !== 'megan';
  return { uri: `sip:${account}@${ofCompany ? 'contoso' : 'fabrikam'}.com`, ofCompany };
}
