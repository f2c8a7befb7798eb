import assert from 'node:assert/strict';

import { MemoryPaces } from '../../src/shared/paces';

import { keepsPaces } from './paces-contract';

describe('MemoryPaces', () => {
  // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
  keepsPaces((time) => new MemoryPaces(() => time.ms));

  it('forgets keys whose places are all free before there are too many, and those alone', async () => {
    const time = { ms: 0 };
    const paces = new MemoryPaces(() => time.ms);
    const rate = { burst: 1, everyMs: 1000 };
    for (let key = 0; key < 9999; key += 1) await paces.reserve(String(key), rate);
    time.ms = 900;
    await paces.reserve('young', rate);

    time.ms = 1500;
    await paces.reserve('one more', rate);

    assert.equal(paces.size, 2);
    assert.equal(await paces.tryTake('young', rate), false);
  });
});
