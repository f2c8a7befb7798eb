import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';

import type { Attendance } from './ports';

/** Longest try to leave one meeting, in milliseconds. */
const LEAVE_LIMIT_MS = 10_000;

/** Longest try to let the owner lead, in milliseconds. */
const PROMOTE_LIMIT_MS = 10_000;

/** One meeting Confer is in. */
interface Presence {
  /** Ends the waiting. */
  readonly stop: AbortController;
  /** Resolves when Confer has left. */
  readonly over: Promise<void>;
  /** Waiting for people, and not just on the way out. */
  readonly isWaiting: boolean;
}

/**
 * Keeps Confer in the meetings it started, until somebody else is there or the time is over.
 *
 * A meeting whose last participant leaves may end under the people who are just coming; so the starter waits for them.
 */
export class Attendances {
  readonly #stayMs: number;
  readonly #log: Logger;
  readonly #running = new Map<Attendance, Presence>();

  constructor(deps: { stayMs: number; log: Logger }) {
    this.#stayMs = deps.stayMs;
    this.#log = deps.log;
  }

  /** How many meetings Confer is in. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Stays in the background, and leaves when it is time; returns at once.
   *
   * @param owner - address of whose meeting it is: they lead it from now on if it is them who come.
   */
  keep(attendance: Attendance, owner?: string): void {
    const stop = new AbortController();
    this.#note(attendance, { stop, over: this.#stay(attendance, stop.signal, owner), isWaiting: true });
  }

  /** Confer's presence in this conference, if it waits in there for people. */
  find(conferenceUri: string): Attendance | undefined {
    const waiting = [...this.#running].filter(([, { isWaiting }]) => isWaiting).map(([attendance]) => attendance);
    return waiting.find(({ meeting }) => meeting.conferenceUri === conferenceUri);
  }

  /** Leaves in the background; whoever asked about the meeting need not wait for it. */
  release(attendance: Attendance): void {
    this.#note(attendance, { stop: new AbortController(), over: this.#leave(attendance), isWaiting: false });
  }

  /** Leaves every meeting, for a clean stop. */
  async leaveAll(): Promise<void> {
    const waiting = [...this.#running.values()];
    for (const { stop } of waiting) stop.abort();
    await Promise.all(waiting.map(async ({ over }) => over));
  }

  async #stay(attendance: Attendance, stop: AbortSignal, owner: string | undefined): Promise<void> {
    const timeUp = new AbortController();
    const timer = setTimeout(() => {
      timeUp.abort();
    }, this.#stayMs);
    try {
      await attendance.someoneElseJoined(AbortSignal.any([stop, timeUp.signal]));
      this.#log.info('attendance.relieved', { meetingId: attendance.meeting.id });
      if (owner !== undefined) await this.#letLead(attendance, owner, stop);
    } catch {
      // Time up, process stopping, or the meeting ended without us: in each case there is nothing left to wait for.
      this.#log.info('attendance.over', { meetingId: attendance.meeting.id, timeUp: timeUp.signal.aborted });
    } finally {
      clearTimeout(timer);
    }
    await this.#leave(attendance);
  }

  /** Confer leaves also when that fails: the meeting goes on with the rules of the account's policy. */
  async #letLead(attendance: Attendance, owner: string, stop: AbortSignal): Promise<void> {
    const { id: meetingId } = attendance.meeting;
    const { signal, done } = deadline(PROMOTE_LIMIT_MS, stop);
    try {
      const outcome = await attendance.promote(owner, signal);
      this.#log.info('attendance.owner', { meetingId, outcome });
    } catch (error) {
      this.#log.warn('attendance.promoteFailed', { meetingId, error: String(error) });
    } finally {
      done();
    }
  }

  /** Not with the time of a turn: when that is over Confer would stay inside for ever. */
  async #leave(attendance: Attendance): Promise<void> {
    await attendance.leave(AbortSignal.timeout(LEAVE_LIMIT_MS)).catch((error: unknown) => {
      this.#log.warn('attendance.leaveFailed', { error: String(error) });
    });
  }

  #note(attendance: Attendance, presence: Presence): void {
    const over = presence.over.finally(() => this.#running.delete(attendance));
    this.#running.set(attendance, { ...presence, over });
  }
}
