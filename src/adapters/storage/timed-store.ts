import { type RawBuilder, sql } from 'kysely';

import type { Database } from './database';
import { databaseTime } from './database-time';

/** Tables with points in time, all by the clock of the database. */
export abstract class TimedStore {
  protected readonly db: Database['db'];
  protected readonly engine: Database['engine'];
  readonly #clock: (() => number) | undefined;

  /** @param clock - in place of the database's, for tests. */
  constructor({ db, engine }: Pick<Database, 'db' | 'engine'>, clock?: () => number) {
    this.db = db;
    this.engine = engine;
    this.#clock = clock;
  }

  /** The moment at which the row is looked at, in milliseconds since the epoch. */
  protected databaseNow(): RawBuilder<number> {
    return databaseTime(this.engine, this.#clock);
  }

  /** So many milliseconds from then, rounded, as the columns hold whole ones; negative: before. */
  protected databaseIn(ms: number): RawBuilder<number> {
    return sql`${this.databaseNow()} + ${sql.lit(Math.round(ms))}`;
  }
}
