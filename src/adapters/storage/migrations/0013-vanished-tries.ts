import type { SchemaMigration } from './migration';

/** How many tries of an operation in a row have vanished with their process. */
export const vanishedTries: SchemaMigration = {
  name: '0013-vanished-tries',
  // A program that does not know this column begins such an operation again without end.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .alterTable('operations')
      .addColumn('vanished', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
