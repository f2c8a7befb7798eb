import { type Answer } from '../http/exchange';
import { arrayAt, isObject, type JsonObject, objectAt, textAt } from '../json';
import { wireConversationId } from '../outbound/envelope';
import { type Place } from '../world/store';

import { post } from './activities';
import { botMayReach, type ConnectorCall, type ConnectorParts } from './call';
import { connectorErrors } from './errors';
import { decodeActivity } from './inbound-activity';
import { teamsMember } from './members';

/** POST /v3/conversations: the personal chat with somebody, or a new thread of a channel. */
export function createConversation(parts: ConnectorParts, call: ConnectorCall): Answer {
  const channel = textAt(objectAt(objectAt(call.body, 'channelData'), 'channel'), 'id');
  const activity = isObject(call.body.activity) ? call.body.activity : undefined;
  return channel === undefined ? openPersonalChat(parts, call, activity) : openThread(parts, channel, activity);
}

/** GET /v3/conversations: what the bot has been added to. */
export function listConversations({ store }: ConnectorParts): Answer {
  const conversations = store.world.conversations
    .filter((conversation) => botMayReach(store, { conversation }))
    .map((conversation) => ({
      id: conversation.id,
      members: store.membersOf(conversation).map((person) => teamsMember(person, store.world.tenantId)),
    }));
  return { status: 200, body: { conversations } };
}

function openPersonalChat(parts: ConnectorParts, call: ConnectorCall, activity: JsonObject | undefined): Answer {
  const members = arrayAt(call.body, 'members');
  if (members.length !== 1) throw connectorErrors.badSyntax('Incorrect conversation creation parameters');
  const { store } = parts;
  const person = store.findPerson(textAt(members[0], 'id') ?? '');
  if (person === undefined) throw connectorErrors.badSyntax('Failed to decrypt pairwise id');
  if (tenantOf(call.body) !== store.world.tenantId) {
    throw connectorErrors.badSyntax('Incorrect conversation creation parameters: tenant');
  }
  const conversation = store.world.conversations.find(
    ({ kind, memberIds }) => kind === 'personal' && memberIds.includes(person.id),
  );
  if (conversation === undefined) throw connectorErrors.conversationNotFound();
  return opened(parts, { conversation }, activity);
}

function openThread(parts: ConnectorParts, channelId: string, activity: JsonObject | undefined): Answer {
  const place = parts.store.findPlace(channelId);
  if (place?.conversation.kind !== 'channel') throw connectorErrors.conversationNotFound();
  if (activity === undefined) throw connectorErrors.badSyntax('Incorrect conversation creation parameters: activity');
  return opened(parts, { conversation: place.conversation }, activity);
}

function opened(parts: ConnectorParts, place: Place, activity: JsonObject | undefined): Answer {
  const { conversation } = place;
  if (!botMayReach(parts.store, place)) throw connectorErrors.notInRoster();
  const { serviceUrl } = parts;
  if (activity === undefined) return { status: 201, body: { id: conversation.id, serviceUrl } };
  const activityId = post(parts, place, decodeActivity({ type: 'message', ...activity }, parts.bot));
  const threadId = conversation.kind === 'channel' ? activityId : undefined;
  return { status: 201, body: { id: wireConversationId(conversation, threadId), activityId, serviceUrl } };
}

function tenantOf(body: JsonObject): string | undefined {
  return textAt(body, 'tenantId') ?? textAt(objectAt(objectAt(body, 'channelData'), 'tenant'), 'id');
}
