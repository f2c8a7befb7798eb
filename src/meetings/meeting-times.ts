import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';

import type { Meeting } from './meeting';
import { restartOf } from './noted-change';
import type { MeetingStore, Person } from './ports';
import { recordOf } from './records';
import type { Reminders } from './reminders';
import { checkStart } from './settings-rules';

/** Collaborators, made with the meeting service. */
export interface MeetingTimesDeps {
  readonly store: MeetingStore;
  readonly reminders: Reminders;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Remembers when meetings begin and close, and lets their reminders follow. */
export class MeetingTimes {
  readonly #deps: MeetingTimesDeps;

  constructor(deps: MeetingTimesDeps) {
    this.#deps = deps;
  }

  /**
   * Writes down when a meeting begins, and what that changes, for those who are told.
   *
   * @param startsAt - undefined: nobody knows any more.
   * @throws MeetingProblem `input.startOutOfRange`.
   */
  async setStart(
    meeting: Meeting,
    startsAt: Date | undefined,
    how: { readonly by: Person; readonly guard: CreationGuard },
  ): Promise<void> {
    const { store, reminders, now, log } = this.#deps;
    const { id, expiresAt } = meeting;
    if (startsAt !== undefined) checkStart(startsAt, { now: now(), expiresAt });
    const known = await store.findRecord(id);
    if (known === undefined) {
      await store.saveRecord(recordOf(meeting, { kind: 'scheduled', createdBy: undefined, now: now() }));
    }
    const to = startsAt?.toISOString();
    const change = restartOf(meeting, { from: known?.startsAt, to }, how);
    if (change !== undefined) await store.noteChange(change);
    await store.saveStart(id, to);
    await reminders.follow(id);
    log.info('meeting.edited', { meetingId: id, settings: 'startsAt' });
  }

  /** What is read of a meeting without the server, by its reminders above all, is what was saved there. */
  async remember(meeting: Meeting): Promise<Meeting> {
    const { store, reminders } = this.#deps;
    const { id, subject, expiresAt } = meeting;
    const record = await store.findRecord(id);
    if (record === undefined) return meeting;
    await store.saveRecord({ ...record, subject, expiresAt: expiresAt?.toISOString() });
    await reminders.follow(id);
    return meeting;
  }
}
