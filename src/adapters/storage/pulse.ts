import type { Logger } from '../../shared/logger';

import { ClockCheck } from './clock-check';

/** Time, so that tests own it. `sleep` rejects with the signal's reason when it aborts. */
export interface PulseClock {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** Milliseconds since the epoch, as this machine has them. */
  readonly wallNow: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Collaborators of {@link DatabasePulse}. */
export interface PulseDeps {
  /**
   * Asks the database something that it has to look up; rejects when it does not answer.
   *
   * @returns milliseconds since the epoch by its clock; undefined when it has none of its own.
   */
  readonly ping: () => Promise<number | undefined>;
  readonly log: Logger;
  readonly clock: PulseClock;
}

/** How often the database is asked. */
const EVERY_MS = 2000;

/** An answer is good for so long, also when the next one neither comes nor fails. */
const GOOD_FOR_MS = 7000;

/** Knows whether the database answers, and how far its clock is from ours. */
export class DatabasePulse {
  /** What its answers said about the clock of this machine. */
  readonly clock: ClockCheck;
  readonly #deps: PulseDeps;
  #answeredAt: number;
  #isLost = false;

  /** The database was just opened: it answers. */
  constructor(deps: PulseDeps) {
    this.#deps = deps;
    this.clock = new ClockCheck(deps.log);
    this.#answeredAt = deps.clock.now();
  }

  /** False at most nine seconds after the database stopped to answer. */
  get isWell(): boolean {
    return !this.#isLost && this.#deps.clock.now() - this.#answeredAt < GOOD_FOR_MS;
  }

  /** Asks until the signal aborts; then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    const { ping, log, clock } = this.#deps;
    while (!signal.aborted) {
      try {
        const askedAt = clock.wallNow();
        const databaseNow = await ping();
        if (databaseNow !== undefined) this.clock.compare(databaseNow, { askedAt, answeredAt: clock.wallNow() });
        this.#answeredAt = clock.now();
        if (this.#isLost) log.info('database.back');
        this.#isLost = false;
      } catch (error) {
        if (!this.#isLost) log.error('database.lost', { error: String(error) });
        this.#isLost = true;
      }
      await clock.sleep(EVERY_MS, signal).catch(() => undefined);
    }
  }
}
