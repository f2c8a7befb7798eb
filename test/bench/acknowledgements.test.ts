import assert from 'node:assert/strict';

import { type Acknowledgements, measureAcknowledgements, tableOf } from '../../bench/acknowledgements';
import { type Deed, deeds } from '../../bench/acknowledgements/crowd';

describe('bench acknowledgements', function () {
  this.timeout(90_000);

  it('measures the product beside a bare server, each deed by itself', async () => {
    const loads = [{ perSecond: 8, seconds: 5 }];

    const measured = await measureAcknowledgements({ engines: ['sqlite'], moods: ['well'], loads, slowMs: 10 });

    assert.deepEqual(
      measured.map(({ engine, samples }) => [engine, samples.length]),
      [
        [undefined, 40],
        ['sqlite', 40],
      ],
    );
    for (const { samples } of measured) {
      assert.ok(samples.every(({ ms }) => ms > 0));
      // A machine with much to do makes some late, and those are no 200; of every deed some are.
      const good = samples.filter(({ isGood }) => isGood).map(({ deed }) => deed);
      assert.deepEqual(new Set(good), new Set(deeds));
    }
  });

  it('compares with the first load on healthy servers, and with the bare server under the same load', () => {
    const of = (over: Partial<Acknowledgements>, ms: number, deed: Deed = 'list, typed'): Acknowledgements => ({
      ...{ engine: 'sqlite', mood: 'well', load: { perSecond: 50, seconds: 1 }, elapsedMs: 1000, machineLoad: 1 },
      samples: [{ deed, ms, isGood: true }],
      ...over,
    });
    const burst = { perSecond: 300, seconds: 1 };

    const { rows } = tableOf([
      ...[of({ engine: undefined }, 2), of({ engine: undefined, load: burst }, 4)],
      ...[of({}, 10), of({ mood: 'silent', load: burst }, 80)],
    ]);

    const ofLists = rows.filter(([, , , deed]) => deed === 'list, typed' || deed === 'any');
    assert.deepEqual(
      ofLists.map((row) => [row[0], row[1], row[2], ...row.slice(8, 12)]),
      [
        ['bare', 'well', 50, 2, 2, 1, 1],
        ['bare', 'well', 300, 4, 4, 2, 1],
        ['sqlite', 'well', 50, 10, 10, 1, 5],
        ['sqlite', 'silent', 300, 80, 80, 8, 20],
      ],
    );
  });
});
