/** What may be repeated for every call that is made. */
const share = 0.1;

/** What may be repeated in every second besides, and at once at most. */
const perSecond = 1;
const most = 10;

/** Keeps a process from making trouble worse: it repeats at most one call in ten, and one a second besides. */
export class RepeatBudget {
  readonly #now: () => number;
  #at: number;
  #left = most;

  /** @param now - milliseconds that never run backwards. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /** A call was made. */
  called(): void {
    this.#left = Math.min(most, this.#left + share);
  }

  /** @returns whether one more call may be repeated. */
  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(most, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
