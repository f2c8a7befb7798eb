import { sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** Who has which place at the meeting server, and in which meetings Confer waits from there. */
export const seats: SchemaMigration = {
  name: '0012-seats',
  // A program that does not know these tables has an identity of its own at the server, and nothing in them.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .createTable('seats')
      .addColumn('number', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('endpoint_id', 'text', (column) => column.notNull())
      .addColumn('holder', 'text')
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('attendances')
      .addColumn('marker', 'text', (column) => column.primaryKey().notNull())
      .addColumn('seat', 'integer', (column) => column.notNull())
      .addColumn('account_id', 'text')
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addColumn('owner_address', 'text')
      .addColumn('tries', 'integer', (column) => column.notNull())
      .addColumn('begun_at', 'bigint', (column) => column.notNull())
      .addColumn('waits_until', 'bigint')
      .addColumn('meeting', 'text')
      .addColumn('ended_at', 'bigint')
      .execute();
    await db.schema
      .createIndex('attendances_open')
      .on('attendances')
      .column('seat')
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
  },
};
