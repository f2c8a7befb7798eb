import { sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** When meetings start, and who wants to be reminded of them when and where. */
export const reminders: SchemaMigration = {
  name: '0011-reminders',
  // A program that does not know them writes no start, leaves the one there is, and reminds nobody.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema.alterTable('meetings').addColumn('starts_at', 'text').execute();
    await db.schema
      .createTable('reminders')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addColumn('meeting_id', 'text', (column) => column.notNull())
      .addColumn('conversation_id', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('zone', 'text', (column) => column.notNull())
      .addColumn('lead', 'text', (column) => column.notNull())
      .addColumn('counts_to', 'text', (column) => column.notNull())
      .addColumn('meeting_at', 'bigint', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('reminders_of_person', ['person_id', 'meeting_id'])
      .execute();
    await db.schema.createIndex('reminders_meeting').on('reminders').column('meeting_id').execute();
    // Whoever looks for what is due must not read past what was said.
    await db.schema
      .createIndex('reminders_due')
      .on('reminders')
      .column('due_at')
      .where(sql.ref('state'), '=', sql.lit('waiting'))
      .execute();
  },
};
