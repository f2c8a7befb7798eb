import { randomBytes } from 'node:crypto';

import { sql } from 'kysely';

import type { AttendanceBook } from '../../meetings/attendance-book';
import type { Seat } from '../../seats/seat';
import type { Logger } from '../../shared/logger';

import type { Database } from './database';
import { assertUsable, migrate } from './migrate';
import { openPostgres } from './postgres';
import { forgetWhatIsOver, type Forgotten } from './retention';
import { accountsWithWork, type BookOwner, SqlAttendanceBook } from './sql-attendance-book';
import { SqlConversationStore } from './sql-conversation-store';
import { SqlMeetingStore } from './sql-meeting-store';
import { SqlOperationStore } from './sql-operation-store';
import { SqlPaces } from './sql-paces';
import { SqlParking } from './sql-parking';
import { SqlPostStore } from './sql-post-store';
import { SqlQuotas } from './sql-quotas';
import { SqlReminderStore } from './sql-reminder-store';
import { SqlSeatStore } from './sql-seat-store';
import { SqlSeenPeople } from './sql-seen-people';
import { SqlSweepStore } from './sql-sweep-store';
import { openSqlite } from './sqlite';

/** Where the database is. */
export interface StorageSettings {
  readonly dataDir: string;
  /** PostgreSQL in place of the embedded database. */
  readonly databaseUrl: string | undefined;
}

/** The meeting service's memory with the database it is in. Close it last. */
export class Storage extends SqlMeetingStore {
  readonly #database: Database;

  /** The journal, in the same database. */
  readonly journal: SqlOperationStore;
  /** Who wants to be reminded of what. */
  readonly reminders: SqlReminderStore;
  /** Who has which place at the meeting server. */
  readonly seats: SqlSeatStore;

  /** How often things may happen, in all processes together. */
  readonly paces: SqlPaces;

  /** What waits for a sign-in. */
  readonly parking: SqlParking;

  /** How much was asked for lately, of all processes together. */
  readonly quotas: SqlQuotas;

  /** How people read, and what the chat calls them. */
  readonly seenPeople: SqlSeenPeople;

  /** Looks for late twins of meetings, in the same database. */
  readonly sweeps: SqlSweepStore;

  /** What has to be shown and said. */
  readonly posts: SqlPostStore;

  /** Where Confer can speak. */
  readonly conversations: SqlConversationStore;

  constructor(database: Database, now: () => Date = () => new Date()) {
    super(database, now);
    this.#database = database;
    this.journal = new SqlOperationStore(database);
    this.seats = new SqlSeatStore(database);
    this.paces = new SqlPaces(database);
    this.parking = new SqlParking(database);
    this.quotas = new SqlQuotas(database);
    this.seenPeople = new SqlSeenPeople(database);
    this.sweeps = new SqlSweepStore(database);
    this.posts = new SqlPostStore(database);
    this.conversations = new SqlConversationStore(database);
    this.reminders = new SqlReminderStore(database);
  }

  /** In which meetings Confer waits, from this seat and with this account. */
  bookOf(owner: BookOwner): AttendanceBook {
    return new SqlAttendanceBook(this.#database, owner);
  }

  /** The accounts with something unfinished in a seat; undefined is the service account. */
  async accountsWithWork(seat: Seat): Promise<readonly (string | undefined)[]> {
    return accountsWithWork(this.#database, seat);
  }

  /** A random secret of 32 bytes that all processes share; made by the first who asks. */
  async secret(name: string): Promise<Buffer> {
    return Buffer.from(await this.outcomeOnce(name, randomBytes(32).toString('hex')), 'hex');
  }

  /** Forgets what has been over for long enough. */
  async tidy(now: Date): Promise<Forgotten> {
    return forgetWhatIsOver(this.#database, now);
  }

  /** Asks the database something, as {@link Database.ping}. Rejects, after four seconds at most, when it does not answer. */
  async ping(): Promise<number | undefined> {
    return this.#database.ping();
  }

  /** Resolves when everything saved so far is safe and the database is free for others. */
  async close(): Promise<void> {
    await this.#database.close();
  }
}

/**
 * Opens the database. The embedded one gets its tables here; those of PostgreSQL are made by `npm run migrate`, so that the
 * bot can do with a role that may not make any.
 *
 * @throws StoreUnreadableError, StoreInUseError, StoreVersionError.
 */
export async function openStorage(settings: StorageSettings, log: Logger): Promise<Storage> {
  const database = await openDatabase(settings, log);
  try {
    if (database.engine === 'sqlite') await takeOver(database);
    else await assertUsable(database);
    return new Storage(database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Who holds the lock of the embedded database is alone: what a process before it had begun need not wait for its lease. */
async function takeOver(database: Database): Promise<void> {
  await migrate(database);
  await database.db
    .updateTable('operations')
    .set({ lease_until: sql<number>`case when lease_until > 0 then 1 else 0 end`, holder: null })
    .where('ended_at', 'is', null)
    .execute();
  await database.db.updateTable('card_updates').set({ lease_until: 0 }).execute();
  await database.db.updateTable('lines').set({ lease_until: 0 }).where('sent_at', 'is', null).execute();
  await database.db.updateTable('reminders').set({ lease_until: 0 }).where('lease_until', '>', 0).execute();
  await database.db.updateTable('seats').set({ lease_until: 0 }).execute();
}

/** Opens the database as it is. @throws StoreUnreadableError, StoreInUseError. */
export async function openDatabase({ dataDir, databaseUrl }: StorageSettings, log: Logger): Promise<Database> {
  if (databaseUrl === undefined) return openSqlite(dataDir);
  const onConnectionLost = (error: Error): void => {
    log.warn('database.connectionLost', { error: error.message });
  };
  return openPostgres({ url: databaseUrl, onConnectionLost });
}
