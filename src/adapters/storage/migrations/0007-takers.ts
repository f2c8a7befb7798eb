import type { SchemaMigration } from './migration';

/** Who took an activity, so that a commit whose outcome is unknown can be told from somebody else's. */
export const takers: SchemaMigration = {
  name: '0007-takers',
  // A program that does not know this column writes none, and looks at activities only by their key.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema.alterTable('inbox').addColumn('taker', 'text').execute();
  },
};
