import { open } from 'node:fs/promises';

/**
 * Makes an empty file that only its account may read, whoever may look into the folder; one that is there stays as it is.
 * SQLite gives the files it puts beside a database the rights of the database.
 * Source: https://sqlite.org/tempfiles.html
 */
export async function makePrivateFile(file: string): Promise<void> {
  await (await open(file, 'a', 0o600)).close();
}
