import { type Kysely, sql } from 'kysely';

import type { Engine, SchemaMigration } from './migration';

/** What every process must know of the others: what waits for a sign-in, who was seen, and how much was asked for lately. */
export const sharedState: SchemaMigration = {
  name: '0006-shared-state',
  // A program that does not know these tables keeps all that in memory, as it did.
  oldestProgram: 3,
  up: async (db, engine) => {
    await createSignIns(db);
    await db.schema
      .createTable('seen_people')
      .addColumn('person_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('zone', 'text')
      .addColumn('locale', 'text')
      .addColumn('channel_id', 'text')
      .addColumn('user_id', 'text')
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute();
    await createQuotas(db, engine);
  },
};

async function createSignIns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('parked_turns')
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('conversation_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('card_id', 'text')
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('parked_turns_place', ['person_id', 'conversation_id'])
    .execute();
  await db.schema
    .createTable('sign_in_cards')
    .addColumn('exchange_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sign_in_cards_person').on('sign_in_cards').column('person_id').execute();
}

/** PostgreSQL need not write these to disk before anybody goes on: after a crash counting begins anew. */
async function createQuotas(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const table = db.schema
    .createTable('quotas')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('most', 'integer', (column) => column.notNull())
    .addColumn('window_ms', 'bigint', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('taken', 'integer', (column) => column.notNull())
    .addColumn('refused', 'integer', (column) => column.notNull())
    .addColumn('latest', 'text');
  await (engine === 'postgres' ? table.modifyFront(sql`unlogged`) : table).execute();
}
