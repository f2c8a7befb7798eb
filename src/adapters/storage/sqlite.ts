import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { Kysely, sql } from 'kysely';

import type { Database } from './database';
import { StoreInUseError, StoreUnreadableError } from './errors';
import { GroupCommitDialect } from './group-commit';
import { makePrivateFile } from './private-file';
import type { Schema } from './schema';
import { pulseRow, writingPing } from './writing-ping';

/** Name of the database file inside DATA_DIR. */
export const databaseFile = 'confer.db';

/**
 * Opens the database in `folder`, making both when there are none, for its own account only. One process at a time: a second one would announce every
 * change twice.
 *
 * A transaction is on disk when it is committed (WAL, synchronous FULL).
 * Source: https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous
 *
 * @throws StoreInUseError, StoreUnreadableError naming DATA_DIR.
 */
export async function openSqlite(folder: string): Promise<Database> {
  const file = path.join(folder, databaseFile);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await takeLock(folder);
    try {
      await makePrivateFile(file);
      const connection = openFile(file);
      const database = overConnection(connection);
      const close = async (): Promise<void> => {
        await database.close();
        lock.close();
      };
      return { ...database, close };
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof StoreInUseError) throw error;
    throw new StoreUnreadableError(`DATA_DIR: cannot use ${file} (${reasonOf(error)})`, { cause: error });
  }
}

/** A database in memory that is gone when it is closed. */
export function openInMemory(): Database {
  return overConnection(new DatabaseSync(':memory:'));
}

function overConnection(connection: DatabaseSyncInstance): Database {
  const db = new Kysely<Schema>({ dialect: new GroupCommitDialect(connection) });
  const close = async (): Promise<void> => {
    await db.destroy();
    if (connection.isOpen) connection.close();
  };
  const ping = writingPing({
    read: async () => {
      await sql`select count(*) from sqlite_schema`.execute(db);
      return undefined;
    },
    write: async () => {
      const { outcome } = pulseRow;
      const row = db.insertInto('outcomes').values(pulseRow);
      await row.onConflict((conflict) => conflict.column('key').doUpdateSet({ outcome })).execute();
    },
  });
  return { engine: 'sqlite', db, ping, close };
}

/** Another program may hold the file for a moment; the whole process stands still while this one waits. */
const BUSY_MS = 200;

function openFile(file: string): DatabaseSyncInstance {
  const connection = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  try {
    // What is erased is no longer in the file either.
    connection.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON',
    );
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Holds the exclusive lock of an otherwise empty database beside the real one, which ends with the process however that
 * ends. The real one stays readable, for a backup while the bot runs.
 */
async function takeLock(folder: string): Promise<DatabaseSyncInstance> {
  const file = path.join(folder, 'confer.lock');
  await makePrivateFile(file);
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!/locked/iu.test(String(error))) throw error;
    const message = `DATA_DIR: another Confer already works with ${folder}. Stop it, or give this one a folder of its own.`;
    throw new StoreInUseError(message, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? `${error.code}: ${error.message}` : error.message;
}
