import { setTimeout as sleepFor } from 'node:timers/promises';

import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';
import { type Pace, usualPace } from '../shared/pace';
import { SeatLostError } from '../shared/seat-lost-error';

import type { AttendanceBook, AttendanceEntry } from './attendance-book';
import type { Attendance, MeetingGateway } from './ports';

/** Longest try to leave one meeting, in milliseconds. */
const LEAVE_LIMIT_MS = 10_000;

/** Longest try to let the owner lead, in milliseconds. */
const PROMOTE_LIMIT_MS = 10_000;

/** Longest look for one meeting, in milliseconds. */
const FIND_LIMIT_MS = 60_000;

/** The server ends by itself what nobody has listened to for so long: then nothing is left to be looked for. */
const FORGOTTEN_MS = 15 * 60_000;

/** When the database does not answer it is asked again after so long. */
const ASK_AGAIN_MS = 2000;

/** Time, so that tests own it. `sleep` rejects with the signal's reason when it aborts. */
export interface AttendanceClock {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const systemClock: AttendanceClock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => sleepFor(ms, undefined, { signal, ref: false }),
};

/** Collaborators; book and gateway are of the same account. */
export interface AttendancesDeps {
  /** How long Confer waits in a meeting it started, in milliseconds. */
  readonly stayMs: number;
  readonly book: AttendanceBook;
  readonly gateway: Pick<MeetingGateway, 'findStarted'>;
  readonly log: Logger;
  readonly pace?: Pace;
  readonly clock?: AttendanceClock;
}

/** Why Confer waits in a meeting, and for how long. */
export interface Stay {
  /** Its name in the book. */
  readonly marker: string;
  /** Address of whose meeting it is: they lead it from now on if it is them who come. */
  readonly owner?: string | undefined;
  readonly waitsMs: number;
}

/** One meeting Confer is in. */
interface Presence {
  /** Ends the waiting. */
  readonly stop: AbortController;
  /** Resolves when Confer has left, or has left it to another process. */
  readonly over: Promise<void>;
  /** What it waits for, by its name in the book; undefined when Confer is just on the way out. */
  readonly marker: string | undefined;
}

/**
 * Keeps Confer in the meetings it started, until somebody else is there or the time is over.
 *
 * A meeting whose last participant leaves may end under the people who are just coming; so the starter waits for them. All
 * of it is written down, and whoever holds the seat next goes on with it.
 */
export class Attendances {
  /** Where it is written down. */
  readonly book: AttendanceBook;
  /** How long Confer waits in a meeting it started, in milliseconds. */
  readonly stayMs: number;
  readonly #deps: AttendancesDeps;
  readonly #log: Logger;
  readonly #pace: Pace;
  readonly #clock: AttendanceClock;
  readonly #running = new Map<Attendance, Presence>();
  /** Meetings of which it is not known whether they are there, by marker. */
  readonly #settling = new Map<string, Promise<void>>();
  /** Those of them that this process sent a request for. */
  readonly #sent = new Set<string>();
  /** Ends the looking. */
  readonly #ending = new AbortController();
  #isHandedOver = false;

  constructor(deps: AttendancesDeps) {
    this.#deps = deps;
    this.book = deps.book;
    this.stayMs = deps.stayMs;
    this.#log = deps.log;
    this.#pace = deps.pace ?? usualPace;
    this.#clock = deps.clock ?? systemClock;
  }

  /** How many meetings Confer is in, or may be in. */
  get size(): number {
    return this.#running.size + this.#settling.size;
  }

  /** Whether something is unfinished that another process could go on with. */
  get isWaiting(): boolean {
    return this.#settling.size > 0 || [...this.#running.values()].some(({ marker }) => marker !== undefined);
  }

