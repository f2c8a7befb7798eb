import assert from 'node:assert/strict';

import type { Paces, Rate } from '../../src/shared/paces';

/** Three at once, and one more every second. */
const RATE: Rate = { burst: 3, everyMs: 1000 };

/** Time that a test owns. */
// eslint-disable-next-line mocha/no-exports -- shared by the tests of every implementation
export interface TestTime {
  ms: number;
}

/** What every implementation of {@link Paces} must do. Call inside a `describe`. */
// eslint-disable-next-line mocha/no-exports -- shared by the tests of every implementation
export function keepsPaces(open: (time: TestTime) => Paces): void {
  const many = async <Result>(count: number, ask: () => Promise<Result>): Promise<Result[]> => {
    const answers: Result[] = [];
    for (let time = 0; time < count; time += 1) answers.push(await ask());
    return answers;
  };

  it('gives the burst at once and then one place after the other', async () => {
    const paces = open({ ms: 1_780_000_000_000 });

    const waits = await many(5, async () => paces.reserve('chat', RATE));

    assert.deepEqual(waits, [0, 0, 0, 1000, 2000]);
  });

  it('frees a place with every interval, and never more than the burst', async () => {
    const time = { ms: 1_780_000_000_000 };
    const paces = open(time);
    await many(3, async () => paces.reserve('chat', RATE));

    time.ms += 1500;
    const soon = await many(2, async () => paces.reserve('chat', RATE));
    time.ms += 3_600_000;
    const later = await many(4, async () => paces.reserve('chat', RATE));

    assert.deepEqual(soon, [0, 500]);
    assert.deepEqual(later, [0, 0, 0, 1000]);
  });

  it('refuses where there is no place, without taking one', async () => {
    const time = { ms: 1_780_000_000_000 };
    const paces = open(time);

    const first = await many(5, async () => paces.tryTake('chat', RATE));
    time.ms += 1000;
    const second = await many(2, async () => paces.tryTake('chat', RATE));

    assert.deepEqual(first, [true, true, true, false, false]);
    assert.deepEqual(second, [true, false]);
  });

  it('counts what was reserved and what was taken together', async () => {
    const paces = open({ ms: 1_780_000_000_000 });

    await many(2, async () => paces.tryTake('chat', RATE));

    assert.deepEqual(await many(2, async () => paces.reserve('chat', RATE)), [0, 1000]);
    assert.equal(await paces.tryTake('chat', RATE), false);
  });

  it('keeps every key for itself', async () => {
    const paces = open({ ms: 1_780_000_000_000 });

    await many(9, async () => paces.reserve('chat', RATE));

    assert.equal(await paces.reserve('another chat', RATE), 0);
    assert.equal(await paces.tryTake('a \' strange " key ?', RATE), true);
  });

  it('takes a place under several keys and tells the longest wait', async () => {
    const paces = open({ ms: 1_780_000_000_000 });
    const kept = [
      { key: 'chat', rate: { burst: 5, everyMs: 600 } },
      { key: 'tenant', rate: { burst: 1, everyMs: 40 } },
    ];

    const waits = await many(4, async () => paces.reserveAll(kept));

    assert.deepEqual(waits, [0, 40, 80, 120]);
    assert.equal(await paces.reserveAll([]), 0);
    assert.equal(await paces.reserve('chat', { burst: 5, everyMs: 600 }), 0);
    assert.equal(await paces.reserve('chat', { burst: 5, everyMs: 600 }), 600);
  });

  it('takes places back that nobody waits for', async () => {
    const paces = open({ ms: 1_780_000_000_000 });
    const kept = [
      { key: 'chat', rate: RATE },
      { key: 'tenant', rate: RATE },
    ];
    await many(5, async () => paces.reserveAll(kept));

    await paces.giveBack(kept);

    assert.deepEqual([await paces.reserve('chat', RATE), await paces.reserve('tenant', RATE)], [2000, 2000]);
  });

  it('gives no place while a key is held, and goes on one at a time', async () => {
    const time = { ms: 1_780_000_000_000 };
    const paces = open(time);
    await paces.reserve('chat', RATE);

    await paces.hold('chat', RATE, 30_000);
    await paces.hold('chat', RATE, 10_000);

    assert.equal(await paces.tryTake('chat', RATE), false);
    assert.deepEqual(await many(2, async () => paces.reserve('chat', RATE)), [30_000, 31_000]);
    assert.equal(await paces.tryTake('another chat', RATE), true);
    time.ms += 40_000;
    assert.equal(await paces.tryTake('chat', RATE), true);
  });
}
