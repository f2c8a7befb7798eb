import { hrefKey } from '../href';
import { compact, type JsonObject, readInteger, readText } from '../json';

import { hasLinks, keysOf, linkOf } from './resource';

/** What may be done in a conversation by a link of its own. */
export const conversationLinks = [
  'addParticipant',
  'enableAudienceMuteLock',
  'disableAudienceMuteLock',
  'enableAudienceMessaging',
  'disableAudienceMessaging',
] as const;

/** One of `conversationLinks`. */
export type ConversationLink = (typeof conversationLinks)[number];

/** Lists of people that a conversation leads to. */
export const peopleLinks = ['participants', 'leaders', 'attendees', 'lobby'] as const;

/** One of `peopleLinks`. */
export type PeopleLink = (typeof peopleLinks)[number];

/** What we need of a conversation. Source: Skype/UCWA/conversation_ref.md. */
export interface ConversationContent {
  /** `Connecting`, `Conferencing`, `InLobby`, `Conferenced`, `Disconnected`, … */
  readonly state?: string;
  readonly subject?: string;
  /** What it was started with, by whichever client of the application. */
  readonly threadId?: string;
  readonly participantCount?: number;
  /** `Enabled`: all attendees are muted. */
  readonly audienceMute?: string;
  /** `Disabled`: attendees may not write. */
  readonly audienceMessaging?: string;
  readonly localParticipantKey?: string;
  readonly onlineMeetingKey?: string;
  /** Absolute URLs by relation; absent when the resource came without any link. */
  readonly links?: Readonly<Partial<Record<ConversationLink | PeopleLink, string>>>;
}

/** Reads a conversation; all of it is optional. */
export function decodeConversation(raw: JsonObject, base: URL): ConversationContent {
  const keyOf = (rel: string): string | undefined => {
    const link = linkOf(raw, rel);
    return link === undefined ? undefined : hrefKey(link.href, base);
  };
  const rels = [...conversationLinks, ...peopleLinks];
  return compact({
    state: readText(raw, 'state'),
    subject: readText(raw, 'subject'),
    threadId: readText(raw, 'threadId'),
    participantCount: readInteger(raw, 'participantCount'),
    audienceMute: readText(raw, 'audienceMute'),
    audienceMessaging: readText(raw, 'audienceMessaging'),
    localParticipantKey: keyOf('localParticipant'),
    onlineMeetingKey: keyOf('onlineMeeting'),
    links: hasLinks(raw) ? keysOf(raw, rels, base) : undefined,
  });
}
