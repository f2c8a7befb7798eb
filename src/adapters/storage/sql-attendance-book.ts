import { type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';

import type { AttendanceBook, AttendanceEntry } from '../../meetings/attendance-book';
import type { LiveMeeting } from '../../meetings/meeting';
import type { Seat } from '../../seats/seat';
import { SeatLostError } from '../../shared/seat-lost-error';

import type { Database } from './database';
import { databaseTime } from './database-time';
import type { AttendancesTable, Schema } from './schema';

type Row = Selectable<AttendancesTable> & { readonly now: number };

/** Which seat and which account a book is about. */
export interface BookOwner {
  readonly seat: Seat;
  /** Person whose account on the meeting server it is; undefined for the service account. */
  readonly accountId: string | undefined;
}

/** Attendances in the table `attendances`. What is written is written by the holder of the seat, or not at all. */
export class SqlAttendanceBook implements AttendanceBook {
  readonly #database: Pick<Database, 'db' | 'engine'>;
  readonly #owner: BookOwner;
  readonly #clock: (() => number) | undefined;

  /** @param clock - in place of the database's, for tests. */
  constructor(database: Pick<Database, 'db' | 'engine'>, owner: BookOwner, clock?: () => number) {
    this.#database = database;
    this.#owner = owner;
    this.#clock = clock;
  }

  async begin(attendance: {
    marker: string;
    owner: string | undefined;
    personId: string;
  }): Promise<number | undefined> {
    const { marker, owner, personId } = attendance;
    const { seat, accountId } = this.#owner;
    return this.#asHolder(async (transaction) => {
      const now = this.#now();
      const place = { seat: seat.number, account_id: accountId ?? null, owner_address: owner ?? null };
      const fresh = { begun_at: now, waits_until: null, meeting: null, ended_at: null };
      const row = await transaction
        .insertInto('attendances')
        .values({ marker, person_id: personId, tries: 1, ...place, ...fresh })
        .onConflict((conflict) =>
          conflict
            .column('marker')
            .doUpdateSet({ ...place, ...fresh, tries: sql<number>`attendances.tries + 1` })
            .where('attendances.ended_at', 'is not', null),
        )
        .returning('tries')
        .executeTakeFirst();
      return row?.tries;
    });
  }

  async made(marker: string, meeting: LiveMeeting, waitsMs: number): Promise<void> {
    await this.#change(marker, { meeting: JSON.stringify(meeting), waits_until: this.#in(waitsMs) });
  }

  async over(marker: string): Promise<void> {
    await this.#change(marker, { ended_at: this.#now(), owner_address: null });
  }

  async find(marker: string): Promise<AttendanceEntry | undefined> {
    const row = await this.#select().where('marker', '=', marker).executeTakeFirst();
    return row === undefined ? undefined : this.#toEntry(row);
  }

  async open(): Promise<readonly AttendanceEntry[]> {
    const { seat, accountId } = this.#owner;
    const rows = await this.#select()
      .where('seat', '=', seat.number)
      .where((eb) => (accountId === undefined ? eb('account_id', 'is', null) : eb('account_id', '=', accountId)))
      .where('ended_at', 'is', null)
      .orderBy('begun_at')
      .execute();
    return rows.map((row) => this.#toEntry(row));
  }

  async confirm(): Promise<void> {
    await this.#asHolder(async () => Promise.resolve());
  }

  #select() {
    return this.#database.db
      .selectFrom('attendances')
      .selectAll()
      .select(sql<number>`${this.#now()}`.as('now'));
  }

  async #change(marker: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const { seat } = this.#owner;
    await this.#asHolder(async (transaction) => {
      await transaction
        .updateTable('attendances')
        .set(changes)
        .where('marker', '=', marker)
        .where('seat', '=', seat.number)
        .execute();
    });
  }

  /**
   * The row of the seat is held until the change is there: whoever takes the seat over in this moment waits for it, or comes
   * first and nothing is changed.
   */
  async #asHolder<Result>(work: (transaction: Transaction<Schema>) => Promise<Result>): Promise<Result> {
    const { db, engine } = this.#database;
    const { number, epoch } = this.#owner.seat;
    return db.transaction().execute(async (transaction) => {
      const held = await transaction
        .selectFrom('seats')
        .select('number')
        .where('number', '=', number)
        .where('epoch', '=', epoch)
        .$if(engine === 'postgres', (query) => query.forShare())
        .executeTakeFirst();
      if (held === undefined) throw new SeatLostError(number);
      return work(transaction);
    });
  }

  #toEntry(row: Row): AttendanceEntry {
    return {
      marker: row.marker,
      owner: row.owner_address ?? undefined,
      tries: row.tries,
      begunAgoMs: Math.max(0, row.now - row.begun_at),
      meeting: row.meeting === null ? undefined : toMeeting(JSON.parse(row.meeting) as StoredMeeting),
      waitsMs: Math.max(0, (row.waits_until ?? row.now) - row.now),
      isOver: row.ended_at !== null,
      isHere: row.seat === this.#owner.seat.number,
    };
  }

  #now(): RawBuilder<number> {
    return databaseTime(this.#database.engine, this.#clock);
  }

  #in(ms: number): RawBuilder<number> {
    return sql`${this.#now()} + ${sql.lit(Math.round(ms))}`;
  }
}

/** As JSON has it: dates are texts. */
type StoredMeeting = Omit<LiveMeeting, 'expiresAt'> & { readonly expiresAt?: string };

function toMeeting({ expiresAt, ...facts }: StoredMeeting): LiveMeeting {
  return { ...facts, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
}

/** The accounts with something unfinished in a seat; undefined is the service account. */
export async function accountsWithWork(
  { db }: Pick<Database, 'db'>,
  seat: Seat,
): Promise<readonly (string | undefined)[]> {
  const rows = await db
    .selectFrom('attendances')
    .select('account_id as accountId')
    .distinct()
    .where('seat', '=', seat.number)
    .where('ended_at', 'is', null)
    .execute();
  return rows.map(({ accountId }) => accountId ?? undefined);
}
