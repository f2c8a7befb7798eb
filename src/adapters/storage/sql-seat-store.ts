import { randomUUID } from 'node:crypto';

import { type RawBuilder, sql } from 'kysely';

import type { SeatStore } from '../../seats/ports';
import type { Holding, Seat } from '../../seats/seat';
import { SeatLostError } from '../../shared/seat-lost-error';

import type { Database } from './database';
import { databaseTime } from './database-time';

/** Whether somebody has to go on with something in a seat. */
const hasWork: RawBuilder<boolean> = sql`exists (
  select 1 from attendances where attendances.seat = seats.number and attendances.ended_at is null
)`;

/** Seats in the table `seats`. Leases run by the clock of the database. */
export class SqlSeatStore implements SeatStore {
  readonly #database: Pick<Database, 'db' | 'engine' | 'bell'>;
  readonly #clock: (() => number) | undefined;

  /** @param clock - in place of the database's, for tests. */
  constructor(database: Pick<Database, 'db' | 'engine' | 'bell'>, clock?: () => number) {
    this.#database = database;
    this.#clock = clock;
  }

  async take(holding: Holding): Promise<Seat> {
    for (;;) {
      const seat = (await this.#takeFree(holding, {})) ?? (await this.#add(holding));
      if (seat !== undefined) return seat;
    }
  }

  async takeOver(holding: Holding): Promise<Seat | undefined> {
    return this.#takeFree(holding, { withWork: true });
  }

  async renew(seat: Seat, leaseMs: number): Promise<void> {
    const renewed = await this.#database.db
      .updateTable('seats')
      .set({ lease_until: this.#in(leaseMs) })
      .where('number', '=', seat.number)
      .where('epoch', '=', seat.epoch)
      .returning('number')
      .executeTakeFirst();
    if (renewed === undefined) throw new SeatLostError(seat.number);
  }

  /** The epoch rises here, too: whoever gives a seat back has nothing to write there any more. */
  async release(seat: Seat): Promise<void> {
    const released = await this.#database.db
      .updateTable('seats')
      .set(({ eb }) => ({ lease_until: 0, holder: null, epoch: eb('epoch', '+', 1) }))
      .where('number', '=', seat.number)
      .where('epoch', '=', seat.epoch)
      .returning('number')
      .executeTakeFirst();
    if (released !== undefined) this.#database.bell?.ring({ kind: 'seat' });
  }

  async hasOthers(holder: string): Promise<boolean> {
    const other = await this.#database.db
      .selectFrom('seats')
      .select('number')
      .where('holder', '!=', holder)
      .where('lease_until', '>', this.#now())
      .limit(1)
      .executeTakeFirst();
    return other !== undefined;
  }

  onReleased(listener: () => void): () => void {
    const stop = this.#database.bell?.listen((news) => {
      if (news.kind === 'seat' || news.kind === 'anything') listener();
    });
    return stop ?? (() => undefined);
  }

  /** Forgets where Confer has waited, `olderThanMs` after it left; what nobody ended after four times as long. */
  async forget(olderThanMs: number): Promise<void> {
    // What nobody could end any more, e.g. with an account that is not used now, would have its seat taken over for ever.
    await this.#database.db
      .deleteFrom('attendances')
      .where((row) =>
        row.or([row('ended_at', '<', this.#in(-olderThanMs)), row('begun_at', '<', this.#in(-4 * olderThanMs))]),
      )
      .execute();
  }

  /** Processes that look at the same time do not wait for each other: each skips what another is just taking. */
  async #takeFree(holding: Holding, { withWork = false }: { withWork?: boolean }): Promise<Seat | undefined> {
    const { db, engine } = this.#database;
    const free = db
      .selectFrom('seats')
      .select('number')
      .where('lease_until', '<=', this.#now())
      .$if(withWork, (query) => query.where(hasWork))
      .orderBy(hasWork, 'desc')
      .orderBy('number')
      .limit(1)
      .$if(engine === 'postgres', (query) => query.forUpdate().skipLocked());
    const row = await db
      .updateTable('seats')
      .set(({ eb }) => ({
        holder: holding.holder,
        lease_until: this.#in(holding.leaseMs),
        epoch: eb('epoch', '+', 1),
      }))
      .where('number', '=', free)
      .returning(['number', 'endpoint_id as endpointId', 'epoch'])
      .executeTakeFirst();
    return row;
  }

  /** @returns undefined when another process adds one with the same number just now. */
  async #add({ holder, leaseMs }: Holding): Promise<Seat | undefined> {
    return this.#database.db
      .insertInto('seats')
      .values((eb) => ({
        number: eb.selectFrom('seats').select(sql<number>`coalesce(max(number), 0) + 1`.as('next')),
        endpoint_id: randomUUID(),
        holder,
        epoch: 1,
        lease_until: this.#in(leaseMs),
      }))
      .onConflict((conflict) => conflict.column('number').doNothing())
      .returning(['number', 'endpoint_id as endpointId', 'epoch'])
      .executeTakeFirst();
  }

  #now(): RawBuilder<number> {
    return databaseTime(this.#database.engine, this.#clock);
  }

  #in(ms: number): RawBuilder<number> {
    return sql`${this.#now()} + ${sql.lit(Math.round(ms))}`;
  }
}
