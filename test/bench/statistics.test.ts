import assert from 'node:assert/strict';

import { collectGarbage, quantile } from '../../bench/statistics';

describe('statistics', () => {
  it('take the value that a part of the values does not exceed', () => {
    const values = [5, 1, 4, 2, 3];

    assert.deepEqual(
      [0, 0.5, 0.95, 1].map((part) => quantile(values, part)),
      [1, 3, 5, 5],
    );
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });

  it('collect garbage that nobody holds', async () => {
    const garbage = new WeakRef({ nobody: 'holds it' });
    await new Promise(setImmediate); // what a turn has looked at stays until its end

    collectGarbage();

    assert.equal(garbage.deref(), undefined);
  });
});
