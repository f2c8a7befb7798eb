import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';

type TypeId = Parameters<typeof types.getTypeParser>[0];

import type { Database } from './database';
import { StoreUnreadableError } from './errors';
import { PostgresBell } from './postgres-bell';
import type { Schema } from './schema';
import { pulseRow, writingPing } from './writing-ping';

const WRITE = `insert into outcomes (key, outcome, saved_at) values ($1, $2, $3)
  on conflict (key) do update set outcome = excluded.outcome`;

/** How to reach PostgreSQL. */
export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full`. */
  readonly url: string;
  /** Connections at most; default 10. */
  readonly connections?: number;
  /** Told when the server ends a connection that nobody was using; the next statement makes a new one. */
  readonly onConnectionLost?: (error: Error) => void;
}

/**
 * Opens a pool of connections and asks the server something, so that a wrong setting shows at once.
 *
 * Whoever asks waits a second for a connection and less for a lock, so that people are told within two seconds when nothing
 * can be written, and nothing piles up behind what hangs. No statement takes more than five.
 *
 * @throws StoreUnreadableError naming DATABASE_URL; never its password.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, connections = 10, onConnectionLost } = options;
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 1000,
    statement_timeout: 5000,
    lock_timeout: 600,
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'confer',
    types: { getTypeParser },
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) => onConnectionLost?.(error));
  // So would that of one in use, which the pool leaves to its user: the statement fails, and whoever waits for it hears of it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    throw new StoreUnreadableError(`DATABASE_URL: cannot use the database at ${whereOf(url)} (${reason})`, {
      cause: error,
    });
  }
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const pulse = pulsePool(url);
  const bell = new PostgresBell(url);
  const close = async (): Promise<void> => {
    await Promise.all([db.destroy(), pulse.end(), bell.close()]);
  };
  const ping = writingPing({
    read: async () => clockOf(pulse),
    write: async () => pulse.query(WRITE, [pulseRow.key, pulseRow.outcome, pulseRow.saved_at]),
  });
  return { engine: 'postgres', db, bell, ping, close };
}

/** Milliseconds since the epoch, as the server has them. */
async function clockOf(pool: Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ now: unknown }>('select extract(epoch from clock_timestamp()) * 1000 as now');
  const now = Number(rows[0]?.now);
  return Number.isFinite(now) ? now : undefined;
}

/**
 * A connection of its own for `ping`, made when first needed: one that waits behind others would say that the database is
 * gone when it only has much to do. Its limits are kept here, because a server that hangs does not keep any.
 */
function pulsePool(url: string): Pool {
  const limits = { connectionTimeoutMillis: 2000, query_timeout: 2000 };
  const pool = new Pool({ connectionString: url, max: 1, ...limits, application_name: 'confer pulse' });
  // The next ping makes a new connection, or fails and says so.
  pool.on('error', () => undefined);
  return pool;
}

/** PostgreSQL's client hands out `bigint` as text; ours are far below 2^53. */
function getTypeParser(type: TypeId, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === types.builtins.INT8) return Number;
  return types.getTypeParser(type, format === 'binary' ? 'text' : format) as (value: string) => unknown;
}

/** Host and name of the database: what a person needs to find the mistake, and no password. */
function whereOf(url: string): string {
  if (!URL.canParse(url)) return 'the given address';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
