import { hrefKey } from '../href';
import { isJsonObject, type JsonObject, readText } from '../json';

import { decodeLink, linkOf } from './resource';

/** Why an operation ended, or why the server changed something by itself. Source: Skype/UCWA/reason_ref.md. */
export interface Reason {
  readonly code: string;
  readonly subcode?: string;
  readonly message?: string;
}

/** One event. Keys are absolute hrefs made comparable. Source: Skype/UCWA/EventsInUCWA.md. */
export interface ChannelEvent {
  readonly type: string;
  /** Relation of the target: dispatch on this, not on the inner `rel` of what is embedded. */
  readonly rel: string;
  readonly href: string;
  readonly key: string;
  /** Words for people: the name of a participant. */
  readonly title?: string;
  readonly senderRel: string;
  readonly senderKey: string;
  /** Relation of the collection the target entered, changed or left. */
  readonly inRel?: string;
  /** The target's current content, if the server sent it along. */
  readonly embedded?: JsonObject;
  readonly status?: string;
  readonly reason?: Reason;
}

/** How the channel goes on. `resync` wins over `resume`, `resume` over `next`. */
export interface Continuation {
  readonly kind: 'next' | 'resume' | 'resync';
  readonly href: string;
}

/** One answer of the event channel, in order. */
export interface EventPackage {
  readonly events: readonly ChannelEvent[];
  readonly continuation?: Continuation;
}

/** Reads a package; what cannot be read is left out, because unknown events must not stop the channel. */
export function decodeEventPackage(raw: JsonObject, base: URL): EventPackage {
  const events = listOf(raw.sender).flatMap((sender) => decodeSender(sender, base));
  const continuation = decodeContinuation(raw);
  return { events, ...(continuation === undefined ? {} : { continuation }) };
}

/** Reads a reason. */
export function decodeReason(raw: unknown): Reason | undefined {
  if (!isJsonObject(raw)) return undefined;
  const subcode = readText(raw, 'subcode');
  const message = readText(raw, 'message');
  return {
    code: readText(raw, 'code') ?? 'Unknown',
    ...(subcode === undefined ? {} : { subcode }),
    ...(message === undefined ? {} : { message }),
  };
}

function decodeContinuation(raw: JsonObject): Continuation | undefined {
  for (const kind of ['resync', 'resume', 'next'] as const) {
    const link = linkOf(raw, kind);
    if (link !== undefined) return { kind, href: link.href };
  }
  return undefined;
}

function decodeSender(sender: JsonObject, base: URL): readonly ChannelEvent[] {
  const events = listOf(sender.events);
  if (events.length === 0) return []; // a package may tell of a million senders
  const senderRel = readText(sender, 'rel') ?? '';
  const senderKey = hrefKey(readText(sender, 'href') ?? '', base);
  return events.flatMap((event) => decodeEvent(event, { senderRel, senderKey, base }) ?? []);
}

function decodeEvent(
  event: JsonObject,
  from: { readonly senderRel: string; readonly senderKey: string; readonly base: URL },
): ChannelEvent | undefined {
  const link = decodeLink(event.link);
  const type = readText(event, 'type');
  if (link === undefined || type === undefined) return undefined;
  const rel = isJsonObject(event.link) ? (readText(event.link, 'rel') ?? '') : '';
  const inRel = isJsonObject(event.in) ? readText(event.in, 'rel') : undefined;
  const embedded = embeddedIn(event, rel);
  const status = readText(event, 'status');
  const reason = decodeReason(event.reason);
  return {
    type,
    rel,
    href: link.href,
    key: hrefKey(link.href, from.base),
    ...(link.title === undefined ? {} : { title: link.title }),
    senderRel: from.senderRel,
    senderKey: from.senderKey,
    ...(inRel === undefined ? {} : { inRel }),
    ...(embedded === undefined ? {} : { embedded }),
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function embeddedIn(event: JsonObject, rel: string): JsonObject | undefined {
  const embedded = event._embedded;
  if (!isJsonObject(embedded)) return undefined;
  const value = embedded[rel] ?? Object.values(embedded)[0];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isJsonObject(first) ? first : undefined;
}

function listOf(value: unknown): readonly JsonObject[] {
  if (isJsonObject(value)) return [value];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
