import { parseAggregation } from '../events/aggregation';
import type { PendingGet } from '../events/event-channel';
import { invalidParameters } from '../http/problem';

import { type ApplicationCall, type ApplicationRoute, channelOf } from './application-route';

/** The event channel. Source: Skype/UCWA/events_ref.md. */
export const eventsRoutes: readonly ApplicationRoute[] = [{ method: 'GET', path: '/events', handle: waitForEvents }];

async function waitForEvents(call: ApplicationCall): Promise<void> {
  const { exchange, world, application } = call;
  const channel = channelOf(call);
  const query = exchange.url.searchParams;
  const wanted = { ack: wholeNumber(query, 'ack', 1), priority: wholeNumber(query, 'priority', 0) };
  const aggregation = parseAggregation(query);
  await new Promise<void>((resolve) => {
    const get: PendingGet = {
      ...wanted,
      aggregation,
      answer: (outcome) => {
        if ('package' in outcome) exchange.events(outcome.package);
        else exchange.fail(outcome.problem);
        resolve();
      },
    };
    exchange.whenCallerLeaves(() => {
      channel.forget(get);
      resolve();
    });
    channel.receive(get, () => {
      world.invitations.leaveAll(application);
    });
  });
}

function wholeNumber(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^-?\d{1,9}$/.test(text)) throw invalidParameters({ name, reason: 'The value is not a whole number.' });
  return Number(text);
}
