import { existsSync } from 'node:fs';
import { chmod, copyFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { DatabaseSync } from '@photostructure/sqlite';

import { AppError } from '../../shared/app-error';

import { examineSqliteFile } from './examine';
import { makePrivateFile } from './private-file';
import { databaseFile, openSqlite } from './sqlite';

/** A backup cannot be made or put back as asked; the message says why. */
export class BackupError extends AppError {
  readonly code = 'store.backup';
}

/**
 * Writes a copy of the embedded database, as it is at one moment, for its own account only; Confer may be at work meanwhile.
 * Source: https://sqlite.org/lang_vacuum.html#vacuuminto
 *
 * @throws BackupError when there is nothing to copy, or something is there already.
 */
export async function backUpSqlite(folder: string, target: string): Promise<void> {
  const source = path.join(folder, databaseFile);
  if (!existsSync(source)) throw new BackupError(`There is no ${source} to back up.`);
  if (existsSync(target)) throw new BackupError(`${target} is there already; a backup does not overwrite.`);
  await makePrivateFile(target);
  const connection = new DatabaseSync(source, { timeout: 5000 });
  try {
    connection.prepare('VACUUM INTO ?').run(target);
  } catch (error) {
    await rm(target);
    throw error;
  } finally {
    connection.close();
  }
}

/**
 * Puts a backup in the place of the embedded database. What was there before stays beside it.
 *
 * @returns where the former database is now; undefined when there was none.
 * @throws BackupError when `source` is no backup, StoreInUseError while Confer is at work.
 */
export async function restoreSqlite(folder: string, source: string, now: Date): Promise<string | undefined> {
  if (!existsSync(source)) throw new BackupError(`There is no ${source}.`);
  examineSqliteFile(source);
  const target = path.join(folder, databaseFile);
  const former = existsSync(target) ? `${target}.before-${now.toISOString().replaceAll(/[:.]/gu, '-')}` : undefined;
  // Opening takes the lock of the folder and writes what is still in the log into the file.
  await (await openSqlite(folder)).close();
  if (former !== undefined) await rename(target, former);
  await rm(`${target}-wal`, { force: true });
  await rm(`${target}-shm`, { force: true });
  await copyFile(source, `${target}.new`);
  await chmod(`${target}.new`, 0o600);
  await rename(`${target}.new`, target);
  return former;
}
