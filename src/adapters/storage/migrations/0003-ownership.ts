import type { SchemaMigration } from './migration';

/** Whose meeting it is, whoever organizes it on the server. */
export const ownership: SchemaMigration = {
  name: '0003-ownership',
  // A program that does not know these columns writes none of them, and leaves them as they are.
  oldestProgram: 2,
  up: async (db) => {
    for (const column of ['owner_id', 'owner_name', 'owner_address', 'co_owners']) {
      await db.schema.alterTable('meetings').addColumn(column, 'text').execute();
    }
  },
};
