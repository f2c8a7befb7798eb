import { type Answer } from '../http/exchange';
import { type Conversation, type Message } from '../world/model';
import { type Place } from '../world/store';

import { type ConnectorCall, type ConnectorParts, placeOf } from './call';
import { connectorErrors } from './errors';
import { decodeActivity, type InboundActivity } from './inbound-activity';

/** POST …/activities: a new message, in a channel a new thread unless the conversation id names one. */
export function sendToConversation(parts: ConnectorParts, call: ConnectorCall): Answer {
  const place = placeOf(parts, call);
  return { status: 201, body: { id: post(parts, place, decodeActivity(call.body, parts.bot)) } };
}

/** POST …/activities/:activityId: an answer; in a channel it goes into the thread of that activity. */
export function replyToActivity(parts: ConnectorParts, call: ConnectorCall): Answer {
  const { conversation, threadId } = placeOf(parts, call);
  const answered = parts.store.findMessage(conversation, call.parameter('activityId'));
  const thread = threadId ?? answered?.threadId;
  const place = thread === undefined ? { conversation } : { conversation, threadId: thread };
  return { status: 201, body: { id: post(parts, place, decodeActivity(call.body, parts.bot)) } };
}

/** PUT …/activities/:activityId: the message changes in place. */
export function updateActivity(parts: ConnectorParts, call: ConnectorCall): Answer {
  const { conversation } = placeOf(parts, call);
  const activity = decodeActivity(call.body, parts.bot);
  if (activity.kind !== 'message') throw connectorErrors.badSyntax('Only a message can be updated');
  const { id } = ownMessage(parts, conversation, call.parameter('activityId'));
  parts.store.editMessage(conversation, id, activity.draft);
  return { status: 200, body: { id } };
}

/** DELETE …/activities/:activityId: a tombstone stays. */
export function deleteActivity(parts: ConnectorParts, call: ConnectorCall): Answer {
  const { conversation } = placeOf(parts, call);
  const { id } = ownMessage(parts, conversation, call.parameter('activityId'));
  parts.store.deleteMessage(conversation, id);
  return { status: 200 };
}

/** Puts an activity into a conversation and returns its id. */
export function post({ store }: ConnectorParts, place: Place, activity: InboundActivity): string {
  const { conversation, threadId } = place;
  const thread = threadId === undefined ? {} : { threadId };
  switch (activity.kind) {
    case 'message':
      return store.addMessage(conversation, { ...activity.draft, ...thread }).id;
    case 'typing':
      store.emit({ type: 'typing', conversationId: conversation.id, ...thread });
      return store.nextId();
    case 'silent':
      return store.nextId();
  }
}

function ownMessage({ store }: ConnectorParts, conversation: Conversation, id: string): Message {
  const message = store.findMessage(conversation, id);
  if (message === undefined || message.deleted === true) throw connectorErrors.activityNotFound();
  if (message.from.role !== 'bot') throw connectorErrors.notOwnMessage();
  return message;
}