  /** Stays in the background, and leaves when it is time; returns at once. */
  keep(attendance: Attendance, stay: Stay): void {
    const stop = new AbortController();
    if (this.#isEnding()) stop.abort();
    this.#note(attendance, { stop, over: this.#stay(attendance, stay, stop.signal), marker: stay.marker });
  }

  /** Confer's presence in this conference, if it waits in there for people. */
  find(conferenceUri: string): Attendance | undefined {
    const waiting = [...this.#running].filter(([, { marker }]) => marker !== undefined);
    return waiting.map(([attendance]) => attendance).find(({ meeting }) => meeting.conferenceUri === conferenceUri);
  }

  /** Leaves in the background; whoever asked about the meeting need not wait for it. */
  release(attendance: Attendance): void {
    this.#note(attendance, { stop: new AbortController(), over: this.#leave(attendance), marker: undefined });
  }

  /** Goes on, in the background, with everything that is open in the book. */
  async resume(): Promise<void> {
    for (const entry of await this.book.open()) this.#begin(entry);
  }

  /** Finds out in the background whether a meeting is there whose request has an open outcome. */
  settle(marker: string): void {
    this.#sent.add(marker);
    const find = async (): Promise<void> => {
      const entry = await this.book.find(marker);
      if (entry?.isHere === true && !entry.isOver) this.#begin(entry);
    };
    find().catch((error: unknown) => {
      // Whoever starts the meeting again asks again.
      this.#log.warn('attendance.unsettled', { marker, error: String(error) });
    });
  }

  /** Resolves when Confer is in no meeting any more. */
  async idle(): Promise<void> {
    while (this.size > 0) {
      const presences = [...this.#running.values()].map(async ({ over }) => over);
      await Promise.allSettled([...this.#settling.values(), ...presences]);
    }
  }

  /** Leaves every meeting, for a clean stop. */
  async leaveAll(): Promise<void> {
    this.#ending.abort();
    for (const { stop } of this.#running.values()) stop.abort();
    await this.idle();
  }

  /** Writes down that nothing is left of what this process asked for: its application, and all that was in it, was deleted. */
  async writeOff(): Promise<void> {
    for (const { marker, meeting } of await this.book.open()) {
      if (meeting === undefined && this.#sent.has(marker)) await this.book.over(marker);
    }
  }

  /** Stays in the meetings and does nothing there any more: another process goes on, or has already. */
  handOver(): void {
    this.#isHandedOver = true;
    this.#ending.abort();
    for (const { stop } of this.#running.values()) stop.abort();
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #begin(entry: AttendanceEntry): void {
    const { marker } = entry;
    if (this.#settling.has(marker) || this.#isEnding()) return;
    const settling = this.#settle(entry).finally(() => this.#settling.delete(marker));
    this.#settling.set(marker, settling);
  }

  /** Looks until the meeting is found, or certainly not there. Never rejects. */
  async #settle(entry: AttendanceEntry): Promise<void> {
    const { marker, begunAgoMs } = entry;
    const begunAt = this.#clock.now() - begunAgoMs;
    const forgottenMs = begunAgoMs + this.stayMs + FORGOTTEN_MS;
    while (!this.#isEnding()) {
      const ageMs = this.#clock.now() - begunAt;
      try {
        const found = await this.#find(marker);
        if (found !== undefined) {
          await this.#goOn(found, entry);
          return;
        }
        // What was there once is gone for good; what was asked for may still come.
        if (entry.meeting !== undefined || ageMs >= this.#pace.quarantineMs) {
          await this.book.over(marker);
          this.#log.info('attendance.gone', { marker });
          return;
        }
      } catch (error) {
        if (error instanceof SeatLostError || this.#isEnding()) return;
        this.#log.warn('attendance.notFound', { marker, error: String(error) });
        if (ageMs > forgottenMs && (await this.#giveUp(marker))) return;
      }
      await this.#clock.sleep(this.#pace.lookAgainMs, this.#ending.signal).catch(() => undefined);
    }
  }

  async #find(marker: string): Promise<Attendance | undefined> {
    const { signal, done } = deadline(FIND_LIMIT_MS, this.#ending.signal);
    try {
      return await this.#deps.gateway.findStarted(marker, signal);
    } finally {
      done();
    }
  }

  async #goOn(attendance: Attendance, { marker, owner, meeting, waitsMs }: AttendanceEntry): Promise<void> {
    if (meeting === undefined) await this.book.made(marker, attendance.meeting, this.stayMs);
    if ([...this.#running.values()].some((presence) => presence.marker === marker)) return;
    this.#log.info('attendance.resumed', { meetingId: attendance.meeting.id });
    this.keep(attendance, { marker, owner, waitsMs: meeting === undefined ? this.stayMs : waitsMs });
  }

  async #giveUp(marker: string): Promise<boolean> {
    return this.book.over(marker).then(
      () => true,
      () => false,
    );
  }

  async #stay(attendance: Attendance, { marker, owner, waitsMs }: Stay, stop: AbortSignal): Promise<void> {
    const timeUp = new AbortController();
    const timer = setTimeout(() => {
      timeUp.abort();
    }, waitsMs);
    let hasCompany = false;
    try {
      await attendance.someoneElseJoined(AbortSignal.any([stop, timeUp.signal]));
      hasCompany = true;
    } catch {
      // Time up, process stopping, or the meeting ended without us: in each case there is nothing left to wait for.
    } finally {
      clearTimeout(timer);
    }
    if (this.#isHandedOver || !(await this.#mayAct(stop))) return;
    const { id: meetingId } = attendance.meeting;
    if (hasCompany) this.#log.info('attendance.relieved', { meetingId });
    else this.#log.info('attendance.over', { meetingId, timeUp: timeUp.signal.aborted });
    if (hasCompany && owner !== undefined) await this.#letLead(attendance, owner, stop);
    await this.#leave(attendance);
    await this.book.over(marker).catch((error: unknown) => {
      // Whoever goes on with it finds nothing there.
      this.#log.warn('attendance.notWritten', { meetingId, error: String(error) });
    });
  }

  /**
   * Whether what happens in the meetings is up to this process. While the database does not answer that is not known, and
   * nothing is done; only a process that stops leaves all the same, because it cannot hand anything over.
   */
  async #mayAct(stop: AbortSignal): Promise<boolean> {
    for (;;) {
      try {
        await this.book.confirm();
        return !this.#isHandedOver;
      } catch (error) {
        if (error instanceof SeatLostError) return false;
        this.#log.warn('attendance.unconfirmed', { error: String(error) });
        if (stop.aborted) return !this.#isHandedOver;
        await this.#clock.sleep(ASK_AGAIN_MS, stop).catch(() => undefined);
      }
    }
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
