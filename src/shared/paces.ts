/** How often something may happen: `burst` times at once, and once more every `everyMs` after that. */
export interface Rate {
  /** At least 1. */
  readonly burst: number;
  /** Milliseconds, whole. */
  readonly everyMs: number;
}

/** One pace that is kept, by whoever uses the same key, in whatever process. */
export interface PaceKept {
  readonly key: string;
  readonly rate: Rate;
}

/**
 * Keeps the pace of what many processes do together: a token bucket for every key. Implemented in src/adapters/storage by the clock of
 * the database, and in memory by {@link MemoryPaces}. Rejects when the database does not answer.
 */
export interface Paces {
  /** Takes the next place. @returns how long to wait for it, in milliseconds; 0 for now. */
  reserve(key: string, rate: Rate): Promise<number>;
  /** Takes the next place under each of these different keys, in one go. @returns the longest of the waits. */
  reserveAll(kept: readonly PaceKept[]): Promise<number>;
  /** Takes a place if there is one right now. @returns whether there was. */
  tryTake(key: string, rate: Rate): Promise<boolean>;
  /** Gives places back that {@link reserveAll} took and that are too far away. */
  giveBack(kept: readonly PaceKept[]): Promise<void>;
  /** Gives no place under this key for so many milliseconds: others asked to be left alone. */
  hold(key: string, rate: Rate, forMs: number): Promise<void>;
}

/** So many keys are looked through for old ones before another is taken in. */
const MOST_KEYS = 10_000;

/** The paces of one process alone. */
export class MemoryPaces implements Paces {
  readonly #now: () => number;
  /** When every place is free again; a key that is not here has them all free. */
  readonly #freeAt = new Map<string, number>();

  /** @param now - milliseconds that never run backwards. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keys it remembers. */
  get size(): number {
    return this.#freeAt.size;
  }

  async reserve(key: string, rate: Rate): Promise<number> {
    return this.reserveAll([{ key, rate }]);
  }

  async reserveAll(kept: readonly PaceKept[]): Promise<number> {
    const waits = kept.map(({ key, rate: { burst, everyMs } }) => this.#take(key, everyMs) - burst * everyMs);
    return Promise.resolve(Math.max(0, ...waits));
  }

  async tryTake(key: string, { burst, everyMs }: Rate): Promise<boolean> {
    const isFree = (this.#freeAt.get(key) ?? 0) <= this.#now() + (burst - 1) * everyMs;
    if (isFree) this.#take(key, everyMs);
    return Promise.resolve(isFree);
  }

  async giveBack(kept: readonly PaceKept[]): Promise<void> {
    for (const { key, rate } of kept) this.#freeAt.set(key, (this.#freeAt.get(key) ?? 0) - rate.everyMs);
    return Promise.resolve();
  }

  async hold(key: string, { burst, everyMs }: Rate, forMs: number): Promise<void> {
    const until = this.#now() + (burst - 1) * everyMs + forMs;
    this.#freeAt.set(key, Math.max(this.#freeAt.get(key) ?? 0, until));
    return Promise.resolve();
  }

  /** @returns in how many milliseconds every place is free again. */
  #take(key: string, everyMs: number): number {
    const now = this.#now();
    if (this.#freeAt.size >= MOST_KEYS && !this.#freeAt.has(key)) this.#forgetFree(now);
    const freeAt = Math.max(this.#freeAt.get(key) ?? now, now) + everyMs;
    this.#freeAt.set(key, freeAt);
    return freeAt - now;
  }

  #forgetFree(now: number): void {
    for (const [key, freeAt] of this.#freeAt) if (freeAt <= now) this.#freeAt.delete(key);
  }
}
