import { type Selectable, sql, type Transaction } from 'kysely';

import { readCoOwners, writeCoOwners } from './co-owners';
import type { Database } from './database';
import type {
  AttendancesTable,
  CardsTable,
  ChangesTable,
  ConversationsTable,
  LastMeetingsTable,
  ListsTable,
  MeetingsTable,
  ParkedTurnsTable,
  PersonSettingsTable,
  RemindersTable,
  Schema,
  SeenPeopleTable,
  SignInCardsTable,
} from './schema';

/** Everything the database knows of one person. */
export interface PersonData {
  /** Meetings they asked for, own, share or cancelled. */
  readonly meetings: readonly Selectable<MeetingsTable>[];
  readonly lists: readonly Selectable<ListsTable>[];
  readonly lastMeetings: readonly Selectable<LastMeetingsTable>[];
  /** What they asked for lately: what kind, where, when and how far it is. */
  readonly operations: readonly Readonly<Record<string, unknown>>[];
  readonly reminders: readonly Selectable<RemindersTable>[];
  /** What they want for themselves. */
  readonly settings: readonly Selectable<PersonSettingsTable>[];
  /** What they said and have not signed in for yet, where and until when. */
  readonly parked: readonly Selectable<ParkedTurnsTable>[];
  /** Sign-in cards that were for them. */
  readonly signInCards: readonly Selectable<SignInCardsTable>[];
  /** How they read, and what the chat calls them. */
  readonly seen: readonly Selectable<SeenPeopleTable>[];
  /** Their personal chats with Confer. */
  readonly conversations: readonly Selectable<ConversationsTable>[];
  /** Cards in those. */
  readonly cards: readonly Selectable<CardsTable>[];
  /** Changes of meetings they made that are still told. */
  readonly changes: readonly Selectable<ChangesTable>[];
  /** Meetings they started lately, in which Confer waited for people. */
  readonly attendances: readonly Selectable<AttendancesTable>[];
}

/** Reads what is known of a person, named by their directory object id. */
export async function readPersonData({ db }: Database, personId: string): Promise<PersonData> {
  const mayBeTheirs = await db
    .selectFrom('meetings')
    .selectAll()
    .where((eb) =>
      eb('created_by_id', '=', personId)
        .or('cancelled_by_id', '=', personId)
        .or('owner_id', '=', personId)
        .or('co_owners', 'is not', null),
    )
    .orderBy('recorded_at')
    .execute();
  const meetings = mayBeTheirs.filter((row) => names(row, personId));
  const lists = await db.selectFrom('lists').selectAll().where('person_id', '=', personId).execute();
  const lastMeetings = await db.selectFrom('last_meetings').selectAll().where('person_id', '=', personId).execute();
  const operations = await db
    .selectFrom('operations')
    .select(['id', 'kind', 'conversation_id', 'request', 'step', 'accepted_at', 'ended_at', 'meeting_id'])
    .where('person_id', '=', personId)
    .orderBy('accepted_at')
    .execute();
  const settings = await db.selectFrom('person_settings').selectAll().where('person_id', '=', personId).execute();
  const parked = await db.selectFrom('parked_turns').selectAll().where('person_id', '=', personId).execute();
  const signInCards = await db.selectFrom('sign_in_cards').selectAll().where('person_id', '=', personId).execute();
  const seen = await db.selectFrom('seen_people').selectAll().where('person_id', '=', personId).execute();
  const conversations = await db.selectFrom('conversations').selectAll().where('person_id', '=', personId).execute();
  const reminders = await db.selectFrom('reminders').selectAll().where('person_id', '=', personId).execute();
  const changes = await db.selectFrom('changes').selectAll().where('person_id', '=', personId).execute();
  const cards = await cardsIn(db, personId);
  const attendances = await db.selectFrom('attendances').selectAll().where('person_id', '=', personId).execute();
  return {
    ...{ meetings, lists, lastMeetings, operations, reminders, settings, parked, signInCards, seen },
    ...{ conversations, cards, changes, attendances },
  };
}

/**
 * Forgets a person. Their meetings stay, for the others, without their name; one they were given is again of whoever asked for it; what they asked for and has not happened
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
    const owned = await transaction
      .updateTable('meetings')
      .set({ owner_id: null, owner_name: null, owner_address: null })
      .where('owner_id', '=', personId)
      .returning('id')
      .execute();
    const shared = await eraseCoOwner(transaction, personId);
    const cards = await eraseCards(transaction, personId);
    await eraseChats(transaction, personId);
    const sweeps = await unnameSweeps(transaction, personId);
    const rest = await Promise.all([
      transaction.deleteFrom('lists').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('last_meetings').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('operations').where('person_id', '=', personId).returning('id').execute(),
      transaction.deleteFrom('reminders').where('person_id', '=', personId).returning('id').execute(),
      transaction.deleteFrom('person_settings').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('parked_turns').where('person_id', '=', personId).returning('id').execute(),
      transaction.deleteFrom('sign_in_cards').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('seen_people').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('conversations').where('person_id', '=', personId).returning('person_id').execute(),
      transaction.deleteFrom('changes').where('person_id', '=', personId).returning('key').execute(),
      // What they changed is shown all the same; with one account for all nobody has to be named for that.
      transaction
        .updateTable('card_updates')
        .set({ person_id: '' })
        .where('person_id', '=', personId)
        .returning('key')
        .execute(),
      eraseLines(transaction, personId),
      eraseAttendances(transaction, personId),
    ]);
    return [created, cancelled, owned, shared, cards, sweeps, ...rest].reduce((sum, rows) => sum + rows.length, 0);
  });
}

function names(row: Selectable<MeetingsTable>, personId: string): boolean {
  const coOwners = readCoOwners(row.co_owners ?? '[]').map(({ id }) => id);
  return [row.created_by_id, row.cancelled_by_id, row.owner_id, ...coOwners].includes(personId);
}

/** What is not said yet and names them is not said any more. @returns its ids. */
async function eraseLines(transaction: Transaction<Schema>, personId: string): Promise<readonly string[]> {
  const rows = await transaction.selectFrom('lines').selectAll().where('content', 'is not', null).execute();
  const theirs = rows.filter((row) => JSON.stringify(row).includes(personId)).map(({ id }) => id);
  if (theirs.length > 0) await transaction.deleteFrom('lines').where('id', 'in', theirs).execute();
  return theirs;
}

