import { type RawBuilder, sql } from 'kysely';

import type { Database } from './database';

/**
 * Milliseconds since the epoch by the clock of the database, which all replicas share.
 *
 * @param clock - in place of the database's, for tests.
 */
export function databaseNow(engine: Database['engine'], clock?: () => number): RawBuilder<number> {
  if (clock !== undefined) return sql`${sql.lit(clock())}`;
  return engine === 'postgres'
    ? sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : sql`cast(unixepoch('subsec') * 1000 as integer)`;
}
