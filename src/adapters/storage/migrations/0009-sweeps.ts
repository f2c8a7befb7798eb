import type { SchemaMigration } from './migration';

/** Meetings whose creation had an open outcome: a late second one is looked for. */
export const sweeps: SchemaMigration = {
  name: '0009-sweeps',
  // A program that does not know this table plans none, and leaves those there are to one that does.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .createTable('sweeps')
      .addColumn('operation_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addColumn('marker', 'text', (column) => column.notNull())
      .addColumn('kept_meeting_id', 'text')
      .addColumn('planned_at', 'bigint', (column) => column.notNull())
      .addColumn('not_before', 'bigint', (column) => column.notNull())
      .addColumn('lease_until', 'bigint', (column) => column.notNull())
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('sweeps_due').on('sweeps').column('not_before').execute();
  },
};
