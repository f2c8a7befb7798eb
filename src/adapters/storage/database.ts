import type { Kysely } from 'kysely';

import type { Engine } from './migrations';
import type { Schema } from './schema';

/** An open database. */
export interface Database {
  readonly engine: Engine;
  readonly db: Kysely<Schema>;
  /** Ends what is under way and gives the database free for others. */
  close(): Promise<void>;
}
