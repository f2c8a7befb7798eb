/** So many at a time; the others wait in the order they came. */
export class Lane {
  readonly #size: number;
  readonly #waiting = new Set<() => void>();
  #busy = 0;

  constructor(size: number) {
    this.#size = Math.max(1, size);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a place.
   *
   * @param onQueued - called when there is none at once, with the number of those who wait, this one included.
   * @returns how to leave; to be called exactly once.
   * @throws the signal's reason; the place in the queue is then given up.
   */
  async enter(signal: AbortSignal, onQueued: (waiting: number) => void): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#busy >= this.#size) await this.#queue(signal, onQueued);
    else this.#busy += 1;
    return () => {
      this.#leave();
    };
  }

  async #queue(signal: AbortSignal, onQueued: (waiting: number) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const admit = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(admit);
        reject(signal.reason as Error);
      };
      this.#waiting.add(admit);
      signal.addEventListener('abort', giveUp, { once: true });
      onQueued(this.#waiting.size);
    });
  }

  /** The place goes to the one who waits longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#busy -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
