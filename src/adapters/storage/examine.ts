import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { DatabaseSync } from '@photostructure/sqlite';

import { StoreUnreadableError } from './errors';
import { assertUsable } from './migrate';
import { openPostgres } from './postgres';
import { databaseFile } from './sqlite';

/**
 * Looks whether the embedded database in `folder` can be read, without writing anything: a file made here might belong to
 * the wrong account. Other processes may be at work with it.
 *
 * @returns its path; undefined when there is none yet.
 * @throws StoreUnreadableError naming the file.
 */
export function examineSqlite(folder: string): string | undefined {
  const file = path.join(folder, databaseFile);
  if (!existsSync(file)) return undefined;
  examineSqliteFile(file);
  return file;
}

/** Looks whether a file is a database that can be read. @throws StoreUnreadableError naming it. */
export function examineSqliteFile(file: string): void {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  try {
    const connection = new DatabaseSync(url, { readOnly: true });
    try {
      connection.prepare('select count(*) from sqlite_schema').all();
    } finally {
      connection.close();
    }
  } catch (error) {
    throw new StoreUnreadableError(`${file} cannot be read`, { cause: error });
  }
}

/** Looks whether the tables in PostgreSQL can be used. @throws StoreUnreadableError, StoreVersionError. */
export async function examinePostgres(url: string): Promise<void> {
  const database = await openPostgres({ url, connections: 1 });
  try {
    await assertUsable(database);
  } finally {
    await database.close();
  }
}
