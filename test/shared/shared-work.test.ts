import assert from 'node:assert/strict';

import { SharedWork } from '../../src/shared/shared-work';
import { deferred } from '../support/deferred';

describe('SharedWork', () => {
  it('shares work that is under way, and does it anew afterwards, also after a failure', async () => {
    const work = new SharedWork<number>();
    const held = deferred<number>();
    let runs = 0;
    const run = async () =>
      work.run('key', async () => {
        runs += 1;
        return held.promise;
      });

    const both = Promise.all([run(), run()]);
    held.resolve(7);

    assert.deepEqual(await both, [7, 7]);
    await assert.rejects(work.run('key', async () => Promise.reject(new TypeError('x'))));
    assert.equal(await work.run('key', async () => Promise.resolve(8)), 8);
    assert.equal(runs, 1);
  });
});
