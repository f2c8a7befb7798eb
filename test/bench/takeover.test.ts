import assert from 'node:assert/strict';

import { measureTakeover, tableOf } from '../../bench/takeover';
import type { TakenOver } from '../../bench/takeover/round';

describe('bench takeover', function () {
  this.timeout(120_000);

  it('ends the process that works on an operation, and sees another one finish it', async () => {
    const taken = await measureTakeover({ endings: ['SIGTERM'], repeats: 1, operations: 1, patienceMs: 90_000 });

    const [one] = taken;
    assert.deepEqual(
      taken.map(({ ending, fate, verdict }) => [ending, fate, verdict]),
      [['SIGTERM', 'took effect', 'done']],
    );
    assert.ok(one?.claimedMs !== undefined && one.claimedMs > 0 && one.finishedMs >= one.claimedMs - 100);
  });

  it('shows median and worst beside what is promised, and what was late or wrong', () => {
    const of = (claimedMs: number | undefined, over: Partial<TakenOver> = {}): TakenOver => ({
      ...{ ending: 'SIGKILL', fate: 'took effect', claimedMs, finishedMs: 60_000, verdict: 'done', subject: 'x' },
      ...over,
    });

    const { rows, notes } = tableOf([of(10_000), of(20_000), of(50_000, { verdict: 'doubled' }), of(undefined)], 1);

    assert.deepEqual(rows, [['SIGKILL', 'took effect', 4, 20, 50, 45, 1, 60, 60, 1]]);
    assert.equal(notes[0], 'doubled: x');
  });
});