/** Cards in the personal chat of somebody. */
async function cardsIn(db: Database['db'], personId: string): Promise<readonly Selectable<CardsTable>[]> {
  const rows = await db.selectFrom('cards').selectAll().where('address', 'like', `%${personId}%`).execute();
  return rows.filter(({ address }) => isChatOf(address, personId));
}

/** Their own cards follow no meeting any more. @returns what named them. */
async function eraseCards(transaction: Transaction<Schema>, personId: string): Promise<readonly unknown[]> {
  const cards = await cardsIn(transaction, personId);
  for (const { conversation_id: conversationId, activity_id: activityId } of cards) {
    for (const table of ['cards', 'card_updates'] as const) {
      await transaction
        .deleteFrom(table)
        .where('conversation_id', '=', conversationId)
        .where('activity_id', '=', activityId)
        .execute();
    }
  }
  return cards;
}

/** What is known of their personal chats without naming them. */
async function eraseChats(transaction: Transaction<Schema>, personId: string): Promise<void> {
  const rows = await transaction
    .selectFrom('conversations')
    .select('conversation_id')
    .where('person_id', '=', personId)
    .execute();
  const chats = rows.map((row) => row.conversation_id);
  if (chats.length === 0) return;
  await transaction.deleteFrom('lists').where('conversation_id', 'in', chats).execute();
  await transaction.deleteFrom('inbox').where('conversation_id', 'in', chats).execute();
  for (const table of ['paces', 'outcomes'] as const) {
    const kept = await transaction.selectFrom(table).select('key').execute();
    const theirs = kept.filter(({ key }) => chats.some((chat) => key.includes(chat))).map(({ key }) => key);
    if (theirs.length > 0) await transaction.deleteFrom(table).where('key', 'in', theirs).execute();
  }
}

/** Late twins are looked for all the same, but not among meetings that people know: which one that is stands with the operation, which goes. */
async function unnameSweeps(transaction: Transaction<Schema>, personId: string): Promise<readonly unknown[]> {
  const known = sql<
    string | null
  >`coalesce(kept_meeting_id, (select meeting_id from operations where id = operation_id))`;
  return transaction
    .updateTable('sweeps')
    .set({ person_id: '', kept_meeting_id: known })
    .where('person_id', '=', personId)
    .returning('operation_id')
    .execute();
}

/** Whether it is the conversation reference of somebody's personal chat. */
function isChatOf(address: string, personId: string): boolean {
  const { user, conversation } = (JSON.parse(address) ?? {}) as {
    readonly user?: { readonly id?: string; readonly aadObjectId?: string };
    readonly conversation?: { readonly conversationType?: string };
  };
  return conversation?.conversationType === 'personal' && [user?.aadObjectId, user?.id].includes(personId);
}

/** Confer still has to leave the meetings it is in; of the others nothing stays. */
async function eraseAttendances(transaction: Transaction<Schema>, personId: string): Promise<readonly unknown[]> {
  const ended = await transaction
    .deleteFrom('attendances')
    .where('person_id', '=', personId)
    .where('ended_at', 'is not', null)
    .returning('marker')
    .execute();
  const open = await transaction
    .updateTable('attendances')
    .set({ person_id: '', owner_address: null })
    .where('person_id', '=', personId)
    .returning('marker')
    .execute();
  return [...ended, ...open];
}

/** @returns the meetings that had the person as a co-owner. */
async function eraseCoOwner(transaction: Transaction<Schema>, personId: string): Promise<readonly string[]> {
  const rows = await transaction
    .selectFrom('meetings')
    .select(['id', 'co_owners'])
    .where('co_owners', 'is not', null)
    .execute();
  const changed: string[] = [];
  for (const row of rows) {
    const coOwners = readCoOwners(row.co_owners ?? '[]');
    const others = coOwners.filter(({ id }) => id !== personId);
    if (others.length === coOwners.length) continue;
    const change = { co_owners: writeCoOwners(others) };
    await transaction.updateTable('meetings').set(change).where('id', '=', row.id).execute();
    changed.push(row.id);
  }
  return changed;
}
