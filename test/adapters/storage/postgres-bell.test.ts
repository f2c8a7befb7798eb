import assert from 'node:assert/strict';

import { Client } from 'pg';

import type { News } from '../../../src/adapters/storage/bell';
import type { Database } from '../../../src/adapters/storage/database';
import { migrate } from '../../../src/adapters/storage/migrate';
import { openPostgres } from '../../../src/adapters/storage/postgres';
import { SqlOperationStore } from '../../../src/adapters/storage/sql-operation-store';
import { SqlSeatStore } from '../../../src/adapters/storage/sql-seat-store';
import { OperationWorker } from '../../../src/journal/worker';
import { sharedPostgres } from '../../support/postgres';
import { RecordingLogger } from '../../support/recording-logger';

/** Everything one process hears. */
class Ear {
  readonly heard: News[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(database: Database) {
    database.bell?.listen((news) => {
      this.heard.push(news);
      for (const look of this.#waiting) look();
    });
  }

  async until(isEnough: (heard: readonly News[]) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (isEnough(this.heard)) resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

describe('PostgresBell', function () {
  this.timeout(20_000);
  let url: string;
  let opened: Database[];
  let admin: Client;

  beforeEach(async () => {
    url = await (await sharedPostgres()).createDatabase();
    opened = [];
    admin = new Client({ connectionString: url });
    await admin.connect();
  });

  afterEach(async () => {
    await Promise.all(opened.map(async (database) => database.close()));
    await admin.end();
  });

  const open = async (): Promise<Database> => {
    const database = await openPostgres({ url, connections: 3 });
    opened.push(database);
    return database;
  };

  /** Whoever listens now hears what comes next. */
  const listening = async (count: number): Promise<void> => {
    for (;;) {
      const { rows } = await admin.query<{ pid: number }>(
        `select pid from pg_stat_activity
         where datname = current_database() and application_name = 'confer bell' and query ~ 'listen|pg_notify' and state = 'idle'`,
      );
      if (rows.length >= count) return;
    }
  };

  it('is heard by every other process and not by whoever rang', async () => {
    const [here, there, elsewhere] = [await open(), await open(), await open()];
    const [own, first, second] = [new Ear(here), new Ear(there), new Ear(elsewhere)];
    await listening(3);

    here.bell?.ring({ kind: 'answered', id: 'A' });
    there.bell?.ring({ kind: 'seat' });

    await own.until((heard) => heard.length > 0);
    await first.until((heard) => heard.length > 0);
    await second.until((heard) => heard.length > 1);
    assert.deepEqual(own.heard, [{ kind: 'seat' }]);
    assert.deepEqual(first.heard, [{ kind: 'answered', id: 'A' }]);
  });

  it('tells what was rung for before the connection was there, the same once', async () => {
    const ear = new Ear(await open());
    await listening(1);
    const late = await open();

    for (let time = 0; time < 5; time += 1) late.bell?.ring({ kind: 'due' });
    late.bell?.ring({ kind: 'seat' });

    await ear.until((heard) => heard.some(({ kind }) => kind === 'seat'));
    assert.deepEqual(ear.heard, [{ kind: 'due' }, { kind: 'seat' }]);
  });

  it('says that something may have been missed when its connection was lost, and hears on', async () => {
    const ear = new Ear(await open());
    await listening(1);

    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'confer bell'
                       and datname = current_database()`);
    await ear.until((heard) => heard.some(({ kind }) => kind === 'anything'));
    (await open()).bell?.ring({ kind: 'due' });

    await ear.until((heard) => heard.some(({ kind }) => kind === 'due'));
  });

  it('A-32: takes no notice of what others notify', async () => {
    const ear = new Ear(await open());
    await listening(1);
    const strange = ['', 'x', 'x {', 'x {"kind":"anything"}', 'x {"kind":"answered"}', 'x {"kind":["due"]}', 'x []'];

    for (const payload of strange) await admin.query('select pg_notify($1, $2)', ['confer', payload]);
    await admin.query('select pg_notify($1, $2)', ['confer', 'x {"kind":"due","more":1}']);

    await ear.until((heard) => heard.length > 0);
    assert.deepEqual(ear.heard, [{ kind: 'due' }]);
  });

  it('P-31: still tells what was rung for when it is closed in the same moment', async () => {
    const ear = new Ear(await open());
    const leaving = await open();
    new Ear(leaving);
    await listening(2);

    leaving.bell?.ring({ kind: 'seat' });
    await leaving.close();
    opened.splice(opened.indexOf(leaving), 1);

    await ear.until((heard) => heard.length > 0);
  });

  describe('between two replicas', () => {
    let here: Database;
    let there: Database;

    beforeEach(async () => {
      [here, there] = [await open(), await open()];
      await migrate(here);
    });

    const click = {
      ...{ id: 'A', kind: 'edit.save', personId: 'anna', conversationId: 'a:1', activityId: 'click', request: {} },
    };

    it('P-05: tells at once what came of a click that another replica works on', async () => {
      const [mine, theirs] = [new SqlOperationStore(here), new SqlOperationStore(there)];
      const host = { perform: async () => Promise.reject(new Error('not here')) };
      const worker = new OperationWorker({
        ...{ store: mine, host: host as never, holder: 'here', log: new RecordingLogger(), atOnce: 0 },
        // Whoever looks for themselves looks in vain for ever.
        clock: {
          sleep: async (_ms, signal) =>
            new Promise((_resolve, reject) => {
              if (signal.aborted) reject(signal.reason as Error);
              signal.addEventListener('abort', () => {
                reject(signal.reason as Error);
              });
            }),
        },
      });
      worker.start();
      await mine.accept(click);
      const hearing = worker.answered('A', AbortSignal.timeout(10_000));
      const claimed = await theirs.claim('there', 30_000);
      assert.ok(claimed);
      await listening(1);

      await theirs.save(claimed, { step: 'answered', answer: { text: 'Saved' } });

      assert.deepEqual((await hearing)?.answer, { text: 'Saved' });
      await worker.stop();
    });

    it('P-31: wakes the others when work is accepted, when it is given back, and when a seat is', async () => {
      const [mine, theirs] = [new SqlOperationStore(here), new SqlOperationStore(there)];
      const news: string[] = [];
      theirs.onNews(({ kind }) => news.push(kind));
      const seats: string[] = [];
      new SqlSeatStore(there).onReleased(() => seats.push('seat'));
      const ear = new Ear(there);
      await listening(1);

      await mine.accept(click);
      await ear.until((heard) => heard.length > 0);
      const claimed = await mine.claim('here', 30_000);
      assert.ok(claimed);
      await mine.release(claimed, { delayMs: 0, counts: false });
      await ear.until((heard) => heard.length > 1);
      const store = new SqlSeatStore(here);
      await store.release(await store.take({ holder: 'here', leaseMs: 30_000 }));
      await ear.until((heard) => heard.length > 2);

      assert.deepEqual([news, seats], [['due', 'due'], ['seat']]);
    });
  });
});
