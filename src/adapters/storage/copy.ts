import { sql } from 'kysely';

import { AppError } from '../../shared/app-error';

import type { Database } from './database';
import { assertUsable } from './migrate';
import type { Schema } from './schema';

/** What is in one database cannot be copied into the other; the message says why. */
export class CopyError extends AppError {
  readonly code = 'store.copy';
}

/** Every table with something of ours in it that outlives the day, and what makes its rows unique. */
const keys = {
  meetings: ['id'],
  cards: ['conversation_id', 'activity_id'],
  lists: ['person_id', 'conversation_id'],
  last_meetings: ['person_id', 'conversation_id'],
  outcomes: ['key'],
  operations: ['id'],
  reminders: ['id'],
  person_settings: ['person_id'],
  inbox: ['conversation_id', 'activity_id'],
  parked_turns: ['person_id', 'conversation_id'],
  sign_in_cards: ['exchange_id'],
  seen_people: ['person_id'],
  sweeps: ['operation_id'],
  card_updates: ['key'],
  lines: ['id'],
  conversations: ['conversation_id'],
  changes: ['key'],
  seats: ['number'],
  attendances: ['marker'],
} as const;

type TableName = keyof typeof keys;

/** Rows that go over in one statement; PostgreSQL takes 65,535 values at most. */
const rowsAtOnce = 1000;

/**
 * Copies everything into another database, wholly or not at all. Both must have the tables of this program, and the
 * target must be empty.
 *
 * @returns how many rows of each table.
 * @throws CopyError, StoreVersionError.
 */
export async function copyDatabase(source: Database, target: Database): Promise<ReadonlyMap<string, number>> {
  await assertUsable(source);
  await assertUsable(target);
  return target.db.transaction().execute(async (transaction) => {
    const copied = new Map<string, number>();
    for (const table of Object.keys(keys) as TableName[]) {
      const there = await transaction.selectFrom(table).selectAll().limit(1).execute();
      if (there.length > 0) throw new CopyError(`The target is not empty: there is something in its table ${table}.`);
      copied.set(table, await copyTable({ source, transaction }, table));
    }
    return copied;
  });
}

async function copyTable(
  { source, transaction }: { source: Database; transaction: Database['db'] },
  table: TableName,
): Promise<number> {
  let count = 0;
  for (;;) {
    const all = source.db.selectFrom(table).selectAll();
    const ordered = keys[table].reduce((query, key) => query.orderBy(sql.ref(key)), all);
    const rows: Schema[TableName][] = await ordered.limit(rowsAtOnce).offset(count).execute();
    if (rows.length === 0) return count;
    await transaction.insertInto(table).values(rows).execute();
    count += rows.length;
  }
}
