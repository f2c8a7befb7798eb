import type { Logger } from '../shared/logger';

import type { Attendance } from './ports';

/**
 * Keeps Confer in the meetings it started, until somebody else is there or the time is over.
 *
 * A meeting whose last participant leaves may end under the people who are just coming; so the starter waits for them.
 */
export class Attendances {
  readonly #stayMs: number;
  readonly #log: Logger;
  readonly #running = new Map<Attendance, { stop: AbortController; over: Promise<void> }>();

  constructor(deps: { stayMs: number; log: Logger }) {
    this.#stayMs = deps.stayMs;
    this.#log = deps.log;
  }

  /** How many meetings Confer is waiting in. */
  get size(): number {
    return this.#running.size;
  }

  /** Stays in the background; returns at once. */
  keep(attendance: Attendance): void {
    const stop = new AbortController();
    const over = this.#stay(attendance, stop.signal).finally(() => this.#running.delete(attendance));
    this.#running.set(attendance, { stop, over });
  }

  /** Leaves every meeting, for a clean stop. */
  async leaveAll(): Promise<void> {
    const waiting = [...this.#running.values()];
    for (const { stop } of waiting) stop.abort();
    await Promise.all(waiting.map(async ({ over }) => over));
  }

  async #stay(attendance: Attendance, stop: AbortSignal): Promise<void> {
    const timeUp = new AbortController();
    const timer = setTimeout(() => {
      timeUp.abort();
    }, this.#stayMs);
    try {
      await attendance.someoneElseJoined(AbortSignal.any([stop, timeUp.signal]));
      this.#log.info('attendance.relieved', { meetingId: attendance.meeting.id });
    } catch {
      // Time up, process stopping, or the meeting ended without us: in each case there is nothing left to wait for.
      this.#log.info('attendance.over', { meetingId: attendance.meeting.id, timeUp: timeUp.signal.aborted });
    } finally {
      clearTimeout(timer);
    }
    await attendance.leave(AbortSignal.timeout(10_000)).catch((error: unknown) => {
      this.#log.warn('attendance.leaveFailed', { error: String(error) });
    });
  }
}
