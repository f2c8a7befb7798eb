import { type JsonObject } from '../json';
import { type Bot } from '../world/model';
import { type Place, type WorldStore } from '../world/store';

import { connectorErrors } from './errors';

/** A request of the bot, taken apart. */
export interface ConnectorCall {
  readonly parameter: (name: string) => string;
  readonly query: URLSearchParams;
  /** The JSON body; empty for GET and DELETE. */
  readonly body: JsonObject;
}

/** What the handlers of the connector work on. */
export interface ConnectorParts {
  readonly store: WorldStore;
  readonly bot: Bot;
  readonly serviceUrl: string;
}

/**
 * The conversation that the path names.
 *
 * @throws RequestError 400 for ids that no conversation can have, 403 when the bot has not been added, 404
 */
export function placeOf({ store }: ConnectorParts, call: ConnectorCall): Place {
  const id = call.parameter('conversationId');
  if (!/^(a:|19:)/.test(id)) throw connectorErrors.badConversationId();
  const place = store.findPlace(id);
  if (place === undefined) throw connectorErrors.conversationNotFound();
  if (!botMayReach(store, place)) throw connectorErrors.notInRoster();
  if (place.threadId !== undefined && store.findMessage(place.conversation, place.threadId) === undefined) {
    throw connectorErrors.conversationNotFound();
  }
  return place;
}

/** True when the bot has been added there, or, for a personal chat, shares some other conversation with the person. */
export function botMayReach(store: WorldStore, { conversation }: Place): boolean {
  if (store.installationOf(conversation).installed) return true;
  if (conversation.kind !== 'personal') return false;
  return store.world.conversations.some(
    ({ kind, installed, memberIds }) =>
      kind !== 'personal' && installed && conversation.memberIds.every((id) => memberIds.includes(id)),
  );
}
