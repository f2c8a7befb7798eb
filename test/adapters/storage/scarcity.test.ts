import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DatabaseSync } from '@photostructure/sqlite';
import { sql } from 'kysely';
import { Client } from 'pg';

import type { Database } from '../../../src/adapters/storage/database';
import { migrate } from '../../../src/adapters/storage/migrate';
import { openPostgres } from '../../../src/adapters/storage/postgres';
import { SqlOperationStore } from '../../../src/adapters/storage/sql-operation-store';
import { databaseFile, openSqlite } from '../../../src/adapters/storage/sqlite';
import { deferred } from '../../support/deferred';
import { sharedPostgres } from '../../support/postgres';

/** Within this time people must be told that nothing was written. */
const PROMISE_MS = 2000;

/** Somebody asks for something that has to be written down. */
async function accept(database: Database, id: string): Promise<unknown> {
  return new SqlOperationStore(database).accept({
    ...{
      id,
      kind: 'new',
      personId: 'anna',
      conversationId: 'a:1',
      activityId: id,
      request: { text: 'x'.repeat(5000) },
    },
  });
}

/** What comes of many who ask at once, and how long the slowest waited. */
async function acceptMany(database: Database, count: number): Promise<{ refused: number; slowestMs: number }> {
  const startedAt = performance.now();
  let slowestMs = 0;
  const asked = await Promise.allSettled(
    Array.from({ length: count }, async (_, number) => {
      try {
        await accept(database, `many-${String(number)}`);
      } finally {
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      }
    }),
  );
  return { refused: asked.filter(({ status }) => status === 'rejected').length, slowestMs };
}

describe('scarcity', function () {
  this.timeout(20_000);

  describe('of PostgreSQL', () => {
    let url: string;
    let database: Database;

    beforeEach(async () => {
      url = await (await sharedPostgres()).createDatabase();
      database = await openPostgres({ url });
      await migrate(database);
    });

    afterEach(async () => {
      await database.close();
    });

    /** Somebody else locks a table, and keeps it. */
    async function locked(table: string): Promise<Client> {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`begin; lock table ${table} in access exclusive mode`);
      return client;
    }

    for (const table of ['inbox', 'operations']) {
      it(`F-38: refuses within two seconds while ${table} is locked, however many ask, and then goes on`, async () => {
        const other = await locked(table);

        const { refused, slowestMs } = await acceptMany(database, 60);

        assert.equal(refused, 60);
        assert.ok(slowestMs < PROMISE_MS, `${String(slowestMs)} ms`);
        await database.ping();
        await other.query('rollback');
        await other.end();
        assert.equal(await accept(database, 'many-1'), 'accepted');
      });
    }

    it('F-38: refuses within two seconds when all connections are in use, and is still well', async () => {
      const held = deferred();
      const begun = Array.from({ length: 10 }, () => deferred());
      const holders = begun.map(async (holding) =>
        database.db.transaction().execute(async (transaction) => {
          await sql`select 1`.execute(transaction);
          holding.resolve(undefined);
          await held.promise;
        }),
      );
      await Promise.all(begun.map(async ({ promise }) => promise));

      const { refused, slowestMs } = await acceptMany(database, 60);

      assert.equal(refused, 60);
      assert.ok(slowestMs < PROMISE_MS, `${String(slowestMs)} ms`);
      await database.ping();
      held.resolve(undefined);
      await Promise.all(holders);
      assert.equal(await accept(database, 'many-1'), 'accepted');
    });

    it('F-38: is not well while it answers and takes nothing', async () => {
      const name = new URL(url).pathname.slice(1);
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`alter database ${name} set default_transaction_read_only = on`);

      await assert.rejects(database.ping());
      await assert.rejects(database.ping());

      await client.query('set default_transaction_read_only = off');
      await client.query(`alter database ${name} reset default_transaction_read_only`);
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'confer pulse'`,
      );
      await client.end();
      await assert.doesNotReject(
        eventually(async () => {
          await database.ping();
        }),
      );
    });
  });

  describe('of the embedded database', () => {
    let folder: string;
    let database: Database;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'confer-scarcity-'));
      database = await openSqlite(folder);
      await migrate(database);
    });

    afterEach(async () => {
      await database.close();
      await rm(folder, { recursive: true });
    });

    /** The file may not grow: what a full disk comes to. */
    async function fill(): Promise<void> {
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.db);
      await sql.raw(`pragma max_page_count = ${String(rows[0]?.page_count)}`).execute(database.db);
    }

    it('F-38: refuses at once when the disk is full, begins nothing, and goes on when there is room', async () => {
      await fill();

      const { refused, slowestMs } = await acceptMany(database, 20);
      const there = await database.db.selectFrom('operations').selectAll().execute();
      const taken = await database.db.selectFrom('inbox').selectAll().execute();

      assert.deepEqual([there.length + refused, taken.length], [20, there.length]);
      assert.ok(refused >= 19, `${String(refused)} refused`);
      assert.ok(slowestMs < PROMISE_MS, `${String(slowestMs)} ms`);
      await sql.raw('pragma max_page_count = 1000000').execute(database.db);
      assert.equal(await accept(database, 'later'), 'accepted');
    });

    it('F-38: refuses within two seconds while another program holds the file, and is not well', async () => {
      const other = new DatabaseSync(path.join(folder, databaseFile));
      other.exec('begin immediate');

      const { refused, slowestMs } = await acceptMany(database, 5);

      assert.equal(refused, 5);
      assert.ok(slowestMs < PROMISE_MS, `${String(slowestMs)} ms`);
      await assert.rejects(database.ping());
      await assert.rejects(database.ping());
      other.exec('rollback');
      other.close();
      await database.ping();
      assert.equal(await accept(database, 'many-1'), 'accepted');
    });
  });
});

/** Tries again until it works. */
async function eventually(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch {
      await new Promise(setImmediate);
    }
  }
}
