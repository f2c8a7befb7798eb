import { type Kysely, sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** What has to be shown and said after a change, where Confer can speak, and what changes did. */
export const posts: SchemaMigration = {
  name: '0010-posts',
  // An older program updates cards itself and leaves these tables alone.
  oldestProgram: 3,
  up: async (db) => {
    await createCardUpdates(db);
    await createLines(db);
    await createConversations(db);
    await db.schema
      .createTable('changes')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('meeting_id', 'text', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addColumn('what', 'text', (column) => column.notNull())
      .addColumn('noted_at', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('changes_meeting').on('changes').column('meeting_id').execute();
  },
};

async function createCardUpdates(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('card_updates')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('conversation_id', 'text', (column) => column.notNull())
    .addColumn('activity_id', 'text', (column) => column.notNull())
    .addColumn('meeting_id', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('wanted', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('holder', 'text')
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('not_before', 'bigint', (column) => column.notNull())
    .addColumn('queued_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('card_updates_due').on('card_updates').column('not_before').execute();
  await db.schema.createIndex('card_updates_conversation').on('card_updates').column('conversation_id').execute();
}

async function createLines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('lines')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('conversation_id', 'text', (column) => column.notNull())
    .addColumn('group_key', 'text', (column) => column.notNull())
    .addColumn('address', 'text')
    .addColumn('content', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('holder', 'text')
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('not_before', 'bigint', (column) => column.notNull())
    .addColumn('queued_at', 'bigint', (column) => column.notNull())
    .addColumn('sent_at', 'bigint')
    .execute();
  // Lines that were said stay for a while, so that they are not said again; whoever looks for work must not read past them.
  await db.schema
    .createIndex('lines_due')
    .on('lines')
    .columns(['not_before', 'group_key'])
    .where(sql.ref('sent_at'), 'is', null)
    .execute();
}

async function createConversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conversations')
    .addColumn('conversation_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('person_id', 'text')
    .addColumn('team_id', 'text')
    .addColumn('service_url', 'text')
    .addColumn('address', 'text')
    .addColumn('dead_because', 'text')
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('conversations_person').on('conversations').column('person_id').execute();
  await db.schema.createIndex('conversations_team').on('conversations').column('team_id').execute();
}
