import assert from 'node:assert/strict';

import { sql } from 'kysely';
import { Client } from 'pg';

import type { Database } from '../../../src/adapters/storage/database';
import { openPostgres } from '../../../src/adapters/storage/postgres';
import { sharedPostgres } from '../../support/postgres';

describe('openPostgres', function () {
  this.timeout(20_000);

  let url: string;
  let database: Database;

  beforeEach(async () => {
    url = await (await sharedPostgres()).createDatabase();
    database = await openPostgres({ url });
  });

  afterEach(async () => {
    await database.close();
  });

  /** Ends a connection as a server does that crashes, and returns when the server has nothing to do with it any more. */
  async function end(pid: number | undefined): Promise<void> {
    const other = new Client({ connectionString: url });
    await other.connect();
    await other.query('select pg_terminate_backend($1, 5000)', [pid]);
    await other.end();
  }

  // What nobody listens to ends the process, here the test.
  it('F-36: survives the loss of a connection in the middle of a transaction', async () => {
    const transaction = database.db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      await end(rows[0]?.pid);
      await sql`select 1`.execute(transaction);
    });

    await assert.rejects(transaction);
    const { rows } = await sql<{ two: number }>`select 2 as two`.execute(database.db);
    assert.equal(rows[0]?.two, 2);
  });
});
