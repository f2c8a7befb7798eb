/** What each request adds to the budget: repetitions are at most this part of the requests. */
const share = 0.2;

/** What is there before any request, and the most that is saved up. */
const reserve = 10;

/** A reserve that is used up comes back in this time, in milliseconds: a quiet client may repeat again, too. */
const refillMs = 600_000;

/**
 * Keeps repetitions from multiplying the load on a server that fails: they may be a fifth of the requests, and a small
 * reserve. Shared by all who talk to one origin.
 */
export class RetryBudget {
  readonly #now: () => number;
  #left = reserve;
  #at: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  /** Counts a request that is no repetition. */
  earn(): void {
    this.#add(share);
  }

  /** Takes one repetition out; false when there is none left. */
  spend(): boolean {
    this.#add(0);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #add(earned: number): void {
    const now = this.#now();
    const refilled = (Math.max(0, now - this.#at) / refillMs) * reserve;
    this.#at = now;
    this.#left = Math.min(reserve, this.#left + earned + refilled);
  }
}
