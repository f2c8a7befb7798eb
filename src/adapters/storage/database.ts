import type { Kysely } from 'kysely';

import type { Bell } from './bell';
import type { Engine } from './migrations';
import type { Schema } from './schema';

/** An open database. */
export interface Database {
  readonly engine: Engine;
  readonly db: Kysely<Schema>;
  /** Between the processes that share the database; absent where there is only one. */
  readonly bell?: Bell;
  /**
   * Asks the database something that it has to look up. Rejects, after four seconds at most, when it does not answer.
   *
   * @returns milliseconds since the epoch by its clock; undefined when it has none of its own.
   */
  ping(): Promise<number | undefined>;
  /** Ends what is under way and gives the database free for others. */
  close(): Promise<void>;
}
