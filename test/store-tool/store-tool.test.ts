import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { migrate } from '../../src/adapters/storage/migrate';
import { migrations } from '../../src/adapters/storage/migrations';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { SqlMeetingStore } from '../../src/adapters/storage/sql-meeting-store';
import { databaseFile, openSqlite } from '../../src/adapters/storage/sqlite';
import { sharedPostgres } from '../support/postgres';
import { surroundings } from '../support/running-confer';

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the tool as `npm run store` does. */
function storeTool(args: readonly string[], env: Record<string, string>): Ended {
  const command = ['--import', 'tsx', 'src/store-tool/main.ts', ...args];
  return spawnSync(process.execPath, command, { env: { ...surroundings(), ...env }, encoding: 'utf8' });
}

describe('the store tool', function () {
  this.timeout(60_000);
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-tool-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const dataDir = (): string => path.join(folder, 'data');

  /** A database with one meeting in it. */
  const filled = async (subject = 'Budget review'): Promise<void> => {
    const database = await openSqlite(dataDir());
    await migrate(database);
    const createdBy = { id: 'anna-oid', name: 'Anna' };
    const recordedAt = new Date().toISOString();
    const store = new SqlMeetingStore(database, () => new Date());
    await store.saveRecord({ id: 'IB88RLLY', kind: 'scheduled', subject, createdBy, recordedAt });
    await database.close();
  };

  const subjectNow = async (): Promise<string | undefined> => {
    const database = await openSqlite(dataDir());
    const record = await new SqlMeetingStore(database, () => new Date()).findRecord('IB88RLLY');
    await database.close();
    return record?.subject;
  };

  it('makes the tables in PostgreSQL, once', async () => {
    const url = await (await sharedPostgres()).createDatabase();

    const first = storeTool(['migrate'], { DATABASE_URL: url });
    const second = storeTool(['migrate'], { DATABASE_URL: url });

    const applied = migrations.map(({ name }) => `applied ${name}\n`).join('');
    const now = `The tables are of version ${String(migrations.length)}.\n`;
    assert.deepEqual([first.status, first.stdout, first.stderr], [0, `${applied}${now}`, '']);
    assert.deepEqual([second.status, second.stdout], [0, now]);
  });

  it('makes a backup while the database is in use, and puts it back', async () => {
    await filled();
    const copy = path.join(folder, 'backup.db');
    const inUse = await openSqlite(dataDir());
    const made = storeTool(['backup', copy], { DATA_DIR: dataDir() });
    const tooEarly = storeTool(['restore', copy], { DATA_DIR: dataDir() });
    await inUse.close();
    await filled('Changed since');

    const restored = storeTool(['restore', copy], { DATA_DIR: dataDir() });

    assert.deepEqual([made.status, made.stderr], [0, '']);
    assert.equal(tooEarly.status, 1);
    assert.match(tooEarly.stderr, /^DATA_DIR: another Confer already works with/u);
    assert.equal(restored.status, 0, restored.stderr);
    assert.match(restored.stdout, /The former one is .*confer\.db\.before-/u);
    assert.equal(await subjectNow(), 'Budget review');
  });

  it('keeps a backup and what is put back from others', async () => {
    await filled();
    const copy = path.join(folder, 'backup.db');
    storeTool(['backup', copy], { DATA_DIR: dataDir() });
    const copyMode = (await stat(copy)).mode & 0o777;
    await chmod(copy, 0o644);

    storeTool(['restore', copy], { DATA_DIR: dataDir() });

    assert.deepEqual([copyMode, (await stat(path.join(dataDir(), databaseFile))).mode & 0o777], [0o600, 0o600]);
  });

  it('overwrites nothing with a backup, and puts nothing back that is none', async () => {
    await filled();
    const other = path.join(folder, 'notes.txt');
    await writeFile(other, 'no database at all '.repeat(500));

    const made = storeTool(['backup', other], { DATA_DIR: dataDir() });
    const restored = storeTool(['restore', other], { DATA_DIR: dataDir() });

    assert.deepEqual([made.status, restored.status], [1, 1]);
    assert.match(made.stderr, /notes\.txt is there already/u);
    assert.match(restored.stderr, /notes\.txt cannot be read/u);
    assert.equal(await subjectNow(), 'Budget review');
  });

  it('moves everything into an empty PostgreSQL, and only into an empty one', async () => {
    await filled();
    const url = await (await sharedPostgres()).createDatabase();
    const settings = { DATA_DIR: dataDir(), DATABASE_URL: url };
    storeTool(['migrate'], settings);

    const first = storeTool(['move'], settings);
    const second = storeTool(['move'], settings);

    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /^meetings: 1\n/u);
    assert.equal(second.status, 1);
    assert.match(second.stderr, /The target is not empty/u);
    const database = await openPostgres({ url });
    const [record] = await new SqlMeetingStore(database, () => new Date()).records();
    await database.close();
    assert.deepEqual([record?.subject, record?.createdBy?.name], ['Budget review', 'Anna']);
  });

  it('exports and erases what is known of a person', async () => {
    await filled();

    const exported = storeTool(['export', 'anna-oid'], { DATA_DIR: dataDir() });
    const erased = storeTool(['erase', 'anna-oid'], { DATA_DIR: dataDir() });
    const after = storeTool(['export', 'anna-oid'], { DATA_DIR: dataDir() });

    assert.equal((JSON.parse(exported.stdout) as { meetings: unknown[] }).meetings.length, 1);
    assert.equal(erased.stdout, 'Forgot 1 entries.\n');
    assert.equal((JSON.parse(after.stdout) as { meetings: unknown[] }).meetings.length, 0);
  });

  it('tidies up', async () => {
    await filled();

    const ended = storeTool(['tidy'], { DATA_DIR: dataDir() });

    assert.deepEqual([ended.status, ended.stdout], [0, 'Forgot 0 meetings and 0 operations.\n']);
  });

  it('says what it can do when asked for something else, or for too little', () => {
    for (const args of [['toString'], [], ['backup'], ['migrate', 'now']]) {
      const ended = storeTool(args, { DATA_DIR: dataDir() });

      assert.equal(ended.status, 1);
      assert.match(ended.stderr, /^Usage: npm run store -- <command>\n {2}migrate /u);
    }
  });

  it('names the setting when the database does not answer', () => {
    const ended = storeTool(['migrate'], { DATABASE_URL: 'postgres://confer:canary@127.0.0.1:1/confer' });

    assert.deepEqual(
      [ended.status, ended.stderr],
      [1, 'DATABASE_URL: cannot use the database at 127.0.0.1:1/confer (ECONNREFUSED)\n'],
    );
  });
});
