import { type JsonObject } from '../json';
import { type OfferedCommand } from '../options';
import { type Bot, type Message } from '../world/model';
import { seenBy } from '../world/seen-by';
import { type WorldStore } from '../world/store';

import { requirePerson, requirePlace } from './decode';

/** What a page or script needs to know before it shows or does anything; messages come separately. */
export function worldView(
  store: WorldStore,
  more: { bot: Bot; serviceUrl: string; commands: readonly OfferedCommand[] },
): JsonObject {
  const { tenantId, people, teams, conversations } = store.world;
  return {
    tenantId,
    ...more,
    people,
    teams,
    conversations: conversations.map(({ messages, ...conversation }) => ({
      ...conversation,
      installed: store.installationOf({ ...conversation, messages }).installed,
      lastMessage: messages.at(-1) ?? null,
    })),
  };
}

/**
 * The messages of a conversation: as the person named `as` sees them, without a name as they are kept, with the views
 * of everybody.
 *
 * @throws RequestError 400 `UnknownPerson`, 403 `NotAMember`, 404 `ConversationNotFound`
 */
export function messagesView(store: WorldStore, reference: string, as: string | null): readonly Message[] {
  const place = requirePlace(store, reference);
  const { messages } = place.conversation;
  if (as === null) return messages;
  const person = requirePerson(store, { as }, place);
  return messages.map((message) => seenBy(person, message));
}
