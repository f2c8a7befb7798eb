import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';
import { type Pace, usualPace } from '../shared/pace';
import { SeatLostError } from '../shared/seat-lost-error';

import type { AttendanceEntry } from './attendance-book';
import type { Attendances } from './attendances';
import { MeetingProblem, OutcomeOpenError } from './errors';
import type { LiveMeeting } from './meeting';
import type { Attendance, MeetingGateway } from './ports';

/** As long as another look may tell more, and at most so long between two looks into the book. */
const LOOK_MS = 3000;

/** Who wants a meeting now. */
export interface Starter {
  readonly personId: string;
  /** Address of whoever leads it once they come. */
  readonly owner: string | undefined;
  readonly guard: CreationGuard;
}

/**
 * Starts a meeting once, whatever became of earlier tries.
 *
 * That it is about to be started is written into the book of the seat first, so whoever holds the seat finds out what came
 * of it ({@link Attendances}). A try that finds it begun waits for that; it sends nothing itself.
 */
export class MeetingStart {
  readonly #deps: { readonly gateway: MeetingGateway; readonly attendances: Attendances; readonly log: Logger };
  readonly #pace: Pace;

  constructor(deps: { gateway: MeetingGateway; attendances: Attendances; log: Logger; pace?: Pace }) {
    this.#deps = deps;
    this.#pace = deps.pace ?? usualPace;
  }

  /**
   * @throws OutcomeOpenError when looking again later is all that can be done.
   * @throws MeetingProblem when the server refuses.
   */
  async start(subject: string, starter: Starter, signal: AbortSignal): Promise<LiveMeeting> {
    const { book } = this.#deps.attendances;
    const known = await book.find(starter.guard.marker);
    const meeting = known?.meeting ?? (await this.#startNow(subject, { ...starter, known }, signal));
    await starter.guard.made(meeting.id);
    return { ...meeting, subject };
  }

  async #startNow(
    subject: string,
    { known, personId, owner, guard }: Starter & { readonly known: AttendanceEntry | undefined },
    signal: AbortSignal,
  ): Promise<LiveMeeting> {
    const { attendances, gateway, log } = this.#deps;
    const { marker } = guard;
    if (known?.isOver === false) throw this.#stillOpen(known);
    const tries = await this.#asHolder(attendances.book.begin({ marker, owner, personId }));
    if (tries === undefined) throw this.#notYet();
    let attendance: Attendance;
    try {
      await guard.aboutToSend();
      attendance = await gateway.start(subject, { marker, tries }, signal);
    } catch (error) {
      if (isRefusal(error)) {
        await this.#asHolder(attendances.book.over(marker));
        await guard.refused();
        throw error;
      }
      attendances.settle(marker);
      if (!(error instanceof MeetingProblem)) throw error;
      log.warn('start.open', { marker, cause: String(error.cause) });
      throw this.#notYet();
    }
    attendances.keep(attendance, { marker, owner, waitsMs: attendances.stayMs });
    await this.#asHolder(attendances.book.made(marker, attendance.meeting, attendances.stayMs));
    return attendance.meeting;
  }

  /** Another try began it, here or in a process that is gone: whoever holds its seat finds out what came of it. */
  #stillOpen({ marker, isHere }: AttendanceEntry): OutcomeOpenError {
    if (isHere) this.#deps.attendances.settle(marker);
    return this.#notYet();
  }

  #notYet(): OutcomeOpenError {
    return new OutcomeOpenError(Math.min(LOOK_MS, this.#pace.lookAgainMs));
  }

  /** Without the seat this process starts nothing; it gets another one in a moment, or another process goes on. */
  async #asHolder<Result>(writing: Promise<Result>): Promise<Result> {
    try {
      return await writing;
    } catch (error) {
      if (error instanceof SeatLostError) throw this.#notYet();
      throw error;
    }
  }
}

/** Whether there is certainly no meeting, so that asking again makes the first. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof MeetingProblem)) return false;
  return error.code !== 'server.unknownOutcome' && error.code !== 'server.conflict';
}
