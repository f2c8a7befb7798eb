import { bareEtag } from '../answer';
import { compact, type JsonObject, readDate, readText, readTextList } from '../json';

/**
 * A scheduled meeting of the signed-in user. Enumerated values stay the strings they came as.
 *
 * `raw` is the whole JSON object: a PUT must send everything back, also what nobody here knows.
 * Source: Skype/UCWA/myOnlineMeeting_ref.md.
 */
export interface MyOnlineMeeting {
  /** The `onlineMeetingId`; unique among the organizer's meetings. */
  readonly id: string;
  /** Absolute URL; good for the lifetime of one application only. */
  readonly href: string;
  /** Without quotes. */
  readonly etag?: string;
  readonly subject: string;
  readonly description: string;
  /** SIP URIs. */
  readonly attendees: readonly string[];
  /** SIP URIs; the organizer leads without being listed. */
  readonly leaders: readonly string[];
  readonly accessLevel?: string;
  readonly automaticLeaderAssignment?: string;
  readonly entryExitAnnouncement?: string;
  readonly lobbyBypassForPhoneUsers?: string;
  readonly phoneUserAdmission?: string;
  readonly expirationTime?: Date;
  readonly joinUrl?: string;
  readonly conferenceId?: string;
  readonly onlineMeetingUri?: string;
  readonly legacyOnlineMeetingUri?: string;
  readonly organizerUri?: string;
  readonly onlineMeetingRel?: string;
  readonly raw: JsonObject;
}

/** The writable properties. What is absent gets the server's default when creating, and stays when updating. */
export interface MyOnlineMeetingInput {
  readonly subject?: string;
  readonly description?: string;
  /** SIP URIs; `sip:` is added where it is missing. */
  readonly attendees?: readonly string[];
  readonly leaders?: readonly string[];
  readonly accessLevel?: string;
  readonly automaticLeaderAssignment?: string;
  readonly entryExitAnnouncement?: string;
  readonly lobbyBypassForPhoneUsers?: string;
  readonly phoneUserAdmission?: string;
  readonly expirationTime?: Date;
}

/** Reads a `myOnlineMeeting` (or `myAssignedOnlineMeeting`); `href` and `etag` come from the exchange around it. */
export function decodeMyOnlineMeeting(
  raw: JsonObject,
  context: { readonly href: string; readonly etag?: string | undefined },
): MyOnlineMeeting {
  return compact({
    id: readText(raw, 'onlineMeetingId') ?? context.href,
    href: context.href,
    etag: context.etag ?? bareEtag(readText(raw, 'etag')),
    subject: readText(raw, 'subject') ?? '',
    description: readText(raw, 'description') ?? '',
    attendees: readTextList(raw, 'attendees'),
    leaders: readTextList(raw, 'leaders'),
    accessLevel: readText(raw, 'accessLevel'),
    automaticLeaderAssignment: readText(raw, 'automaticLeaderAssignment'),
    entryExitAnnouncement: readText(raw, 'entryExitAnnouncement'),
    lobbyBypassForPhoneUsers: readText(raw, 'lobbyBypassForPhoneUsers'),
    phoneUserAdmission: readText(raw, 'phoneUserAdmission'),
    expirationTime: readDate(raw, 'expirationTime'),
    joinUrl: readText(raw, 'joinUrl'),
    conferenceId: readText(raw, 'conferenceId'),
    onlineMeetingUri: readText(raw, 'onlineMeetingUri'),
    legacyOnlineMeetingUri: readText(raw, 'legacyOnlineMeetingUri'),
    organizerUri: readText(raw, 'organizerUri'),
    onlineMeetingRel: readText(raw, 'onlineMeetingRel'),
    raw,
  });
}

/** Writes the given properties in the wire's form: dates as ISO 8601 UTC, persons as SIP URIs. */
export function encodeMyOnlineMeeting(input: Partial<MyOnlineMeetingInput>): JsonObject {
  return compact({
    subject: input.subject,
    description: input.description,
    accessLevel: input.accessLevel,
    automaticLeaderAssignment: input.automaticLeaderAssignment,
    entryExitAnnouncement: input.entryExitAnnouncement,
    lobbyBypassForPhoneUsers: input.lobbyBypassForPhoneUsers,
    phoneUserAdmission: input.phoneUserAdmission,
    expirationTime: input.expirationTime?.toISOString(),
    attendees: input.attendees?.map(toSipUri),
    leaders: input.leaders?.map(toSipUri),
  });
}

/** Adds `sip:` where it is missing. */
export function toSipUri(address: string): string {
  const uri = withoutBlanks(address);
  return /^sips?:/i.test(uri) ? uri : `sip:${uri}`;
}

/** Removes blanks around a URI and its scheme: some documents print `sip : john@contoso.com`. */
export function withoutBlanks(uri: string): string {
  return uri.trim().replace(/^(sips?)\s*:\s*/i, '$1:');
}
