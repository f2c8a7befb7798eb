import type { SchemaMigration } from './migration';

/** Until when people were told that an operation is tried, and whether they want it to end. */
export const keepTrying: SchemaMigration = {
  name: '0008-keep-trying',
  // A program that does not know these columns tells at once what it would have kept trying, and hears of no stop.
  oldestProgram: 3,
  up: async (db) => {
    for (const column of ['trying_until', 'stop_asked_at']) {
      await db.schema.alterTable('operations').addColumn(column, 'bigint').execute();
    }
  },
};
