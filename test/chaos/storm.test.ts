import assert from 'node:assert/strict';

import { isBroken, reportOf } from '../../bench/chaos/report';
import { runStorm } from '../../bench/chaos/storm';

describe('a storm of faults and kills', function () {
  // Takes half a minute on two idle cores.
  this.timeout(180_000);

  it('loses nothing, doubles nothing, and leaves no card that lies', async () => {
    const report = await runStorm({
      ...{ commands: 10, seed: 7, faults: 25, engine: 'sqlite', isNaive: false },
      ...{ patienceMs: 90_000, spares: 2 },
    });

    assert.equal(isBroken(report), false, reportOf(report));
    assert.ok(report.kills > 0, 'nothing was killed');
  });
});
