import type { AccessLevel, Announcement, LeaderAssignment, OnOff, Person } from '../company';

/** The writable part of a meeting, complete. Times in ms since the epoch. */
export interface MeetingSettings {
  readonly subject: string;
  readonly description: string;
  /** SIP URIs with scheme. */
  readonly attendees: readonly string[];
  readonly leaders: readonly string[];
  readonly accessLevel: AccessLevel;
  readonly automaticLeaderAssignment: LeaderAssignment;
  readonly entryExitAnnouncement: Announcement;
  readonly lobbyBypassForPhoneUsers: OnOff;
  readonly phoneUserAdmission: OnOff;
  readonly expirationTime: number | undefined;
}

/** What the data of an extension is for. Source: Skype/UCWA/OnlineMeetingExtensionType_ref.md. */
export const extensionTypes = ['Undefined', 'RoamedOrganizerData', 'RoamedParticipantData'] as const;

/** Data of a client that travels with a meeting. Source: Skype/UCWA/onlineMeetingExtension_ref.md. */
export interface MeetingExtension {
  readonly id: string;
  type: (typeof extensionTypes)[number];
  properties: Readonly<Record<string, string>>;
  /** Changes with every write; the meeting's own does not. */
  etag: string;
}

/** A meeting of the conferencing database: scheduled, somebody's personal room, or ad hoc (in no list). */
export interface Meeting {
  readonly kind: 'scheduled' | 'assigned' | 'adhoc';
  /** Eight characters of `A-Z0-9`, unique in the whole company. */
  readonly id: string;
  /** Short number used by hrefs of the `reference` path style. */
  readonly number: number;
  readonly organizer: Person;
  readonly conferenceId: string;
  settings: MeetingSettings;
  /** By id. */
  readonly extensions: Map<string, MeetingExtension>;
  /** Changes with every write. */
  etag: string;
}

/** The conference URI, input of joinOnlineMeeting. */
export function conferenceUri(meeting: Meeting): string {
  return `${meeting.organizer.uri};gruu;opaque=app:conf:focus:id:${meeting.id}`;
}

/** What others than the organizer see of a meeting's extensions. */
export function sharedExtensions(meeting: Meeting): readonly MeetingExtension[] {
  return [...meeting.extensions.values()].filter(({ type }) => type === 'RoamedParticipantData');
}

/** Whether somebody goes straight in or waits. Source: Skype/UCWA/AccessLevel_ref.md. */
export function admits(meeting: Meeting, caller: { uri: string; ofCompany: boolean }): boolean {
  const { accessLevel, attendees, leaders } = meeting.settings;
  if (caller.uri === meeting.organizer.uri || accessLevel === 'Everyone') return true;
  if (!caller.ofCompany) return false;
  switch (accessLevel) {
    case 'SameEnterprise':
      return true;
    case 'Invited':
      return includesUri(attendees, caller.uri) || includesUri(leaders, caller.uri);
    case 'Locked':
      return includesUri(leaders, caller.uri);
  }
}

/** Whether somebody becomes a leader on coming in. */
export function leads(meeting: Meeting, caller: { uri: string; ofCompany: boolean }): boolean {
  const { automaticLeaderAssignment, leaders } = meeting.settings;
  if (caller.uri === meeting.organizer.uri || includesUri(leaders, caller.uri)) return true;
  return (
    automaticLeaderAssignment === 'Everyone' || (automaticLeaderAssignment === 'SameEnterprise' && caller.ofCompany)
  );
}

function includesUri(uris: readonly string[], wanted: string): boolean {
  return uris.some((uri) => uri.toLowerCase() === wanted.toLowerCase());
}
