import type { LiveMeeting, Meeting, MeetingOptions } from '../../src/meetings/meeting';

/** The moment every test with a clock starts from. */
export const NOW = new Date('2026-06-01T09:00:00Z');

/** A scheduled meeting; name only what the test is about. */
export function meeting(over: Partial<Meeting> = {}): Meeting {
  const id = over.id ?? 'IB88RLLY';
  return {
    id,
    version: '1',
    isPersonalRoom: false,
    subject: 'Quarterly sales numbers',
    description: 'We look at the numbers.',
    attendees: ['anna@contoso.com', 'lukas@contoso.com'],
    leaders: [],
    access: 'company',
    presenters: 'named',
    announcements: 'off',
    phoneSkipsLobby: 'on',
    phoneAllowed: 'on',
    expiresAt: new Date('2026-12-24T17:00:00Z'),
    joinUrl: `https://meet.contoso.com/confer/${id}`,
    conferenceUri: conferenceUri(id),
    conferenceId: '12983487',
    organizer: 'confer@contoso.com',
    organizerName: 'Confer',
    ...over,
  };
}

/** A meeting seen from inside. */
export function liveMeeting(over: Partial<LiveMeeting> = {}): LiveMeeting {
  const id = over.id ?? 'LIVE0001';
  return {
    id,
    subject: 'Standup',
    access: 'company',
    expiresAt: undefined,
    attendees: [],
    leaders: [],
    joinUrl: `https://meet.contoso.com/confer/${id}`,
    conferenceUri: conferenceUri(id),
    conferenceId: '55512345',
    organizer: 'confer@contoso.com',
    organizerName: 'Confer',
    disclaimer: undefined,
    ...over,
  };
}

/** The conference URI of a meeting ID. */
export function conferenceUri(id: string): string {
  return `sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:${id}`;
}

/** A policy that allows everything but letting everyone in. */
export function meetingOptions(over: Partial<MeetingOptions> = {}): MeetingOptions {
  return {
    access: ['company', 'invited', 'locked'],
    presenters: ['named', 'company', 'everyone'],
    announcements: ['on', 'off'],
    phoneSkipsLobby: ['on', 'off'],
    phoneAllowed: ['on', 'off'],
    defaults: {
      access: 'company',
      presenters: 'named',
      announcements: 'off',
      phoneSkipsLobby: 'on',
      phoneAllowed: 'on',
    },
    warnAbovePeople: 100,
    ...over,
  };
}
