import assert from 'node:assert/strict';

import { type EventCost, measureEvents, tableOf } from '../../bench/events';
import { eventsUrl, packageAnswer } from '../../bench/events/packages';
import { readBody } from '../../src/ucwa/answer';
import { decodeEventPackage } from '../../src/ucwa/resources/event-package';

describe('bench events', function () {
  this.timeout(20_000);

  for (const format of ['json', 'xml'] as const) {
    it(`makes packages in ${format} that the client reads whole`, () => {
      const { events, continuation } = decodeEventPackage(readBody(packageAnswer('come', 3, format)), eventsUrl);

      assert.deepEqual(
        events.map(({ rel, type, embedded }) => [rel, type, embedded?.uri]),
        [0, 1, 2].map((number) => ['participant', 'added', `sip:person.${String(number)}@contoso.com`]),
      );
      assert.equal(continuation?.kind, 'next');
    });
  }

  it('measures decoding and folding for each size', () => {
    const costs = measureEvents([1, 100], 1);

    const works = ['decode JSON', 'decode XML', 'fold, people come in', 'fold, people are listed', 'fold, people go'];
    assert.deepEqual(
      costs.map(({ work, events }) => [work, events]),
      works.flatMap((work) => [1, 100].map((events) => [work, events])),
    );
    for (const { work, medianUs, p95Us } of costs) assert.ok(p95Us >= medianUs && medianUs >= 0, work);
  });

  it('compares what an event costs with what it costs alone', () => {
    const cost: EventCost = { work: 'decode', events: 1, bytes: 10, medianUs: 10, p95Us: 12, heapBytes: undefined };

    const { rows } = tableOf([cost, { ...cost, events: 100, bytes: 900, medianUs: 500, heapBytes: 20 }]);

    assert.deepEqual(rows, [
      ['decode', 1, 10, 10, 12, 10, 1, '–'],
      ['decode', 100, 9, 500, 12, 5, 0.5, 20],
    ]);
  });
});
