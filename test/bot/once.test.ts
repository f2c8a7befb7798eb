import assert from 'node:assert/strict';

import { TakenActivities } from '../../src/bot/once';

describe('once', () => {
  it('takes an activity once, and forgets the oldest first', () => {
    const taken = new TakenActivities(2);

    assert.deepEqual(
      ['a', 'a', 'b', 'c', 'b', 'a'].map((key) => taken.take(key)),
      [true, false, true, true, false, true],
    );
  });
});
