import assert from 'node:assert/strict';

import type { Database } from '../../src/adapters/storage/database';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { SqlSweepStore } from '../../src/adapters/storage/sql-sweep-store';
import type { Sweep } from '../../src/journal/sweep';
import { Sweeper } from '../../src/journal/sweeper';
import { usualPace } from '../../src/shared/pace';
import { type DatabaseHome, engines, openMigrated } from '../support/databases';
import { RecordingLogger } from '../support/recording-logger';

const MINUTE_MS = 60_000;

describe('Sweeper', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let now = 1_780_000_000_000;
      const removals: Sweep[] = [];
      const failures: Error[] = [];

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        now = 1_780_000_000_000;
        removals.length = 0;
        failures.length = 0;
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      const sweeps = (): SqlSweepStore => new SqlSweepStore(database, () => now);

      const newSweeper = (stopping = new AbortController().signal): Sweeper =>
        new Sweeper({
          ...{ store: sweeps(), pace: usualPace, log: new RecordingLogger(), stopping },
          removeTwins: async (sweep) => {
            const failure = failures.shift();
            if (failure !== undefined) throw failure;
            removals.push(sweep);
            return Promise.resolve(0);
          },
        });

      /** Plans one as the journal does, together with the meeting that was found. */
      const plan = async (): Promise<void> => {
        const journal = new SqlOperationStore(database, () => now);
        const ids = { id: 'A', kind: 'new', personId: 'anna', conversationId: 'a:1', activityId: '1', request: {} };
        await journal.accept(ids);
        const operation = await journal.claim('one', 30_000);
        assert.ok(operation);
        const sweep = { marker: 'ref A', keep: 'M1', afterMs: 2 * MINUTE_MS };
        await journal.save(operation, { meetingId: 'M1', sweep, step: 'answered' });
      };

      it('looks two and ten minutes later, with the account the meeting was made with, and never again', async () => {
        await plan();
        const looks: number[] = [];

        for (let minute = 1; minute <= 30; minute += 1) {
          now += MINUTE_MS;
          const before = removals.length;
          await newSweeper().sweepAll();
          if (removals.length > before) looks.push(minute);
        }

        assert.deepEqual(looks, [2, 10]);
        const [first] = removals;
        assert.deepEqual([first?.personId, first?.marker, first?.keep], ['anna', 'ref A', 'M1']);
      });

      it('keeps what a later try made, and does not look before it is known what people are told', async () => {
        const journal = new SqlOperationStore(database, () => now);
        const ids = { id: 'A', kind: 'new', personId: 'anna', conversationId: 'a:1', activityId: '1', request: {} };
        await journal.accept(ids);
        const operation = await journal.claim('one', 30_000);
        assert.ok(operation);
        // The server was busy after an earlier request whose outcome had been open.
        await journal.save(operation, { meetingSent: false, sweep: { marker: 'ref A', afterMs: 2 * MINUTE_MS } });
        now += 3 * MINUTE_MS;
        await newSweeper().sweepAll();
        assert.deepEqual(removals, []);

        await journal.save(operation, { meetingId: 'M2' });
        await journal.save(operation, { step: 'answered' });
        await newSweeper().sweepAll();

        assert.deepEqual(
          removals.map(({ keep }) => keep),
          ['M2'],
        );
      });

      it('looks again a minute after a look that failed', async () => {
        await plan();
        failures.push(new Error('unreachable'));
        now += 2 * MINUTE_MS;
        await newSweeper().sweepAll();
        assert.equal(removals.length, 0);

        now += MINUTE_MS;
        await newSweeper().sweepAll();

        assert.equal(removals.length, 1);
      });

      it('is gone on with by another process when this one ended in the middle of it', async () => {
        await plan();
        now += 2 * MINUTE_MS;
        const left = await sweeps().claim(usualPace.leaseMs);
        assert.ok(left);
        await newSweeper().sweepAll();
        assert.equal(removals.length, 0);

        now += usualPace.leaseMs;
        await newSweeper().sweepAll();
        await sweeps().end(left);

        assert.equal(removals.length, 1);
        now += 8 * MINUTE_MS;
        await newSweeper().sweepAll();
        assert.equal(removals.length, 2, 'a process that had lost it ended it');
      });

      it('does nothing any more when the process stops', async () => {
        await plan();
        now += 2 * MINUTE_MS;

        await newSweeper(AbortSignal.abort()).sweepAll();

        assert.deepEqual(removals, []);
      });
    });
  }
});
