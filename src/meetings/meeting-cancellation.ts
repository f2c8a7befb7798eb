import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';

import { MeetingProblem } from './errors';
import type { Meeting } from './meeting';
import { cancellationOf } from './noted-change';
import type { MeetingGateway, MeetingRecord, MeetingStore, Person } from './ports';
import { recordOf } from './records';
import type { Reminders } from './reminders';

/** Who wants a meeting cancelled, and what keeps the answer true when an earlier try had its effect. */
export interface Cancelling {
  readonly person: Person;
  readonly guard: CreationGuard;
}

/** Collaborators, made with the meeting service. */
export interface MeetingCancellationDeps {
  readonly gateway: MeetingGateway;
  readonly store: MeetingStore;
  readonly reminders: Reminders;
  /** Reads a meeting that somebody may change. @throws MeetingProblem when they may not. */
  readonly editable: (id: string, by: Person, signal: AbortSignal) => Promise<Meeting>;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Cancels scheduled meetings, once, and keeps what they were. */
export class MeetingCancellation {
  readonly #deps: MeetingCancellationDeps;

  constructor(deps: MeetingCancellationDeps) {
    this.#deps = deps;
  }

  /** Cancelling twice is one cancellation. @returns what remains: our record of it. */
  async cancel(id: string, by: Cancelling, signal: AbortSignal): Promise<MeetingRecord> {
    const { store, reminders, now, log } = this.#deps;
    const known = await store.findRecord(id);
    if (known?.cancelledAt !== undefined) return known;
    const { person } = by;
    const removed = await this.#remove(id, { known, ...by }, signal);
    const record = { ...removed, cancelledAt: now().toISOString(), cancelledBy: person };
    // Before the record says that it is cancelled: a try that ends here is followed by another.
    await reminders.forget(id);
    await store.saveRecord(record);
    log.info('meeting.cancelled', { meetingId: id, by: person.id });
    return record;
  }

  /** @returns what is known of the meeting that was there; an earlier try may have removed it. */
  async #remove(
    id: string,
    { known, person, guard }: Cancelling & { known: MeetingRecord | undefined },
    signal: AbortSignal,
  ): Promise<MeetingRecord> {
    const { gateway, store, editable, now } = this.#deps;
    try {
      const meeting = await editable(id, person, signal);
      if (meeting.isPersonalRoom) throw new MeetingProblem('meeting.personalRoom');
      const first = recordOf(meeting, { kind: 'scheduled', createdBy: undefined, now: now() });
      const record = { ...(known ?? first), subject: meeting.subject };
      // Whoever takes over finds a meeting that is gone, and has to know what it was.
      if (known === undefined) await store.saveRecord(record);
      await store.noteChange(cancellationOf(meeting, person, guard));
      await guard.aboutToSend();
      await gateway.remove(id, signal);
      return record;
    } catch (error) {
      const isGone = error instanceof MeetingProblem && error.code === 'meeting.gone';
      if (!isGone || known === undefined || guard.sentAgoMs === undefined) throw error;
      return known;
    }
  }
}
