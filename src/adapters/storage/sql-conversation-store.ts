import { type Selectable, sql } from 'kysely';

import type { ConversationStore, KnownConversation, SeenConversation } from '../../posts/ports';

import type { Database } from './database';
import type { ConversationsTable } from './schema';
import { atRest } from './sql-post-store';
import { TimedStore } from './timed-store';

/** That a conversation is alive is written down so often, for the retention. */
const freshMs = 24 * 60 * 60 * 1000;

/** Why nothing can be said where Confer is no member any more. */
const removed = 'removed';

/** Where Confer can speak, in the table `conversations`. */
export class SqlConversationStore extends TimedStore implements ConversationStore {
  /** Reads most of the time: an activity tells something new about its conversation once a day. */
  async seen({ conversationId, personId, teamId, serviceUrl, address }: SeenConversation): Promise<void> {
    const known = await this.db
      .selectFrom('conversations')
      .select(['person_id', 'service_url', 'dead_because'])
      .select(sql<number>`${this.databaseNow()} - seen_at`.as('age'))
      .where('conversation_id', '=', conversationId)
      .executeTakeFirst();
    const isSame = known?.person_id === (personId ?? null) && known.service_url === serviceUrl;
    if (isSame && known.dead_because === null && known.age < freshMs) return;
    const row = {
      ...{ person_id: personId ?? null, team_id: teamId ?? null, service_url: serviceUrl },
      ...{ address: JSON.stringify(address ?? null), dead_because: null, seen_at: this.databaseNow() },
    };
    await this.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('conversations')
        .values({ conversation_id: conversationId, ...row })
        .onConflict((conflict) => conflict.column('conversation_id').doUpdateSet(row))
        .execute();
      await this.#wakeCards(transaction, [conversationId]);
    });
  }

  async find(conversationId: string): Promise<KnownConversation | undefined> {
    const row = await this.db
      .selectFrom('conversations')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .executeTakeFirst();
    return row === undefined ? undefined : toConversation(row);
  }

  async died(conversationId: string, reason: string): Promise<void> {
    await this.db
      .insertInto('conversations')
      .values({ conversation_id: conversationId, dead_because: reason, seen_at: this.databaseNow() })
      .onConflict((conflict) => conflict.column('conversation_id').doUpdateSet({ dead_because: reason }))
      .execute();
  }

  async joined(teamId: string): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      const alive = await transaction
        .updateTable('conversations')
        .set({ dead_because: null })
        .where('team_id', '=', teamId)
        .returning('conversation_id')
        .execute();
      const ids = alive.map((row) => row.conversation_id);
      await this.#wakeCards(transaction, ids);
    });
  }

  async left({ conversationId, teamId }: { conversationId: string; teamId: string | undefined }): Promise<void> {
    const gone = { address: null, service_url: null, dead_because: removed };
    await this.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('conversations')
        .values({ conversation_id: conversationId, team_id: teamId ?? null, ...gone, seen_at: this.databaseNow() })
        .onConflict((conflict) => conflict.column('conversation_id').doUpdateSet(gone))
        .execute();
      if (teamId === undefined) return;
      await transaction.updateTable('conversations').set(gone).where('team_id', '=', teamId).execute();
    });
  }

  async personalChatOf(personId: string): Promise<KnownConversation | undefined> {
    const row = await this.db
      .selectFrom('conversations')
      .selectAll()
      .where('person_id', '=', personId)
      .where('dead_because', 'is', null)
      .where('address', 'is not', null)
      .orderBy('seen_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : toConversation(row);
  }

  /** Forgets conversations in which nobody wrote for so long, and that show no meeting. */
  async forget(olderThanMs: number): Promise<void> {
    const before = sql<number>`${this.databaseNow()} - ${sql.lit(olderThanMs)}`;
    const shown = this.db.selectFrom('cards').select('conversation_id');
    await this.db
      .deleteFrom('conversations')
      .where('seen_at', '<', before)
      .where('conversation_id', 'not in', shown)
      .execute();
  }

  async #wakeCards(db: Database['db'], conversationIds: readonly string[]): Promise<void> {
    if (conversationIds.length === 0) return;
    await db
      .updateTable('card_updates')
      .set({ not_before: this.databaseNow(), attempts: 0 })
      .where('conversation_id', 'in', conversationIds)
      .where('not_before', '=', atRest)
      .execute();
  }
}

function toConversation(row: Selectable<ConversationsTable>): KnownConversation {
  return {
    conversationId: row.conversation_id,
    address: row.address === null ? undefined : (JSON.parse(row.address) as unknown),
    serviceUrl: row.service_url ?? undefined,
    deadBecause: row.dead_because ?? undefined,
  };
}
