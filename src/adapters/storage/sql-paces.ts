import { type RawBuilder, sql } from 'kysely';

import type { PaceKept, Paces, Rate } from '../../shared/paces';

import { TimedStore } from './timed-store';

/** Nobody takes a place further away than this and the burst: one that is was taken before the clock went back. */
const FURTHEST_MS = 120_000;

/**
 * Paces in the table `paces`: a row says when every place of its key is free again (the generic cell rate algorithm). Each
 * question is one statement, so that processes that ask at the same moment get different places.
 */
export class SqlPaces extends TimedStore implements Paces {
  async reserve(key: string, rate: Rate): Promise<number> {
    return this.reserveAll([{ key, rate }]);
  }

  async reserveAll(kept: readonly PaceKept[]): Promise<number> {
    if (kept.length === 0) return 0;
    const rates = new Map(kept.map(({ key, rate }) => [key, rate]));
    const largestBurst = Math.max(...kept.map(({ rate }) => rate.burst));
    // Always in the same order: two processes that want the same rows must not wait for each other in a ring.
    const rows = [...rates].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, rate]) => this.#row(key, rate));
    const taken = await this.db
      .insertInto('paces')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet({ every_ms: sql.ref('excluded.every_ms'), free_at: this.#next(largestBurst) }),
      )
      .returning('key')
      .returning(sql<number>`free_at - ${this.databaseNow()}`.as('ahead'))
      .execute();
    const waits = taken.map(({ key, ahead }) => {
      const { burst, everyMs } = rates.get(key) ?? { burst: 1, everyMs: 0 };
      return ahead - burst * everyMs;
    });
    return Math.max(0, ...waits);
  }

  async tryTake(key: string, rate: Rate): Promise<boolean> {
    const taken = await this.db
      .insertInto('paces')
      .values(this.#row(key, rate))
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet({ every_ms: rate.everyMs, free_at: this.#next(rate.burst) })
          .where((eb) =>
            eb.or([
              eb(
                'paces.free_at',
                '<=',
                sql<number>`${this.databaseNow()} + ${sql.lit((rate.burst - 1) * rate.everyMs)}`,
              ),
              eb('paces.free_at', '>', this.#furthest(rate.burst)),
            ]),
          ),
      )
      .returning('key')
      .executeTakeFirst();
    return taken !== undefined;
  }

  async giveBack(kept: readonly PaceKept[]): Promise<void> {
    for (const { key, rate } of kept) {
      await this.db
        .updateTable('paces')
        .set({ free_at: sql<number>`free_at - ${sql.lit(rate.everyMs)}` })
        .where('key', '=', key)
        .execute();
    }
  }

  async hold(key: string, { burst, everyMs }: Rate, forMs: number): Promise<void> {
    const until = sql<number>`${this.databaseNow()} + ${sql.lit((burst - 1) * everyMs + Math.round(forMs))}`;
    await this.db
      .insertInto('paces')
      .values({ key, every_ms: everyMs, free_at: until })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({
          free_at: sql<number>`case when paces.free_at > excluded.free_at then paces.free_at else excluded.free_at end`,
        }),
      )
      .execute();
  }

  /** Forgets the keys whose places are all free: a key that is not there has them all free, too. */
  async forgetFree(): Promise<void> {
    await this.db.deleteFrom('paces').where('free_at', '<=', this.databaseNow()).execute();
  }

  #row(key: string, { everyMs }: Rate): { key: string; every_ms: number; free_at: RawBuilder<number> } {
    return { key, every_ms: everyMs, free_at: sql<number>`${this.databaseNow()} + ${sql.lit(everyMs)}` };
  }

  /** One place later than now, or than the last one that was taken. */
  #next(burst: number): RawBuilder<number> {
    const now = this.databaseNow();
    const isTaken = sql`paces.free_at > ${now} and paces.free_at <= ${this.#furthest(burst)}`;
    return sql`case when ${isTaken} then paces.free_at else ${now} end + excluded.every_ms`;
  }

  #furthest(burst: number): RawBuilder<number> {
    return sql`${this.databaseNow()} + ${sql.lit(burst)} * excluded.every_ms + ${sql.lit(FURTHEST_MS)}`;
  }
}
