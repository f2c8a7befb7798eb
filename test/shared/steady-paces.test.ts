import assert from 'node:assert/strict';

import { MemoryPaces, type Paces } from '../../src/shared/paces';
import { SteadyPaces } from '../../src/shared/steady-paces';
import { RecordingLogger } from '../support/recording-logger';

const RATE = { burst: 1, everyMs: 1000 };

/** Shared paces that can be away, or hang. */
class FlakyPaces extends MemoryPaces {
  state: 'well' | 'away' | 'hangs' = 'well';
  asked = 0;

  override async reserveAll(kept: Parameters<Paces['reserveAll']>[0]): Promise<number> {
    this.asked += 1;
    if (this.state === 'away') throw new TypeError('the database is away');
    if (this.state === 'hangs') return new Promise(() => undefined);
    return super.reserveAll(kept);
  }
}

describe('SteadyPaces', () => {
  let nowMs: number;
  let shared: FlakyPaces;
  let paces: SteadyPaces;

  beforeEach(() => {
    nowMs = 0;
    shared = new FlakyPaces(() => nowMs);
    paces = new SteadyPaces({ shared, now: () => nowMs, log: new RecordingLogger(), limitMs: 20 });
  });

  it('are the shared ones', async () => {
    await shared.reserve('chat', RATE);

    assert.equal(await paces.reserve('chat', RATE), 1000);
  });

  for (const state of ['away', 'hangs'] as const) {
    it(`are those of this process while the database ${state}`, async () => {
      shared.state = state;

      assert.deepEqual([await paces.reserve('chat', RATE), await paces.reserve('chat', RATE)], [0, 1000]);
    });
  }

  it('ask again after a while, and not before', async () => {
    shared.state = 'away';
    await paces.reserve('chat', RATE);
    shared.state = 'well';

    await paces.reserve('chat', RATE);
    const meanwhile = shared.asked;
    nowMs = 5000;
    await paces.reserve('chat', RATE);

    assert.deepEqual([meanwhile, shared.asked], [1, 2]);
  });
});
