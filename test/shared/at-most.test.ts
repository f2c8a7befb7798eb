import assert from 'node:assert/strict';

import { atMost } from '../../src/shared/at-most';
import { deferred } from '../support/deferred';

describe('atMost', () => {
  let cuts: number;
  const onCut = (): void => {
    cuts += 1;
  };

  beforeEach(() => {
    cuts = 0;
  });

  it('resolves with the work', async () => {
    await atMost(60_000, Promise.resolve('done'), onCut);

    assert.equal(cuts, 0);
  });

  it('fails with the work', async () => {
    await assert.rejects(atMost(60_000, Promise.reject(new TypeError('broken')), onCut), /broken/u);

    assert.equal(cuts, 0);
  });

  it('resolves without work that hangs, and says so once', async () => {
    const work = deferred();

    await atMost(1, work.promise, onCut);
    work.reject(new TypeError('too late for anybody'));

    assert.equal(cuts, 1);
  });
});
