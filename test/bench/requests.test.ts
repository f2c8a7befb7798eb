import assert from 'node:assert/strict';

import { countRequests, type RequestCount, tableOf } from '../../bench/requests';
import { operations } from '../../bench/requests/operations';
import { topologies } from '../../bench/requests/topologies';

async function count(places: readonly string[], tasks: readonly string[]): Promise<readonly RequestCount[]> {
  return countRequests(
    topologies.filter(({ name }) => places.includes(name)),
    operations.filter(({ name }) => tasks.includes(name)),
  );
}

describe('bench requests', function () {
  this.timeout(30_000);

  it('counts what a known account needs at the simulator, without the P-GETs', async () => {
    const tasks = ['list', 'edit (get, put)', 'leave', 'resolve a join URL'];

    const counts = await count(['one pool'], tasks);

    const exactly = (requests: number): object => ({ requests, minimum: requests });
    assert.deepEqual(
      counts.map(({ operation, warm }) => ({ operation, warm })),
      [1, 2, 1, 1].map((requests, at) => ({ operation: tasks[at], warm: exactly(requests) })),
    );
    assert.deepEqual(
      counts.map(({ cold }) => cold?.minimum),
      [6, 8, undefined, 1],
    );
  });

  it('finds no way in with fewer requests than the least, through redirects, pools and an authority', async () => {
    const places = ['HTTP discovery redirects to HTTPS', 'user links on to the root of another pool', 'guest'];

    const counts = await count([...places, 'modern authentication'], ['sign-in', 'join']);

    assert.deepEqual(new Set(counts.map(({ topology }) => topology)), new Set([...places, 'modern authentication']));
    for (const { topology, operation, cold } of counts) {
      assert.ok((cold?.requests ?? 0) >= (cold?.minimum ?? Infinity), `${operation}, ${topology}`);
    }
  });

  it('marks what is above the least', () => {
    const counted = { requests: 7, minimum: 6 };

    const { rows } = tableOf([{ topology: 'one pool', operation: 'list', cold: undefined, warm: counted }]);

    assert.deepEqual(rows, [['one pool', 'list', '–', '–', '', 7, 6, '+1']]);
  });
});
