/** One front-end pool: the address it answers on and the name it gives itself. */
export interface Pool {
  readonly key: 'first' | 'second';
  /** Name in headers; not resolvable. */
  readonly fqdn: string;
  /** Scheme, host and port that the pool listens on. */
  readonly origin: string;
}
