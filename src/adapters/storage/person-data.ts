import type { Selectable } from 'kysely';

import type { Database } from './database';
import type { LastMeetingsTable, ListsTable, MeetingsTable } from './schema';

/** Everything the database knows of one person. */
export interface PersonData {
  /** Meetings they asked for or cancelled. */
  readonly meetings: readonly Selectable<MeetingsTable>[];
  readonly lists: readonly Selectable<ListsTable>[];
  readonly lastMeetings: readonly Selectable<LastMeetingsTable>[];
  /** What they asked for lately: what kind, where, when and how far it is. */
  readonly operations: readonly Readonly<Record<string, unknown>>[];
}

/** Reads what is known of a person, named by their directory object id. */
export async function readPersonData({ db }: Database, personId: string): Promise<PersonData> {
  const meetings = await db
    .selectFrom('meetings')
    .selectAll()
    .where((eb) => eb('created_by_id', '=', personId).or('cancelled_by_id', '=', personId))
    .orderBy('recorded_at')
    .execute();
  const lists = await db.selectFrom('lists').selectAll().where('person_id', '=', personId).execute();
  const lastMeetings = await db.selectFrom('last_meetings').selectAll().where('person_id', '=', personId).execute();
  const operations = await db
    .selectFrom('operations')
    .select(['id', 'kind', 'conversation_id', 'request', 'step', 'accepted_at', 'ended_at', 'meeting_id'])
    .where('person_id', '=', personId)
    .orderBy('accepted_at')
    .execute();
  return { meetings, lists, lastMeetings, operations };
}

/**
 * Forgets a person. Their meetings stay, for the others, without their name; what they asked for and has not happened
 * yet does not happen any more.
 *
 * @returns how many rows named them.
 */
export async function erasePersonData({ db }: Database, personId: string): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const created = await transaction
      .updateTable('meetings')
      .set({ created_by_id: null, created_by_name: null })
      .where('created_by_id', '=', personId)
      .returning('id')
      .execute();
    const cancelled = await transaction
      .updateTable('meetings')
      .set({ cancelled_by_id: null, cancelled_by_name: null })
      .where('cancelled_by_id', '=', personId)
      .returning('id')
      .execute();
    const rest = await Promise.all([
      transaction.deleteFrom('lists').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('last_meetings').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('operations').where('person_id', '=', personId).returning('id').execute(),
    ]);
    return [created, cancelled, ...rest].reduce((sum, rows) => sum + rows.length, 0);
  });
}
