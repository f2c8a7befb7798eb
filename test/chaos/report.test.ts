import assert from 'node:assert/strict';

import { isBroken } from '../../bench/chaos/report';
import type { StormReport } from '../../bench/chaos/storm';

/** A storm after which everything is as it should be. */
const calm: StormReport = {
  settings: { commands: 0, seed: 1, faults: 25, engine: 'postgres', isNaive: false, patienceMs: 1, spares: 1 },
  ...{ evidence: [], evidenceBefore: [], kills: 3, falls: 0, unfinished: 0, elapsedMs: 1 },
  creations: { wished: 0, sent: 0 },
  messages: { made: 0, removed: 0, changed: 0 },
  retriesPerCall: { server: undefined, chat: undefined },
};

describe('isBroken', () => {
  it('forgives processes that were killed', () => {
    assert.equal(isBroken(calm), false);
  });

  it('does not forgive one that ended by itself', () => {
    assert.equal(isBroken({ ...calm, falls: 1 }), true);
  });

  it('does not forgive an operation that did not end', () => {
    assert.equal(isBroken({ ...calm, unfinished: 1 }), true);
  });
});
