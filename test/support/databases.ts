import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Database } from '../../src/adapters/storage/database';
import { migrate } from '../../src/adapters/storage/migrate';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { openSqlite } from '../../src/adapters/storage/sqlite';

import { sharedPostgres } from './postgres';

/** A place where one test keeps a database, and opens it as often as it likes. */
export interface DatabaseHome {
  open(): Promise<Database>;
  remove(): Promise<void>;
}

/** One of the two engines the store runs on. */
export interface EngineUnderTest {
  readonly name: string;
  readonly newHome: () => Promise<DatabaseHome>;
}

/** Both engines: every test of the store runs on each. */
export const engines: readonly EngineUnderTest[] = [
  { name: 'SQLite', newHome: newFolder },
  { name: 'PostgreSQL', newHome: newPostgresDatabase },
];

async function newFolder(): Promise<DatabaseHome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'confer-store-'));
  return { open: async () => openSqlite(folder), remove: async () => rm(folder, { recursive: true }) };
}

async function newPostgresDatabase(): Promise<DatabaseHome> {
  const url = await (await sharedPostgres()).createDatabase();
  return { open: async () => openPostgres({ url }), remove: async () => Promise.resolve() };
}

/** Opens a home's database with the tables of this program in it. */
export async function openMigrated(home: DatabaseHome): Promise<Database> {
  const database = await home.open();
  await migrate(database);
  return database;
}
