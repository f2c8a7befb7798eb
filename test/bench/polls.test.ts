import assert from 'node:assert/strict';

import { UsageError } from '../../bench/arguments';
import { measurePolls, type PollCosts, tableOf } from '../../bench/polls';
import { allowedDescriptors, assertEnoughDescriptors } from '../../bench/polls/descriptors';

describe('bench polls', function () {
  this.timeout(30_000);

  it('holds, releases and ends P-GETs against a server in a process of its own', async () => {
    const costs = await measurePolls({ polls: 5, seconds: 0.1, parallel: 2, minutes: 0.4 });

    assert.equal(costs.polls, 5);
    assert.equal(costs.answeredWhileIdle, 0);
    for (const { descriptors } of [costs.grown, costs.settled])
      assert.ok(descriptors === undefined || descriptors >= 5);
    for (const { elapsedMs, cpuMs } of [costs.signIn, costs.idle, costs.release, costs.close]) {
      assert.ok(elapsedMs > 0 && cpuMs.client >= 0 && cpuMs.server >= 0);
    }
  });

  it('refuses more polls than the process may have descriptors', () => {
    assert.ok(allowedDescriptors() > 0);
    assert.doesNotThrow(() => {
      assertEnoughDescriptors(10, 1024);
    });
    assert.throws(() => {
      assertEnoughDescriptors(1000, 1024);
    }, UsageError);
  });

  it('shows what all polls cost, what each, and what the server', () => {
    const effort = { elapsedMs: 2000, cpuMs: { client: 500, server: 100 } };
    const growth = {
      residentBytes: { client: 10 * 1024 * 1024, server: 1024 * 1024 },
      heapBytes: 5 * 1024 * 1024,
      descriptors: undefined,
    };
    const costs: PollCosts = {
      polls: 10,
      signIn: effort,
      grown: growth,
      idle: effort,
      settled: { ...growth, descriptors: 20 },
      answeredWhileIdle: 0,
      release: effort,
      close: effort,
    };

    const { rows } = tableOf(costs);

    assert.deepEqual(
      [...rows.slice(0, 6), rows[8]],
      [
        ['sign-in: s (ms)', 2, 200, '–'],
        ['sign-in: processor s (ms)', 0.5, 50, 0.1],
        ['memory after sign-in: MiB (KiB)', 10, 1020, 1],
        ['heap after sign-in: MiB (KiB)', 5, 512, '–'],
        ['descriptors after sign-in', '–', '–', '–'],
        ['idle: % of a processor (µs/s)', 25, 25_000, 5],
        ['descriptors after idling', 20, 2, '–'],
      ],
    );
  });
});
