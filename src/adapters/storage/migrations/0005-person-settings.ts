import type { SchemaMigration } from './migration';

/** What people want for themselves. A column for each wish, null for everybody who did not say. */
export const personSettings: SchemaMigration = {
  name: '0005-person-settings',
  // A program that does not know this table leaves it alone.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .createTable('person_settings')
      .addColumn('person_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('reminder_lead', 'text')
      .addColumn('reminder_zone', 'text')
      .addColumn('reminders_muted', 'integer')
      .execute();
  },
};
