import type { Exchange } from '../http/exchange';
import { WebServerProblem } from '../http/problem';
import { checkSameSite, isLocal } from '../pages/same-site';
import type { Route, Verb } from '../routes/route';

/** What a control route answers with: status 200 and this as JSON. */
export type ControlAnswer = Readonly<Record<string, unknown>> | readonly unknown[];

/** A request to the control endpoint, its JSON body read. */
export interface ControlCall {
  readonly exchange: Exchange;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A control request that cannot be done; the message is the whole answer. */
export class ControlProblem extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ControlProblem';
    this.status = status;
  }
}

/** A route of the control endpoint: loopback only, JSON in, JSON out. */
export function controlRoute(
  method: Verb,
  path: string,
  act: (call: ControlCall) => ControlAnswer | Promise<ControlAnswer>,
): Route {
  return {
    method,
    path: `/_sim${path}`,
    handle: async (exchange) => {
      checkLoopback(exchange);
      try {
        const body = method === 'GET' ? {} : parse((await exchange.body()).toString('utf8'));
        write(exchange, 200, await act({ exchange, body }));
      } catch (error) {
        if (!(error instanceof ControlProblem)) throw error;
        write(exchange, error.status, { error: error.message });
      }
    },
  };
}

/** Keeps strangers, and pages of strangers in a local browser, away. @throws WebServerProblem 403. */
export function checkLoopback(exchange: Exchange): void {
  if (!isLocal(exchange)) {
    throw new WebServerProblem(403, 'The control endpoint answers on this machine only.');
  }
  checkSameSite(exchange, exchange.pool.origin);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlProblem(400, 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlProblem(400, 'The body is not a JSON object.');
  }
  return value as Record<string, unknown>;
}

function write(exchange: Exchange, status: number, answer: ControlAnswer): void {
  exchange.send(status, `${JSON.stringify(answer, undefined, 2)}\n`, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  });
}
