import type { CreateTableBuilder, Kysely } from 'kysely';

import type { SchemaMigration } from './migration';

/** Meetings, the cards that show them, and what people mean by `last` and `#2`. */
export const meetingsAndCards: SchemaMigration = {
  name: '0001-meetings-and-cards',
  oldestProgram: 1,
  up: async (db) => {
    await createMeetings(db);
    await createCards(db);
    await viewpointTable(db, 'lists').addColumn('meeting_ids', 'text', notNull).execute();
    await viewpointTable(db, 'last_meetings').addColumn('meeting_id', 'text', notNull).execute();
    await db.schema
      .createTable('outcomes')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('outcome', 'text', notNull)
      .addColumn('saved_at', 'text', notNull)
      .execute();
  },
};

const notNull = (
  column: Parameters<NonNullable<Parameters<CreateTableBuilder<string>['addColumn']>[2]>>[0],
): typeof column => column.notNull();

async function createMeetings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('meetings')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', notNull)
    .addColumn('subject', 'text', notNull)
    .addColumn('created_by_id', 'text')
    .addColumn('created_by_name', 'text')
    .addColumn('recorded_at', 'text', notNull)
    .addColumn('join_url', 'text')
    .addColumn('conference_uri', 'text')
    .addColumn('conference_id', 'text')
    .addColumn('expires_at', 'text')
    .addColumn('cancelled_at', 'text')
    .addColumn('cancelled_by_id', 'text')
    .addColumn('cancelled_by_name', 'text')
    .addColumn('organizer', 'text')
    .addColumn('access', 'text')
    .execute();
}

async function createCards(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cards')
    .addColumn('conversation_id', 'text', notNull)
    .addColumn('activity_id', 'text', notNull)
    .addColumn('meeting_id', 'text', notNull)
    .addColumn('address', 'text', notNull)
    .addColumn('passing', 'integer', notNull)
    .addColumn('seq', 'bigint', notNull)
    .addColumn('posted_at', 'text', notNull)
    .addPrimaryKeyConstraint('cards_activity', ['conversation_id', 'activity_id'])
    .execute();
  await db.schema.createIndex('cards_meeting').on('cards').column('meeting_id').execute();
}

function viewpointTable(db: Kysely<unknown>, name: string): CreateTableBuilder<string> {
  return db.schema
    .createTable(name)
    .addColumn('person_id', 'text', notNull)
    .addColumn('conversation_id', 'text', notNull)
    .addColumn('saved_at', 'text', notNull)
    .addPrimaryKeyConstraint(`${name}_viewpoint`, ['person_id', 'conversation_id']);
}
