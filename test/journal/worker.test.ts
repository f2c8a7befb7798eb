import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';

import type { Database } from '../../src/adapters/storage/database';
import { migrate } from '../../src/adapters/storage/migrate';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { openSqlite } from '../../src/adapters/storage/sqlite';
import { NotYetError, PostImpossibleError, PostRefusedError } from '../../src/journal/errors';
import type { NewOperation, Operation } from '../../src/journal/operation';
import type { OperationHost } from '../../src/journal/ports';
import { OperationWorker } from '../../src/journal/worker';
import type { CreationGuard } from '../../src/shared/creation-guard';
import { usualPace } from '../../src/shared/pace';
import { deferred } from '../support/deferred';
import { RecordingLogger } from '../support/recording-logger';

import { FakeWorld } from './fake-world';

function wanted(id: string, over: Partial<NewOperation> = {}): NewOperation {
  return {
    ...{ id, kind: 'new', personId: 'anna', conversationId: 'a:1', activityId: `activity ${id}` },
    ...{ request: { args: 'Budget review' } },
    ...over,
  };
}

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

describe('OperationWorker', function () {
  this.timeout(10_000);
  let folder = '';
  let database: Database;
  let store: SqlOperationStore;
  let world: FakeWorld;
  let log: RecordingLogger;
  let workers: OperationWorker[] = [];
  /** The clock of the database runs on its own; a test moves it ahead. */
  let aheadMs = 0;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-journal-'));
    database = await openSqlite(folder);
    await migrate(database);
    aheadMs = 0;
    store = new SqlOperationStore(database, () => Date.now() + aheadMs);
    world = new FakeWorld();
    log = new RecordingLogger();
  });

  afterEach(async () => {
    await Promise.all(workers.map(async (worker) => worker.stop()));
    workers = [];
    await database.close();
    await rm(folder, { recursive: true });
  });

  // Rests pass at once, so that only what happens counts; the clock of the database is what a test moves.
  const shortRest: Sleep = async (ms, signal) => sleepFor(Math.min(ms, 20), undefined, { signal });

  const startWorker = (host: OperationHost = world, holder = 'one', sleep = shortRest): OperationWorker => {
    const worker = new OperationWorker({ store, host, holder, log, clock: { sleep } });
    workers.push(worker);
    worker.start();
    return worker;
  };

  const over = async (id: string): Promise<Operation> => {
    for (;;) {
      const found = await store.find(id);
      if (found?.step === 'ended' || found?.step === 'failed') return found;
      await sleepFor(5);
    }
  };

  /** Waits until the operation was given back and rests for something; while it is worked on, it is leased. */
  const resting = async (): Promise<number> => {
    for (;;) {
      const row = await database.db
        .selectFrom('operations')
        .select('not_before')
        .where('lease_until', '=', 0)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      const dueInMs = (row?.not_before ?? 0) - (await store.now());
      if (dueInMs > 100) return dueInMs;
      await sleepFor(5);
    }
  };

  it('does what was accepted, says so in one message, and lets the rest follow', async () => {
    startWorker();
    await store.accept(wanted('A'));

    await over('A');

    assert.deepEqual(world.calls, ['perform A', 'post answer']);
    assert.deepEqual([world.shown, world.followed], [[{ text: 'done A' }], ['A']]);
  });

  it('tells what is under way when it takes long, and then the answer in the same message', async () => {
    let finish: (() => void) | undefined;
    world.perform = async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { answer: { text: 'late' } };
    };
    startWorker();
    await store.accept(wanted('A'));
    while (world.shown.length === 0) await sleepFor(5);
    assert.deepEqual(world.shown, ['underWay']);

    finish?.();
    await over('A');

    assert.deepEqual([world.shown, world.calls], [[{ text: 'late' }], ['post underWay', 'update message 1']]);
  });

  it('replaces the card that was clicked', async () => {
    world.messages.set('form', { kind: 'underWay' });
    world.perform = async () => Promise.resolve({ answer: { text: 'saved' }, replaces: 'form' });
    startWorker();
    await store.accept(wanted('A'));

    await over('A');

    assert.deepEqual([...world.messages], [['form', { kind: 'answer', answer: { text: 'saved' } }]]);
  });

  it('posts nothing when whoever asked has heard the answer, and posts it when it is not certain that they have', async () => {
    world.perform = async () => Promise.resolve({ answer: { text: 'heard' } });
    world.hears = true;
    world.followings.push(new Error('connector away'));
    startWorker();
    await store.accept(wanted('A'));
    await resting();
    assert.deepEqual(world.shown, []);

    aheadMs += 2000;
    await over('A');

    assert.deepEqual(world.shown, [{ text: 'heard' }]);
  });

  it('posts a new message when the one it was to replace is gone', async () => {
    world.perform = async () => Promise.resolve({ answer: {}, replaces: 'deleted' });
    startWorker();
    await store.accept(wanted('A'));

    await over('A');

    assert.deepEqual(world.calls, ['update deleted', 'post answer']);
    assert.equal((await store.find('A'))?.cardActivityId, 'message 1');
  });

  it('does not repeat a posting whose outcome is open until nobody can have seen it', async () => {
    world.postings.push(async (deliver) => {
      deliver();
      return Promise.reject(new Error('connection reset'));
    });
    startWorker();
    await store.accept(wanted('A'));
    await resting();
    aheadMs += 2000;
    await resting();
    assert.equal(world.calls.filter((call) => call.startsWith('post')).length, 1);

    aheadMs += 12_000;
    await over('A');

    assert.equal(world.calls.filter((call) => call.startsWith('post')).length, 2);
    assert.equal(world.calls.filter((call) => call.startsWith('perform')).length, 1);
  });

  it('goes on with the message that somebody’s screen told of, and posts no other', async () => {
    world.postings.push(async (deliver) => {
      deliver();
      return Promise.reject(new Error('connection reset'));
    });
    startWorker();
    await store.accept(wanted('A'));
    await resting();

    assert.equal(await store.receipt('A', 'message 1'), 'card');
    await over('A');

    assert.deepEqual([world.shown.length, world.calls.at(-1)], [1, 'update message 1']);
  });

  it('removes its message when somebody’s screen told of another first', async () => {
    world.postings.push(async (deliver) => {
      world.messages.set('early', { kind: 'underWay' });
      await store.receipt('A', 'early');
      return deliver();
    });
    startWorker();
    await store.accept(wanted('A'));

    await over('A');

    assert.deepEqual([...world.messages.keys()], ['early']);
  });

  it('repeats a posting that was refused, after the time it was told', async () => {
    world.postings.push(async () => Promise.reject(new PostRefusedError('429', 3000)));
    startWorker();
    await store.accept(wanted('A'));
    assert.ok((await resting()) > 2000);

    aheadMs += 3000;
    await over('A');

    assert.equal(world.shown.length, 1);
  });

  it('ends where nothing can be said', async () => {
    world.postings.push(async () => Promise.reject(new PostImpossibleError('removed')));
    startWorker();
    await store.accept(wanted('A'));

    assert.equal((await over('A')).step, 'ended');
    assert.deepEqual(world.shown, []);
  });

  it('waits as long as it is told and does not count that as a failure', async () => {
    let waits = 0;
    world.perform = async () => {
      waits += 1;
      if (waits <= 8) throw new NotYetError('the server may still be at it', 0);
      return Promise.resolve({ answer: { text: 'at last' } });
    };
    startWorker();
    await store.accept(wanted('A'));

    await over('A');

    assert.deepEqual(world.shown, [{ text: 'at last' }]);
  });

  it('F-45: gives up after five failures, says so, and leaves others alone', async () => {
    const { perform } = world;
    world.perform = async (operation, ...rest) => {
      if (operation.id === 'B') return perform(operation, ...rest);
      world.calls.push('try');
      return Promise.reject(new TypeError('bug'));
    };
    startWorker();
    await store.accept(wanted('A'));
    await store.accept(wanted('B'));
    assert.equal((await over('B')).step, 'ended');

    // Only rests are passed over: a lease that runs out would look like a worker that is gone, whose try does not count.
    for (let rest = 0; rest < 4; rest += 1) aheadMs += await resting();
    await over('A');

    assert.equal(world.calls.filter((call) => call === 'try').length, 5);
    assert.deepEqual(world.shown.at(-1), { text: 'sorry' });
    assert.ok(log.records.some(({ event, level }) => event === 'operation.givenUp' && level === 'error'));
  });

  const vanish = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      assert.ok(await store.claim(`process ${String(time)}`, 1000));
      aheadMs += 2000;
    }
  };

  it('gives up what process after process has ended with, without beginning it again', async () => {
    await store.accept(wanted('A'));
    await vanish(10);
    startWorker();

    await over('A');

    assert.ok(!world.calls.includes('perform A'));
    assert.deepEqual(world.shown, [{ text: 'sorry' }]);
    assert.ok(log.records.some(({ event, level }) => event === 'operation.givenUp' && level === 'error'));
  });

  /** Lets every operation take a moment. @returns told of each that begins: what is under way then. */
  const observe = (): string[][] => {
    const underWay = new Set<string>();
    const seen: string[][] = [];
    world.perform = async ({ id }) => {
      underWay.add(id);
      seen.push([...underWay]);
      await sleepFor(50);
      underWay.delete(id);
      return { answer: { text: `done ${id}` } };
    };
    return seen;
  };

  it('begins nothing beside what may end processes', async () => {
    const seen = observe();
    await store.accept(wanted('A'));
    await vanish(5);
    for (const id of ['B', 'C']) await store.accept(wanted(id));
    startWorker();

    await Promise.all(['A', 'B', 'C'].map(over));

    assert.deepEqual(seen, [['A'], ['B'], ['B', 'C']]);
  });

  it('begins what may end processes when everything else is over', async () => {
    const seen = observe();
    await store.accept(wanted('A'));
    await vanish(4);
    assert.ok(await store.claim('somebody else', 1000));
    await store.accept(wanted('B'));
    startWorker();
    while (seen.length === 0) await sleepFor(5);
    // The other process is gone, too, while something else is under way here; and there is always more to do.
    aheadMs += 2000;
    for (const id of ['C', 'D']) await store.accept(wanted(id));

    await Promise.all(['A', 'B', 'C', 'D'].map(over));

    assert.deepEqual(
      seen.find((underWay) => underWay.includes('A')),
      ['A'],
    );
  });

  it('does what some processes have ended with, and counts those in a row only', async () => {
    await store.accept(wanted('A'));
    await vanish(9);
    const rested = await store.claim('one', 1000);
    assert.equal(rested?.vanished, 9);
    await store.release(rested, { delayMs: 0, counts: false });
    await vanish(9);
    startWorker();

    await over('A');

    assert.deepEqual(world.shown, [{ text: 'done A' }]);
  });

  it('lets the rest follow again when that failed, without doing or saying anything twice', async () => {
    world.followings.push(new Error('connector away'));
    startWorker();
    await store.accept(wanted('A'));
    await resting();
    aheadMs += 2000;

    await over('A');

    assert.deepEqual(world.calls, ['perform A', 'post answer', 'update message 1']);
    assert.deepEqual(world.followed, ['A']);
  });

  it('A-41: takes over from a worker that was frozen, which then changes nothing any more', async () => {
    let thaw: (() => void) | undefined;
    const frozen = new FakeWorld();
    let sent = 0;
    frozen.perform = async (_operation, guard) => {
      await new Promise<void>((resolve) => (thaw = resolve));
      await guard.aboutToSend();
      sent += 1;
      return { answer: { text: 'from the dead' } };
    };
    await store.accept(wanted('A'));
    const first = startWorker(frozen, 'frozen', async (_ms, signal) => sleepFor(60_000, undefined, { signal }));
    while (thaw === undefined) await sleepFor(5);
    aheadMs += 31_000;
    startWorker(world, 'two');
    await over('A');

    thaw();
    await first.idle();

    assert.equal(sent, 0);
    assert.deepEqual(world.shown, [{ text: 'done A' }]);
    assert.deepEqual(
      frozen.shown.filter((shown) => shown !== 'underWay'),
      [],
    );
  });

  it('gives back what is under way when it is stopped, for the next one to finish at once', async () => {
    const held = new FakeWorld();
    const begun = deferred();
    held.perform = async (_operation, _guard, signal) =>
      new Promise((_resolve, reject) => {
        begun.resolve(undefined);
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    const first = startWorker(held);
    await store.accept(wanted('A'));
    await begun.promise;

    await first.stop();
    startWorker(world, 'two');
    await over('A');

    assert.equal(world.calls[0], 'perform A');
  });

  it('tells what came of it although the chat service fails for minutes', async () => {
    for (let time = 0; time < 8; time += 1) world.postings.push(async () => Promise.reject(new Error('HTTP 500')));
    startWorker();
    await store.accept(wanted('A'));

    while (world.shown.length === 0) {
      aheadMs += 20_000;
      await sleepFor(10);
    }

    assert.equal((await over('A')).step, 'ended');
    assert.deepEqual(
      [world.shown, world.calls.filter((call) => call === 'perform A').length],
      [[{ text: 'done A' }], 1],
    );
  });

  it('does what else was asked for while many answers wait for their turn to be said', async () => {
    const turns = deferred();
    for (let time = 0; time < 40; time += 1) {
      world.postings.push(async (deliver) => {
        await turns.promise;
        return deliver();
      });
    }
    startWorker();
    const ids = Array.from({ length: 40 }, (_, number) => `A${String(number)}`);
    for (const id of ids) await store.accept(wanted(id));

    while (world.calls.filter((call) => call.startsWith('perform')).length < 40) await sleepFor(5);

    assert.deepEqual(world.shown, []);
    turns.resolve(undefined);
    await Promise.all(ids.map(over));
    assert.equal(world.shown.length, 40);
  });

  it('puts one copy after the other ever more slowly where each may be there, and stops in the end', async () => {
    const postedAfter: number[] = [];
    const startedAt = await store.now();
    for (let time = 0; time < 30; time += 1) {
      world.postings.push(async (deliver) => {
        postedAfter.push(Math.round(((await store.now()) - startedAt) / 12_000));
        deliver();
        throw new Error('no answer');
      });
    }
    startWorker();
    await store.accept(wanted('A'));

    const latest = aheadMs + 3_600_000;
    while (aheadMs < latest && (await store.find('A'))?.step !== 'failed') {
      aheadMs += 4000;
      await sleepFor(5);
    }

    assert.equal(postedAfter.length, 11);
    const waits = postedAfter.slice(1).map((time, at) => time - (postedAfter[at] ?? 0));
    assert.ok(
      waits.every((wait, at) => wait >= Math.min(8, 2 ** at) - 1),
      waits.join(),
    );
  });

  it('keeps to the pace it is given', async () => {
    world.postings.push(async () => Promise.reject(new Error('cut')));
    const pace = { ...usualPace, receiptMs: 100 };
    const worker = new OperationWorker({ store, host: world, holder: 'one', log, clock: { sleep: shortRest }, pace });
    workers.push(worker);
    worker.start();
    await store.accept(wanted('A'));

    await over('A');

    assert.deepEqual(world.shown, [{ text: 'done A' }]);
  });

  it('tells a try what an earlier one had begun to send', async () => {
    const guards: CreationGuard[] = [];
    world.perform = async (_operation, guard) => {
      guards.push(guard);
      if (guards.length > 1) return Promise.resolve({ answer: { text: 'found' } });
      await guard.aboutToSend();
      throw new NotYetError('outcome open', 1000);
    };
    startWorker();
    await store.accept(wanted('A'));
    await resting();
    aheadMs += 1000;

    await over('A');

    assert.equal(guards[0]?.sentAgoMs, undefined);
    assert.ok((guards[1]?.sentAgoMs ?? 0) >= 1000);
    assert.equal(guards[1]?.marker, guards[0]?.marker);
  });

  it('has late twins looked for after a creation whose outcome was open, and after no other', async () => {
    let tries = 0;
    world.perform = async ({ id }, guard) => {
      tries += 1;
      await guard.aboutToSend();
      if (id === 'A' && tries === 1) throw new NotYetError('outcome open', 1000);
      await guard.made(`meeting of ${id}`);
      return { answer: {} };
    };
    startWorker();
    await store.accept(wanted('A'));
    await resting();
    aheadMs += 1000;
    await over('A');
    await store.accept(wanted('B'));
    await over('B');

    const planned = await database.db.selectFrom('sweeps').selectAll().execute();

    assert.deepEqual(
      planned.map(({ operation_id: id, kept_meeting_id: kept }) => [id, kept]),
      [['A', 'meeting of A']],
    );
  });

  it('says what the answer is as soon as it is known, to whoever waits', async () => {
    const worker = startWorker();
    await store.accept(wanted('A'));

    const operation = await worker.answered('A', AbortSignal.timeout(5000));

    assert.deepEqual(operation?.step === 'answered' ? operation.answer : { text: 'done A' }, { text: 'done A' });
    assert.equal(await worker.answered('nobody', AbortSignal.timeout(50)), undefined);
  });
});
