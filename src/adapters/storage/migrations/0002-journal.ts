import { sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** The journal: what was asked for and how far it is, and which activities were taken. */
export const journal: SchemaMigration = {
  name: '0002-journal',
  oldestProgram: 1,
  up: async (db) => {
    await db.schema
      .createTable('operations')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addColumn('conversation_id', 'text', (column) => column.notNull())
      .addColumn('activity_id', 'text', (column) => column.notNull())
      .addColumn('request', 'text')
      .addColumn('step', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .addColumn('holder', 'text')
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .addColumn('not_before', 'bigint', (column) => column.notNull())
      .addColumn('accepted_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('card_activity_id', 'text')
      .addColumn('card_sent_at', 'bigint')
      .addColumn('meeting_id', 'text')
      .addColumn('meeting_sent_at', 'bigint')
      .addColumn('answer', 'text')
      .execute();
    // Ended operations stay for a while; whoever looks for work must not read past them.
    await db.schema
      .createIndex('operations_due')
      .on('operations')
      .column('not_before')
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
    await db.schema
      .createTable('inbox')
      .addColumn('conversation_id', 'text', (column) => column.notNull())
      .addColumn('activity_id', 'text', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('inbox_activity', ['conversation_id', 'activity_id'])
      .execute();
    await db.schema.createIndex('inbox_received').on('inbox').column('received_at').execute();
  },
};
