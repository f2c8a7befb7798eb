import assert from 'node:assert/strict';
import { setTimeout as sleepFor } from 'node:timers/promises';

import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { OperationWorker } from '../../src/journal/worker';
import { usualPace } from '../../src/shared/pace';
import { deferred } from '../support/deferred';
import { openMigratedInMemory } from '../support/migrated-in-memory';
import { RecordingLogger } from '../support/recording-logger';

import { FakeWorld } from './fake-world';

/** What an operation waits for before it says that it is under way, and then until when it is tried. */
const quickMs = 1500;
const lateMs = usualPace.tellLateMs - quickMs;

describe('a process that is frozen while it works on an operation', function () {
  this.timeout(10_000);

  it('A-41: leaves the message alone afterwards, in which another one has told the answer', async () => {
    let aheadMs = 0;
    const store = new SqlOperationStore(await openMigratedInMemory(), () => Date.now() + aheadMs);
    const log = new RecordingLogger();
    const world = new FakeWorld();
    const [held, thaw] = [deferred(), deferred()];
    world.perform = async ({ epoch }) => {
      if (epoch === 1) await held.promise;
      return { answer: { text: epoch === 1 ? 'from the dead' : 'done' } };
    };
    const frozen = async (ms: number, signal: AbortSignal): Promise<void> => {
      if (ms === lateMs) await thaw.promise;
      else if (ms !== quickMs) await sleepFor(60_000, undefined, { signal });
    };
    const awake = async (ms: number, signal: AbortSignal): Promise<void> =>
      sleepFor(Math.min(ms, 20), undefined, { signal });
    const [first, second] = [frozen, awake].map(
      (sleep, at) => new OperationWorker({ store, host: world, holder: String(at), log, clock: { sleep } }),
    );
    await store.accept({
      ...{ id: 'A', kind: 'new', personId: 'anna', conversationId: 'a:1', activityId: 'm-1', request: {} },
    });
    first?.start();
    while (world.shown.length === 0) await sleepFor(5);
    aheadMs += 31_000;
    second?.start();
    while ((await store.find('A'))?.step !== 'ended') await sleepFor(5);

    thaw.resolve(undefined);
    while (!log.records.some(({ event }) => event === 'placeholder.failed')) await sleepFor(5);
    held.resolve(undefined);
    await Promise.all([first?.stop(), second?.stop()]);

    assert.deepEqual(world.shown, [{ text: 'done' }]);
  });
});
