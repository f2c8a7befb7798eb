import type { EventBody } from '../http/resource';

/** How urgent an event is. Source: Skype/UCWA/EventsInUCWA.md, "Priorities". */
export type Priority = 'high' | 'medium' | 'low';

/** An event that waits for its P-GET. */
export interface QueuedEvent {
  readonly sender: { readonly rel: string; readonly href: string };
  readonly body: EventBody;
  readonly priority: Priority;
  /** When it was queued, ms by the clock; a merged event keeps the earlier time. */
  readonly at: number;
}

/**
 * Adds an event to a queue, merged with what is queued about the same target so that only the latest state is delivered.
 * What says "new" stays where it was (others may refer to it); what says "changed" or "finished" moves to the end.
 * Source: Skype/UCWA/EventsInUCWA.md, "Aggregation".
 */
export function enqueue(queue: readonly QueuedEvent[], event: QueuedEvent): QueuedEvent[] {
  const index = queue.findLastIndex((queued) => targetOf(queued) === targetOf(event));
  const earlier = queue[index];
  if (earlier === undefined) return [...queue, event];
  const without = queue.toSpliced(index, 1);
  switch (`${earlier.body.type}+${event.body.type}`) {
    case 'added+added':
      return queue.toSpliced(index, 1, { ...event, at: earlier.at });
    case 'added+updated':
      return queue.toSpliced(index, 1, { ...event, at: earlier.at, body: { ...event.body, type: 'added' } });
    case 'added+deleted':
      return without;
    case 'updated+updated':
    case 'updated+deleted':
    case 'started+completed':
    case 'updated+completed':
      return [...without, { ...event, at: earlier.at }];
    default:
      return [...queue, event];
  }
}

/** The same target in another collection (`in`) is another matter: a role is not the roster. */
function targetOf({ body }: QueuedEvent): string {
  return `${body.link.href}|${body.in?.rel ?? ''}`;
}
