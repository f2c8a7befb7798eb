import { sql } from 'kysely';

import type { Database } from './database';
import { StoreVersionError } from './errors';
import { migrations, type SchemaMigration } from './migrations';

/** Version of the schema this program was written for: the number of the newest migration it knows. */
export const programVersion = migrations.length;

/** Key of the lock that one process holds while it changes the tables: any number that nothing else in the database uses. */
const migrationLock = 7_266_337;

/** What was done to the tables. */
export interface MigrationReport {
  /** Names of the migrations that were applied just now. */
  readonly applied: readonly string[];
  /** Version of the tables afterwards. */
  readonly version: number;
}

/**
 * Brings the tables to the version of this program; tables of a newer one that this program can work with stay as they are.
 * Each step happens wholly or not at all, and only once when several processes begin at the same time. Needs a role that
 * may create tables.
 *
 * @throws StoreVersionError when the tables are too new for this program.
 */
export async function migrate(database: Database, known = migrations): Promise<MigrationReport> {
  const applied: string[] = [];
  for (;;) {
    const name = await oneStep(database, known);
    if (name === undefined) break;
    applied.push(name);
  }
  return { applied, version: (await versionOf(database.db)).version };
}

async function oneStep({ db, engine }: Database, known: readonly SchemaMigration[]): Promise<string | undefined> {
  return db.transaction().execute(async (transaction) => {
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction);
    const found = await versionOf(transaction);
    assertNotTooNew(found, known.length);
    const step = known[found.version];
    if (step === undefined) return undefined;
    if (found.version === 0) await createVersionTable(transaction);
    await step.up(transaction as never, engine);
    const row = { version: found.version + 1, oldest_program: step.oldestProgram };
    await transaction.insertInto('schema_compatibility').values(row).execute();
    return step.name;
  });
}

/**
 * Checks that this program can work on the tables, without changing them: what a process with a role that may not
 * create tables does at its start.
 *
 * @throws StoreVersionError saying what to do.
 */
export async function assertUsable(database: Database, known = migrations): Promise<void> {
  const found = await versionOf(database.db);
  assertNotTooNew(found, known.length);
  if (found.version < known.length) {
    const message = `DATABASE_URL: the tables are of version ${String(found.version)}, this program needs ${String(known.length)}. Run "npm run migrate" first.`;
    throw new StoreVersionError(message);
  }
}

interface Versions {
  readonly version: number;
  readonly oldestProgram: number;
}

async function versionOf(db: Database['db']): Promise<Versions> {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'schema_compatibility')) return { version: 0, oldestProgram: 0 };
  const newest = db.selectFrom('schema_compatibility').selectAll().orderBy('version', 'desc').limit(1);
  const row = await newest.executeTakeFirst();
  return { version: row?.version ?? 0, oldestProgram: row?.oldest_program ?? 0 };
}

async function createVersionTable(db: Database['db']): Promise<void> {
  await db.schema
    .createTable('schema_compatibility')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('oldest_program', 'integer', (column) => column.notNull())
    .execute();
}

function assertNotTooNew({ version, oldestProgram }: Versions, programKnows: number): void {
  if (oldestProgram <= programKnows) return;
  const message = `The tables are of version ${String(version)}, which this older program cannot work with. Start the newer program again, or restore a backup of before the upgrade.`;
  throw new StoreVersionError(message);
}
