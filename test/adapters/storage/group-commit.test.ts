import assert from 'node:assert/strict';

import { DatabaseSync } from '@photostructure/sqlite';
import { Kysely, sql } from 'kysely';

import { GroupCommitDialect, type SqliteConnection } from '../../../src/adapters/storage/group-commit';

interface Tables {
  readonly notes: { id: number; words: string };
}

/** A database in memory that notes what it is told to do, and can fail to commit. */
class NotingDatabase implements SqliteConnection {
  readonly #inner = new DatabaseSync(':memory:');
  readonly done: string[] = [];
  failsToCommit = false;

  get isTransaction(): boolean {
    return this.#inner.isTransaction;
  }

  exec(text: string): void {
    if (this.failsToCommit && text === 'COMMIT') throw new TypeError('disk is full');
    this.done.push(text);
    this.#inner.exec(text);
  }

  prepare(text: string): ReturnType<SqliteConnection['prepare']> {
    return this.#inner.prepare(text);
  }

  count(text: string): number {
    return this.done.filter((one) => one === text).length;
  }
}

describe('commits of SQLite', () => {
  let database: NotingDatabase;
  let db: Kysely<Tables>;

  beforeEach(async () => {
    database = new NotingDatabase();
    db = new Kysely<Tables>({ dialect: new GroupCommitDialect(database) });
    await sql`create table notes (id integer primary key, words text not null)`.execute(db);
  });

  afterEach(async () => {
    await db.destroy();
  });

  async function note(id: number, words = 'x'): Promise<unknown> {
    return db.insertInto('notes').values({ id, words }).execute();
  }

  async function ids(): Promise<readonly number[]> {
    return (await db.selectFrom('notes').select('id').orderBy('id').execute()).map(({ id }) => id);
  }

  it('serve everything that is written at the same time', async () => {
    const transaction = async (id: number): Promise<void> =>
      db.transaction().execute(async (own) => {
        await own.insertInto('notes').values({ id, words: 'a' }).execute();
        await own
          .insertInto('notes')
          .values({ id: id + 1, words: 'b' })
          .execute();
      });

    await Promise.all([note(1), transaction(10), note(2), transaction(20), note(3), transaction(30)]);

    assert.equal(database.count('COMMIT'), 1);
    assert.deepEqual(await ids(), [1, 2, 3, 10, 11, 20, 21, 30, 31]);
  });

  it('are over before anybody is told, also who only reads what others wrote', async () => {
    const told = [note(1), ids()].map(async (work) => work.then(() => database.count('COMMIT')));

    assert.deepEqual(await Promise.all(told), [1, 1]);
  });

  it('leave out who fails, and nobody else', async () => {
    const failing = db.transaction().execute(async (own) => {
      await own.insertInto('notes').values({ id: 7, words: 'gone' }).execute();
      throw new RangeError('changed my mind');
    });

    const results = await Promise.allSettled([note(1), note(1), failing, note(2)]);

    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await ids(), [1, 2]);
  });

  it('keep transactions apart', async () => {
    await note(1, '0');

    const rise = async (): Promise<void> =>
      db.transaction().execute(async (own) => {
        const { words } = await own.selectFrom('notes').select('words').where('id', '=', 1).executeTakeFirstOrThrow();
        await new Promise(setImmediate);
        await own
          .updateTable('notes')
          .set({ words: String(Number(words) + 1) })
          .where('id', '=', 1)
          .execute();
      });
    await Promise.all([rise(), rise(), note(2), rise(), rise()]);

    const { words } = await db.selectFrom('notes').select('words').where('id', '=', 1).executeTakeFirstOrThrow();
    assert.equal(words, '4');
  });

  it('are not held up by one transaction after another', async () => {
    let isOver = false;
    const slow = async (): Promise<void> => {
      while (!isOver) {
        await db.transaction().execute(async (own) => {
          await own.selectFrom('notes').select('id').execute();
          await new Promise(setImmediate);
          await new Promise(setImmediate);
        });
      }
    };
    const others = [slow(), slow()];

    await note(1);
    isOver = true;
    await Promise.all(others);

    assert.deepEqual(await ids(), [1]);
  });

  it('that fail are told to everybody who took part, and harm nobody later', async () => {
    const transaction = db.transaction().execute(async (own) => {
      await own.insertInto('notes').values({ id: 2, words: 'x' }).execute();
    });
    database.failsToCommit = true;
    const results = await Promise.allSettled([note(1), transaction]);
    database.failsToCommit = false;
    await note(3);

    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(await ids(), [3]);
  });

  it('that SQLite has rolled back are told to everybody who took part, and nothing joins them', async () => {
    await note(1);
    const rollBack = async (): Promise<unknown> =>
      db.insertInto('notes').orRollback().values({ id: 1, words: 'x' }).execute();
    const transaction = db.transaction().execute(async (own) => {
      await own.insertInto('notes').values({ id: 3, words: 'x' }).execute();
      await own
        .insertInto('notes')
        .orRollback()
        .values({ id: 1, words: 'x' })
        .execute()
        .catch(() => undefined);
      await own.insertInto('notes').values({ id: 4, words: 'x' }).execute();
    });

    const results = await Promise.allSettled([note(2), rollBack(), note(5), transaction, note(6)]);

    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await ids(), [1, 5, 6]);
  });

  it('have nothing of statements nobody knows', async () => {
    await Promise.all([note(1), sql`create table more (id integer)`.execute(db), note(2)]);

    assert.equal(database.isTransaction, false);
    assert.deepEqual(await ids(), [1, 2]);
  });
});
