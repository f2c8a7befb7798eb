import type { Exchange } from '../http/exchange';

/** The verbs of UCWA. Source: Skype/UCWA/HTTP.md. */
export type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One verb on one path of a listener; `:name` is a path parameter. */
export interface Route {
  readonly method: Verb;
  readonly path: string;
  /** Answers through the exchange, or throws a problem that becomes the answer. */
  readonly handle: (exchange: Exchange) => Promise<void> | void;
}
