import assert from 'node:assert/strict';

import { enqueue, type QueuedEvent } from '../../src/simulator/events/merge';
import type { EventBody } from '../../src/simulator/http/resource';

const sender = { rel: 'conversation', href: '/c' };

function queued(type: EventBody['type'], href = '/a', within?: string): QueuedEvent {
  const place = within === undefined ? {} : { in: { rel: within, href: `/c/${within}` } };
  return { sender, priority: 'high', at: 0, body: { type, link: { rel: 'participant', href }, ...place } };
}

function names(queue: readonly QueuedEvent[]): string[] {
  return queue.map(({ body }) => `${body.type} ${body.link.href}`);
}

describe('enqueue', () => {
  for (const [first, second, result] of [
    ['added', 'updated', ['added /a', 'updated /b']],
    ['updated', 'updated', ['updated /b', 'updated /a']],
    ['added', 'deleted', ['updated /b']],
    ['updated', 'deleted', ['updated /b', 'deleted /a']],
    ['started', 'completed', ['updated /b', 'completed /a']],
    ['deleted', 'added', ['deleted /a', 'updated /b', 'added /a']],
  ] as const) {
    it(`merges ${first} and ${second} of one target, others in between keep their order`, () => {
      const queue = [queued(first), queued('updated', '/b'), queued(second)].reduce<QueuedEvent[]>(enqueue, []);

      assert.deepEqual(names(queue), result);
    });
  }

  it('keeps the body of the later event under the type of the earlier', () => {
    const later = { ...queued('updated'), body: { ...queued('updated').body, status: 'Success' as const } };

    const [merged] = enqueue([queued('added')], later);

    assert.deepEqual([merged?.body.type, merged?.body.status], ['added', 'Success']);
  });

  it('does not merge a role with the roster', () => {
    const queue = [queued('added'), queued('added', '/a', 'attendees'), queued('deleted')].reduce<QueuedEvent[]>(
      enqueue,
      [],
    );

    assert.deepEqual(
      queue.map(({ body }) => body.in?.rel),
      ['attendees'],
    );
  });
});
