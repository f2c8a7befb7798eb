import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

import { migrations } from '../../src/adapters/storage/migrations';
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
  this.timeout(30_000);

  it('makes the tables in PostgreSQL, once', async () => {
    const url = await (await sharedPostgres()).createDatabase();

    const first = storeTool(['migrate'], { DATABASE_URL: url });
    const second = storeTool(['migrate'], { DATABASE_URL: url });

    const applied = migrations.map(({ name }) => `applied ${name}\n`).join('');
    const now = `The tables are of version ${String(migrations.length)}.\n`;
    assert.deepEqual([first.status, first.stdout, first.stderr], [0, `${applied}${now}`, '']);
    assert.deepEqual([second.status, second.stdout], [0, now]);
  });

  it('says what it can do when asked for something else', () => {
    const ended = storeTool(['toString'], {});

    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /^Usage: npm run store -- <command>\n {2}migrate /u);
  });

  it('names the setting when the database does not answer', () => {
    const ended = storeTool(['migrate'], { DATABASE_URL: 'postgres://confer:canary@127.0.0.1:1/confer' });

    assert.deepEqual(
      [ended.status, ended.stderr],
      [1, 'DATABASE_URL: cannot use the database at 127.0.0.1:1/confer (ECONNREFUSED)\n'],
    );
  });
});
