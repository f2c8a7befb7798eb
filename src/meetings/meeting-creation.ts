import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';
import { type Pace, usualPace } from '../shared/pace';

import { MeetingProblem, OutcomeOpenError } from './errors';
import type { Meeting, MeetingDraft } from './meeting';
import type { MeetingGateway } from './ports';

/**
 * What is done later than this after it was asked for may have been done before by a process, or by a database, that lost
 * every trace of it: a look costs one request, and taking over or failing over takes longer.
 */
const lateMs = 10_000;

/** Makes a meeting once, whatever became of earlier tries: looks for it by its marker before it is made again. */
export class MeetingCreation {
  readonly #gateway: MeetingGateway;
  readonly #log: Logger;
  readonly #pace: Pace;

  constructor(deps: { gateway: MeetingGateway; log: Logger; pace?: Pace }) {
    this.#pace = deps.pace ?? usualPace;
    this.#gateway = deps.gateway;
    this.#log = deps.log;
  }

  /**
   * @throws OutcomeOpenError when looking again later is all that can be done.
   * @throws MeetingProblem when the server refuses.
   */
  async make(draft: MeetingDraft, guard: CreationGuard, signal: AbortSignal): Promise<Meeting> {
    const meeting = (await this.#madeBefore(guard, signal)) ?? (await this.#makeNow(draft, guard, signal));
    await guard.made(meeting.id);
    return meeting;
  }

  /**
   * Removes what was made a second time, very late.
   *
   * @param keep - the meeting people know of; undefined when they know of none.
   * @returns how many were removed.
   */
  async removeTwins(marker: string, keep: string | undefined, signal: AbortSignal): Promise<number> {
    const twins = (await this.#gateway.findMarked(marker, signal)).filter(({ id }) => id !== keep);
    for (const twin of twins) await this.#gateway.remove(twin.id, signal);
    return twins.length;
  }

  async #makeNow(draft: MeetingDraft, guard: CreationGuard, signal: AbortSignal): Promise<Meeting> {
    await guard.aboutToSend();
    try {
      return await this.#gateway.create(draft, guard.marker, signal);
    } catch (error) {
      if (!(error instanceof MeetingProblem)) throw error;
      if (error.code !== 'server.unknownOutcome') {
        // What an earlier try sent has been waited out: this was the only request that could have had an effect.
        await guard.refused();
        throw error;
      }
      this.#log.warn('creation.open', { marker: guard.marker, cause: String(error.cause) });
      throw new OutcomeOpenError(this.#pace.lookAgainMs);
    }
  }

  async #madeBefore(guard: CreationGuard, signal: AbortSignal): Promise<Meeting | undefined> {
    const { sentAgoMs, askedAgoMs, marker } = guard;
    if (sentAgoMs === undefined && askedAgoMs < lateMs) return undefined;
    const [oldest, ...twins] = await this.#gateway.findMarked(marker, signal);
    if (oldest === undefined) {
      const { quarantineMs, lookAgainMs } = this.#pace;
      if (sentAgoMs !== undefined && sentAgoMs < quarantineMs)
        throw new OutcomeOpenError(Math.min(lookAgainMs, quarantineMs - sentAgoMs));
      return undefined;
    }
    this.#log.info('creation.found', { meetingId: oldest.id, twins: twins.length });
    for (const twin of twins) await this.#gateway.remove(twin.id, signal);
    return this.#gateway.get(oldest.id, signal);
  }
}
