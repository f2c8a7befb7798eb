import { type TrustRules, trustRules } from './href';
import type { UcwaClock, UcwaConnectionOptions, UcwaHooks } from './options';
import type { MethodClass } from './outcome-table';
import type { RetryRules } from './retry';
import { type HttpRequest, Transport } from './transport';
import { systemClock } from './waiting';

/** What every part of the client shares: how to send, whom to trust, what time it is. */
export interface Connection {
  readonly transport: Transport;
  readonly trust: TrustRules;
  readonly clock: UcwaClock;
  readonly hooks: UcwaHooks;
}

/** Makes the shared parts from the options. Close its `transport` when done. */
export function openConnection(options: UcwaConnectionOptions, userAgent: string): Connection {
  return {
    transport: new Transport(options, userAgent),
    trust: trustRules(options),
    clock: options.clock ?? systemClock,
    hooks: options.hooks ?? {},
  };
}

/** How a request on this connection is repeated. */
export function retryRules(
  { clock, hooks, transport }: Connection,
  request: Pick<HttpRequest, 'method' | 'url'>,
  methodClass: MethodClass,
): RetryRules {
  return { clock, hooks, budget: transport.budgetOf(request.url), request, methodClass };
}
