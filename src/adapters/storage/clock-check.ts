import type { Logger } from '../../shared/logger';

/** Tokens are believed within five minutes of their times: with a clock that is further off nobody could be let in. */
const MOST_OFF_MS = 300_000;

/**
 * Knows how far the clock of this machine is from the database's, which all processes share. What is decided between
 * processes goes by the database's in any case; tokens and starts of meetings go by ours.
 */
export class ClockCheck {
  readonly #log: Logger;
  #offByMs = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How far the database is ahead of us, in milliseconds; behind when negative. */
  get offByMs(): number {
    return this.#offByMs;
  }

  /** Whether our clock may be gone by. */
  get isRight(): boolean {
    return Math.abs(this.#offByMs) <= MOST_OFF_MS;
  }

  /**
   * Notes what the database's clock said, in milliseconds since the epoch.
   *
   * @param ours - our own clock before and after: the other was read at some time between, so that a slow answer proves
   * nothing.
   */
  compare(databaseNow: number, ours: { readonly askedAt: number; readonly answeredAt: number }): void {
    const wasRight = this.isRight;
    const between = Math.min(Math.max(databaseNow, ours.askedAt), Math.max(ours.askedAt, ours.answeredAt));
    this.#offByMs = Math.round(databaseNow - between);
    if (wasRight === this.isRight) return;
    if (this.isRight) this.#log.info('clock.right', { offByMs: this.#offByMs });
    else this.#log.error('clock.wrong', { offByMs: this.#offByMs, hint: 'set the clock of this machine' });
  }
}
