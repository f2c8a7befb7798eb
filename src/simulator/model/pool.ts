/**
 * How a pool is: it works; it takes no connections; or its web server runs, but UCWA behind it is down and says so with
 * 503 or 410 CannotRedirect. Discovery and tickets go on in the last two cases. Source: Skype/UCWA/RootURL.md.
 */
export const poolConditions = ['up', 'closed', 'unavailable', 'cannotRedirect'] as const;

/** One of `poolConditions`. */
export type PoolCondition = (typeof poolConditions)[number];

/** One front-end pool: the address it answers on and the name it gives itself. */
export interface Pool {
  readonly key: 'first' | 'second';
  /** Name in headers; not resolvable. */
  readonly fqdn: string;
  /** Scheme, host and port that the pool listens on. */
  readonly origin: string;
  /** Live: the control endpoint changes it. */
  condition: PoolCondition;
  /** Takes connections on the same port again, or cuts all and refuses new ones. */
  readonly setOpen: (open: boolean) => Promise<void>;
}
