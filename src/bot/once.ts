/**
 * Remembers which activities were taken, so that a second delivery of one does nothing.
 *
 * Teams delivers a message again when the answer takes more than 15 seconds. Bounded: the oldest keys are forgotten first.
 */
export class TakenActivities {
  readonly #keys = new Set<string>();
  readonly #limit: number;

  constructor(limit = 5000) {
    this.#limit = limit;
  }

  /** True for the first call with this key. */
  take(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#limit && oldest !== undefined) this.#keys.delete(oldest);
    return true;
  }

  /** Gives a key back whose work failed, so that the next one may try. */
  release(key: string): void {
    this.#keys.delete(key);
  }
}
