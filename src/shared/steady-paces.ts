import { inTime } from './in-time';
import type { Logger } from './logger';
import { MemoryPaces, type PaceKept, type Paces, type Rate } from './paces';

/** What is asked for must not wait longer than this for permission. */
const longestWaitMs = 500;

/** After a failure the shared paces are left alone for so long. */
const restMs = 5000;

/** Collaborators of {@link SteadyPaces}. */
export interface SteadyPacesDeps {
  readonly shared: Paces;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly log: Logger;
  readonly limitMs?: number;
}

/** Paces that all processes share, and, as long as those cannot be asked, the paces of this process alone. Never rejects. */
export class SteadyPaces implements Paces {
  readonly #deps: SteadyPacesDeps;
  readonly #alone: MemoryPaces;
  #askAgainAt = -Infinity;

  constructor(deps: SteadyPacesDeps) {
    this.#deps = deps;
    this.#alone = new MemoryPaces(deps.now);
  }

  async reserve(key: string, rate: Rate): Promise<number> {
    return this.#ask(async (paces) => paces.reserve(key, rate));
  }

  async reserveAll(kept: readonly PaceKept[]): Promise<number> {
    return this.#ask(async (paces) => paces.reserveAll(kept));
  }

  async giveBack(kept: readonly PaceKept[]): Promise<void> {
    await this.#ask(async (paces) => paces.giveBack(kept));
  }

  async tryTake(key: string, rate: Rate): Promise<boolean> {
    return this.#ask(async (paces) => paces.tryTake(key, rate));
  }

  async hold(key: string, rate: Rate, forMs: number): Promise<void> {
    await this.#ask(async (paces) => paces.hold(key, rate, forMs));
  }

  async #ask<Answer>(question: (paces: Paces) => Promise<Answer>): Promise<Answer> {
    const { shared, now, log, limitMs = longestWaitMs } = this.#deps;
    if (now() < this.#askAgainAt) return question(this.#alone);
    try {
      // An answer that comes too late is a place taken in vain, which does no harm.
      return await inTime(question(shared), limitMs);
    } catch (error) {
      this.#askAgainAt = now() + restMs;
      log.warn('paces.alone', { error: String(error) });
      return question(this.#alone);
    }
  }
}
