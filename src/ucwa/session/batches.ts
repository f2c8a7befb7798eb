import { Lane } from '../politeness/lane';

/** A server that refused a batch, or answered it with nonsense, gets none for this long, in milliseconds. */
const barredMs = 600_000;

/** What an application remembers about batches. */
export class Batches {
  /** One after the other, because the limit counts all that are under way. */
  readonly lane = new Lane(1);
  readonly #now: () => number;
  #barredUntil = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the server has shown lately that it does not take batches. */
  get areBarred(): boolean {
    return this.#now() < this.#barredUntil;
  }

  /** Has everything read one by one for a while. */
  bar(): void {
    this.#barredUntil = this.#now() + barredMs;
  }
}
