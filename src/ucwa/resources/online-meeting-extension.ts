import { bareEtag } from '../answer';
import { compact, type JsonObject, readText } from '../json';

/** Who gets to see an extension: the organizer's clients, or everybody in the meeting. */
export type OnlineMeetingExtensionType = 'Undefined' | 'RoamedOrganizerData' | 'RoamedParticipantData';

/**
 * Data of a client that travels with a scheduled meeting.
 *
 * `raw` is the whole JSON object: a PUT must send everything back, also what nobody here knows.
 * Source: Skype/UCWA/onlineMeetingExtension_ref.md.
 */
export interface OnlineMeetingExtension {
  /** Unique in its meeting. */
  readonly id: string;
  /** The `id` of the meeting it belongs to. */
  readonly meetingId: string;
  /** One of `OnlineMeetingExtensionType`, or what a newer server says. */
  readonly type: string;
  /** The data: texts by name. */
  readonly properties: Readonly<Record<string, string>>;
  /** Absolute URL; good for the lifetime of one application only. */
  readonly href: string;
  /** Without quotes. */
  readonly etag?: string;
  readonly raw: JsonObject;
}

/** A new extension. */
export interface OnlineMeetingExtensionInput {
  readonly id: string;
  readonly type: OnlineMeetingExtensionType;
  /** Not named `id`, `type`, `rel`, `etag`, or with an underscore in front. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** What to change; a property that is `undefined` is removed, what is not named stays. */
export interface OnlineMeetingExtensionChanges {
  readonly type?: OnlineMeetingExtensionType;
  readonly properties?: Readonly<Record<string, string | undefined>>;
}

/** Members that are part of the protocol. The property to pass back has a GUID for a name. */
const reserved = /^(id|type|rel|etag|_.*|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i;

/** Reads an extension; `meetingId`, `href` and `etag` come from the exchange around it. */
export function decodeExtension(
  raw: JsonObject,
  context: { readonly meetingId: string; readonly href: string; readonly etag?: string | undefined },
): OnlineMeetingExtension {
  return compact({
    id: readText(raw, 'id') ?? '',
    meetingId: context.meetingId,
    type: readText(raw, 'type') ?? 'Undefined',
    properties: dataOf(raw),
    href: context.href,
    etag: context.etag ?? bareEtag(readText(raw, 'etag')),
    raw,
  });
}

/** The body of a POST. */
export function encodeExtension({ id, type, properties = {} }: OnlineMeetingExtensionInput): JsonObject {
  return { ...dataOf(properties), id, type };
}

/** The body of a PUT: everything that came, with the changes over it. */
export function applyChanges(raw: JsonObject, { type, properties = {} }: OnlineMeetingExtensionChanges): JsonObject {
  const data = Object.entries(properties).filter(([name]) => !reserved.test(name));
  return compact({ ...raw, ...Object.fromEntries(data), ...(type === undefined ? {} : { type }) });
}

function dataOf(properties: JsonObject): Readonly<Record<string, string>> {
  const isData = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === 'string' && !reserved.test(entry[0]);
  return Object.fromEntries(Object.entries(properties).filter(isData));
}
