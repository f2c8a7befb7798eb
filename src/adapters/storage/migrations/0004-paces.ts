import type { SchemaMigration } from './migration';

/** How far ahead the places of a pace are taken. */
export const paces: SchemaMigration = {
  name: '0004-paces',
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .createTable('paces')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('every_ms', 'bigint', (column) => column.notNull())
      .addColumn('free_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('paces_free').on('paces').column('free_at').execute();
  },
};
