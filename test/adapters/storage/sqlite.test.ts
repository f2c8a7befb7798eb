import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { sql } from 'kysely';

import { migrate } from '../../../src/adapters/storage/migrate';
import { databaseFile, openSqlite } from '../../../src/adapters/storage/sqlite';

describe('openSqlite', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-store-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('makes its folder, for its own account only', async () => {
    const deep = path.join(folder, 'deep', 'er');
    const database = await openSqlite(deep);
    await migrate(database);
    await database.close();

    assert.equal((await stat(deep)).mode & 0o077, 0);
    assert.deepEqual((await readdir(deep)).sort(), [databaseFile, 'confer.lock']);
  });

  it('keeps its files from others in a folder that is open to all', async () => {
    await chmod(folder, 0o755);
    const database = await openSqlite(folder);
    await migrate(database);
    const files = await readdir(folder);
    const modes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).mode & 0o077));
    await database.close();

    assert.ok(files.includes(`${databaseFile}-wal`), files.join());
    assert.deepEqual([...new Set(modes)], [0], files.join());
  });

  it('refuses a second opening with a sentence, until the first is closed', async () => {
    const first = await openSqlite(folder);

    await assert.rejects(openSqlite(folder), {
      code: 'store.inUse',
      message: /^DATA_DIR: another Confer already works with .*\. Stop it, or/u,
    });
    await first.close();
    await (await openSqlite(folder)).close();
  });

  it('writes what is committed to disk before it says so', async () => {
    const database = await openSqlite(folder);
    const asked = sql`select (select * from pragma_journal_mode) as mode, (select * from pragma_synchronous) as sync`;
    const { rows } = await asked.execute(database.db);
    await database.close();

    assert.deepEqual(
      rows.map((row) => Object.entries(row as object)),
      [
        [
          ['mode', 'wal'],
          ['sync', 2],
        ],
      ],
    );
  });

  it('leaves nothing in its file of what was deleted', async () => {
    const database = await openSqlite(folder);
    await migrate(database);
    for (let row = 0; row < 50; row += 1) {
      const outcome = `words of a person, ${'x'.repeat(row)}`;
      await database.db
        .insertInto('outcomes')
        .values({ key: String(row), outcome, saved_at: '' })
        .execute();
    }
    await database.db.updateTable('outcomes').set({ outcome: '' }).where('key', '>=', '25').execute();
    await database.db.deleteFrom('outcomes').where('key', '<', '25').execute();
    await database.close();

    assert.deepEqual((await readdir(folder)).sort(), [databaseFile, 'confer.lock']);
    assert.doesNotMatch(await readFile(path.join(folder, databaseFile), 'latin1'), /words of a person/u);
  });

  it('refuses a file that is no database and does not touch it', async () => {
    await writeFile(
      path.join(folder, databaseFile),
      'something else, long enough to be looked at as a header\n'.repeat(20),
    );

    await assert.rejects(openSqlite(folder), {
      code: 'store.unreadable',
      message: /^DATA_DIR: cannot use .*confer\.db \(/u,
    });
    assert.equal((await stat(path.join(folder, databaseFile))).size, 56 * 20);
  });

  it('names the setting when the folder is a file', async () => {
    await writeFile(path.join(folder, 'taken'), '');

    await assert.rejects(openSqlite(path.join(folder, 'taken')), { code: 'store.unreadable', message: /^DATA_DIR:/u });
  });
});
