import { compact, type JsonObject, readDate, readText, readTextList } from '../json';

/**
 * A meeting as seen from inside its conversation; read-only. `joinUrl` is where people are sent.
 * Source: Skype/UCWA/onlineMeeting_ref.md.
 */
export interface OnlineMeeting {
  /** Absolute URL, when the server gave one. */
  readonly href?: string;
  readonly onlineMeetingId?: string;
  readonly onlineMeetingUri?: string;
  readonly joinUrl?: string;
  readonly conferenceId?: string;
  readonly subject?: string;
  readonly description?: string;
  readonly organizerUri?: string;
  readonly organizerName?: string;
  readonly attendees: readonly string[];
  readonly leaders: readonly string[];
  readonly accessLevel?: string;
  readonly automaticLeaderAssignment?: string;
  readonly entryExitAnnouncement?: string;
  readonly lobbyBypassForPhoneUsers?: string;
  readonly phoneUserAdmission?: string;
  readonly expirationTime?: Date;
  /** To be shown before or when joining. */
  readonly disclaimerTitle?: string;
  readonly disclaimerBody?: string;
  readonly hostingNetwork?: string;
  readonly largeMeeting?: string;
  readonly onlineMeetingRel?: string;
  readonly raw: JsonObject;
}

/** Reads an `onlineMeeting`, whole or as little of it as an event carries. */
export function decodeOnlineMeeting(raw: JsonObject, href?: string): OnlineMeeting {
  return compact({
    href,
    onlineMeetingId: readText(raw, 'onlineMeetingId'),
    onlineMeetingUri: readText(raw, 'onlineMeetingUri'),
    joinUrl: readText(raw, 'joinUrl'),
    conferenceId: readText(raw, 'conferenceId'),
    subject: readText(raw, 'subject'),
    description: readText(raw, 'description'),
    organizerUri: readText(raw, 'organizerUri'),
    organizerName: readText(raw, 'organizerName'),
    attendees: readTextList(raw, 'attendees'),
    leaders: readTextList(raw, 'leaders'),
    accessLevel: readText(raw, 'accessLevel'),
    automaticLeaderAssignment: readText(raw, 'automaticLeaderAssignment'),
    entryExitAnnouncement: readText(raw, 'entryExitAnnouncement'),
    lobbyBypassForPhoneUsers: readText(raw, 'lobbyBypassForPhoneUsers'),
    phoneUserAdmission: readText(raw, 'phoneUserAdmission'),
    expirationTime: readDate(raw, 'expirationTime'),
    disclaimerTitle: readText(raw, 'disclaimerTitle'),
    disclaimerBody: readText(raw, 'disclaimerBody'),
    hostingNetwork: readText(raw, 'hostingNetwork'),
    largeMeeting: readText(raw, 'largeMeeting'),
    onlineMeetingRel: readText(raw, 'onlineMeetingRel'),
    raw,
  });
}
