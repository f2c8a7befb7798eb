import { setTimeout as sleep } from 'node:timers/promises';

import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';
import type { Pace } from '../shared/pace';

import type { Sweep, SweepStore } from './sweep';

/** What a sweeper is made of. */
export interface SweeperDeps {
  readonly store: SweepStore;
  /** Removes what carries the marker and is not to be kept. Doing it twice must come to the same. @returns how many. */
  readonly removeTwins: (sweep: Sweep, signal: AbortSignal) => Promise<number>;
  readonly pace: Pace;
  readonly log: Logger;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** After a look that failed. */
const retryMs = 60_000;

/** What could not be looked at for so long is left. */
const longestMs = 4 * 60 * 60_000;

/** Looks for late twins of meetings, whichever process planned that, until the process stops. */
export class Sweeper {
  readonly #deps: SweeperDeps;
  #loop: Promise<void> | undefined;

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
  }

  /** Begins to look for sweeps that are due. */
  start(): void {
    this.#loop ??= this.#lookOn();
  }

  /** Resolves when the last look has ended, once the process stops. */
  async stopped(): Promise<void> {
    await this.#loop;
  }

  /** Does every sweep that is due. */
  async sweepAll(): Promise<void> {
    const { store, pace, stopping } = this.#deps;
    while (!stopping.aborted) {
      const sweep = await store.claim(pace.leaseMs);
      if (sweep === undefined) return;
      await this.#sweep(sweep);
    }
  }

  async #lookOn(): Promise<void> {
    const { pace, log, stopping } = this.#deps;
    while (!stopping.aborted) {
      await this.sweepAll().catch((error: unknown) => {
        log.error('journal.unreachable', { error: String(error) });
      });
      await sleep(pace.lookAgainMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }

  async #sweep(sweep: Sweep): Promise<void> {
    const { store, removeTwins, pace, log, stopping } = this.#deps;
    const { operationId: operation, ageMs } = sweep;
    const [, lastMs] = pace.sweepAfterMs;
    // Ended before somebody else may think that this process is gone.
    const { signal, done } = deadline(pace.leaseMs * 0.9, stopping);
    try {
      const twins = await removeTwins(sweep, signal);
      if (twins > 0) log.warn('creation.twinsRemoved', { operation, twins });
      if (ageMs < lastMs) await store.putOff(sweep, lastMs - ageMs);
      else await store.end(sweep);
    } catch (error) {
      log.warn('creation.notSwept', { operation, error: String(error) });
      if (ageMs < longestMs) await store.putOff(sweep, stopping.aborted ? 0 : Math.min(retryMs, lastMs));
      else await store.end(sweep);
    } finally {
      done();
    }
  }
}
