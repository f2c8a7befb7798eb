import { type Activity, type ConversationReference, TurnContext } from 'botbuilder';

import type { Posting } from '../meetings/ports';

import { lastingAddressOf } from './lasting-address';

/** Where something is said later, to whoever wrote. */
export interface PlaceToTell {
  readonly conversationId: string;
  /** Conversation reference; opaque to everybody else. */
  readonly address: unknown;
}

/**
 * Where somebody is told about a meeting later: where they wrote; in a channel in the thread of the meeting's newest card,
 * if it has one there.
 *
 * @param cards - of the meeting, wherever they are.
 */
export function placeToTell(activity: Activity, cards: readonly Posting[]): PlaceToTell {
  const { user } = TurnContext.getConversationReference(activity);
  const here = { ...lastingAddressOf(activity), user };
  const { id } = activity.conversation;
  const own = { conversationId: id, address: here };
  if (activity.conversation.conversationType !== 'channel') return own;
  if (cards.some(({ conversationId }) => conversationId === id)) return own;
  const thread = cards.findLast(({ conversationId }) => channelOf(conversationId) === channelOf(id))?.conversationId;
  if (thread === undefined) return own;
  return { conversationId: thread, address: { ...here, conversation: { ...activity.conversation, id: thread } } };
}

/**
 * Something that happens at such a place though nobody wrote: an activity of a type that no message or click has.
 *
 * @param zone - IANA zone of the person.
 */
export function activityAt(address: unknown, zone: string): Activity {
  const { user, bot, conversation, channelId, serviceUrl, locale } = address as ConversationReference;
  const envelope = {
    type: 'event',
    name: 'confer/own',
    from: user,
    recipient: bot,
    conversation,
    channelId,
    serviceUrl,
  };
  return { ...envelope, locale, localTimezone: zone } as unknown as Activity;
}

/** Conversations of a channel are its threads. */
function channelOf(conversationId: string): string {
  return conversationId.split(';')[0] ?? conversationId;
}
