import assert from 'node:assert/strict';

import { ClockCheck } from '../../../src/adapters/storage/clock-check';
import { RecordingLogger } from '../../support/recording-logger';

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const ASKED = { askedAt: NOON, answeredAt: NOON + 40 };

describe('ClockCheck', () => {
  let log: RecordingLogger;
  let check: ClockCheck;

  beforeEach(() => {
    log = new RecordingLogger();
    check = new ClockCheck(log);
  });

  it('believes our clock until it has heard of another', () => {
    assert.deepEqual([check.isRight, check.offByMs], [true, 0]);
  });

  for (const [name, offByMs, isRight] of [
    ['an hour behind', 60 * MINUTE, false],
    ['an hour ahead', -60 * MINUTE, false],
    ['a little more than five minutes off', 5 * MINUTE + 1, false],
    ['five minutes behind', 5 * MINUTE, true],
    ['five minutes ahead', -5 * MINUTE, true],
  ] as const) {
    it(`F-41: says ${isRight ? 'nothing against' : 'no to'} a clock that is ${name}`, () => {
      const from = offByMs > 0 ? ASKED.answeredAt : ASKED.askedAt;

      check.compare(from + offByMs, ASKED);

      assert.deepEqual([check.isRight, check.offByMs], [isRight, offByMs]);
    });
  }

  it('does not take a slow answer for a wrong clock', () => {
    check.compare(NOON + 1, { askedAt: NOON, answeredAt: NOON + 20 * MINUTE });

    assert.deepEqual([check.isRight, check.offByMs], [true, 0]);
  });

  it('says once that the clock is wrong, and once that it is right again', () => {
    for (const offByMs of [MINUTE, 60 * MINUTE, 61 * MINUTE, MINUTE, 0]) check.compare(NOON + 40 + offByMs, ASKED);

    assert.deepEqual(
      log.records.map(({ level, event, fields }) => [level, event, fields.offByMs]),
      [
        ['error', 'clock.wrong', 60 * MINUTE],
        ['info', 'clock.right', MINUTE],
      ],
    );
  });
});
