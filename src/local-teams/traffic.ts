/** One request between the local Teams and the bot, kept for debugging. */
export interface Exchange {
  readonly at: string;
  readonly direction: 'toBot' | 'fromBot';
  readonly method: string;
  readonly path: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly ms: number;
  readonly request?: unknown;
  readonly response?: unknown;
}

const kept = 200;

/** The last requests in both directions, oldest first. Headers are never kept: they may carry tokens. */
export class Traffic {
  readonly #exchanges: Exchange[] = [];

  record(exchange: Exchange): void {
    this.#exchanges.push(exchange);
    if (this.#exchanges.length > kept) this.#exchanges.shift();
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }
}
