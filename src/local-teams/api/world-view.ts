import { type JsonObject } from '../json';
import { type OfferedCommand } from '../options';
import { type Bot } from '../world/model';
import { type WorldStore } from '../world/store';

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
