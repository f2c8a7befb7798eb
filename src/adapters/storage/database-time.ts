import { type RawBuilder, sql } from 'kysely';

import type { Engine } from './migrations';

/**
 * Milliseconds since the epoch by the clock of the database, which all replicas share, at the moment the row is looked at.
 *
 * @param clock - in place of the database's, for tests.
 */
export function databaseTime(engine: Engine, clock?: () => number): RawBuilder<number> {
  if (clock !== undefined) return sql`cast(${sql.lit(clock())} as bigint)`;
  return engine === 'postgres'
    ? sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : sql`cast(unixepoch('subsec') * 1000 as integer)`;
}
