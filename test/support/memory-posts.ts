import { SqlConversationStore } from '../../src/adapters/storage/sql-conversation-store';
import { SqlPostStore } from '../../src/adapters/storage/sql-post-store';
import type { ConversationStore, PostStore } from '../../src/posts/ports';

import { openMigratedInMemory } from './migrated-in-memory';

/** What has to be shown and said, and where, on a database in memory that is made when it is first used. */
export class MemoryPosts {
  readonly store: PostStore;
  readonly conversations: ConversationStore;
  /** How far the clock of the database is ahead, in milliseconds. */
  aheadMs = 0;

  constructor() {
    const opening = openMigratedInMemory();
    const clock = (): number => Date.now() + this.aheadMs;
    this.store = onceOpen(opening.then((database) => new SqlPostStore(database, clock)));
    this.conversations = onceOpen(opening.then((database) => new SqlConversationStore(database, clock)));
  }
}

/** A store whose methods wait until it is open. */
function onceOpen<Store extends object>(opening: Promise<Store>): Store {
  return new Proxy({} as Store, {
    get:
      (_target, name) =>
      async (...given: unknown[]): Promise<unknown> => {
        const store = await opening;
        const method = Reflect.get(store, name) as (...given: unknown[]) => unknown;
        return method.apply(store, given);
      },
  });
}
