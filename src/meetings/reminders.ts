import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';

import { meetingIdOf, meetingKeyOf } from './account-store';
import { MeetingProblem } from './errors';
import type { Found } from './finder';
import { isSamePerson, ownershipOf } from './ownership';
import type { MeetingRecord, MeetingStore, Posting, Viewpoint } from './ports';
import { recordOf, timesOf } from './records';
import type { Reminder, ReminderStore, ReminderWishes } from './reminder-store';
import {
  checkAhead,
  type Countdown,
  countdownOf,
  dueBefore,
  LATEST_MS,
  leadBetween,
  punctuality,
} from './reminder-times';

/** Who asks for a reminder never said how long before. */
export const USUAL_LEAD = 'PT10M';

/** The server is asked no longer than this whether a meeting has changed: what is remembered of it will do. */
const LOOK_LIMIT_MS = 5000;

/** Plans are made again so often when somebody else makes one at the same time. */
const TRIES = 3;

/** When somebody wants to be reminded: so long before, at a moment, or as usual for them. */
export type When =
  | { readonly kind: 'before'; readonly lead: string }
  | { readonly kind: 'at'; readonly at: Date }
  | { readonly kind: 'usual' };

/** Who wants to be reminded, in which zone they count days, and where they are to be told. */
export interface Wishing {
  readonly personId: string;
  readonly zone: string;
  readonly conversationId: string;
  readonly address: unknown;
}

/** A reminder that is due, and what is said of it. */
export type Due =
  | { readonly kind: 'say'; readonly reminder: Reminder; readonly meeting: MeetingInBrief; readonly now: Date }
  | { readonly kind: 'nothing'; readonly why: 'changed' | 'muted' | 'cancelled' | 'gone' | 'moved' | 'missed' };

/** As much of a meeting as a reminder shows. */
export type MeetingInBrief = Pick<MeetingRecord, 'id' | 'subject' | 'joinUrl'>;

/** Collaborators, made with the meeting service. */
export interface RemindersDeps {
  readonly reminders: ReminderStore;
  /** The part of the store that belongs to the account. */
  readonly store: MeetingStore;
  /** Whose account it is; undefined for the service account. */
  readonly account?: string | undefined;
  readonly byId: (meetingId: string, signal: AbortSignal) => Promise<Found>;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Who is to be reminded of which meeting, and when: rules that hold whoever asks, and however it is said. */
export class Reminders {
  readonly #deps: RemindersDeps;
  readonly #reminders: ReminderStore;

  constructor(deps: RemindersDeps) {
    this.#deps = deps;
    this.#reminders = deps.reminders;
  }

  /**
   * Plans a reminder, in the place of what the person had for this meeting.
   *
   * @throws MeetingProblem `meeting.noTime`, `meeting.begun`, `meeting.tooSoon`.
   */
  async set(found: Found, when: When, by: Wishing): Promise<Reminder> {
    const record = await this.#remembered(found);
    const countdown = this.#countdown(found, record);
    const { zone, personId } = by;
    const lead = await this.#leadOf(when, countdown, personId);
    const dueAt = dueBefore(countdown.at, { lead, zone });
    checkAhead(countdown, dueAt, await this.#reminders.now());
    const reminder = await this.#reminders.save({ ...this.#plan(record.id, by), ...timed(countdown), lead, dueAt });
    this.#deps.log.info('reminder.planned', { meetingId: record.id, by: personId });
    return reminder;
  }

  /** Wants no reminder of this meeting, the usual one included. @returns whether one was waiting. */
  async off(found: Found, by: Wishing): Promise<boolean> {
    const record = await this.#remembered(found);
    const known = await this.#reminders.findOf(by.personId, this.#key(record.id));
    const countdown = countdownOf(timesNow(found, record));
    if (countdown !== undefined) {
      const plan = { ...this.#plan(record.id, by), ...timed(countdown), lead: 'PT0S', dueAt: countdown.at };
      await this.#reminders.save({ ...plan, state: 'off' });
    }
    return known?.state === 'waiting';
  }

  /** What is coming for somebody, soonest first. @param conversationId - only what comes there. */
  async coming(personId: string, conversationId?: string): Promise<readonly (Reminder & { subject: string })[]> {
    const own = (await this.#reminders.ofPerson(personId)).filter(
      (reminder) =>
        reminder.state === 'waiting' && (conversationId === undefined || reminder.conversationId === conversationId),
    );
    return Promise.all(
      own.map(async (reminder) => {
        const record = await this.#deps.store.findRecord(meetingIdOf(reminder.meetingId));
        return { ...reminder, subject: record?.subject ?? '' };
      }),
    );
  }

  /** The cards of a meeting, oldest first. */
  async cardsOf(meetingId: string): Promise<readonly Posting[]> {
    return this.#deps.store.postingsOf(meetingId);
  }

  /** The meeting that is meant when none is named: that of the card which is answered, else of the newest here. */
  async meantBy(viewpoint: Viewpoint, repliesTo: readonly string[]): Promise<string | undefined> {
    const cards = await this.#deps.store.postingsIn(viewpoint.conversationId);
    const answered = repliesTo
      .map((activityId) => cards.find((card) => card.activityId === activityId)?.meetingId)
      .find((meetingId) => meetingId !== undefined);
    const newest = cards.findLast(({ passing }) => passing !== true)?.meetingId;
    return answered ?? newest ?? (await this.#deps.store.last(viewpoint));
  }

  /** The meeting a reminder is of. */
  meetingIdOf(reminder: Reminder): string {
    return meetingIdOf(reminder.meetingId);
  }

  /** The time by which reminders are due. */
  async clock(): Promise<Date> {
    return this.#reminders.now();
  }

  async find(id: string): Promise<Reminder | undefined> {
    return this.#reminders.find(id);
  }

  /** The reminder that was said to somebody last, here if there is one. */
  async lastSaid({ personId, conversationId }: Viewpoint): Promise<Reminder | undefined> {
    const said = (await this.#reminders.ofPerson(personId)).filter(({ state }) => state === 'said');
    return said.filter((reminder) => reminder.conversationId === conversationId).at(-1) ?? said.at(-1);
  }

  /**
   * Says a reminder again later.
   *
   * @param until - so many milliseconds from now, or the moment that is counted down to.
   * @returns the reminder as it is now; undefined when somebody made another plan meanwhile.
   * @throws MeetingProblem `meeting.begun` when there is nothing to wait for.
   */
  async snooze(reminder: Reminder, until: number | 'then'): Promise<Reminder | undefined> {
    const now = await this.#reminders.now();
    const { meetingAt, countsTo } = reminder;
    const dueAt = until === 'then' ? meetingAt : new Date(now.getTime() + until);
    const latest = meetingAt.getTime() + (until === 'then' ? 0 : LATEST_MS);
    if (dueAt < now || dueAt.getTime() > latest) throw new MeetingProblem('meeting.begun', { facts: { to: countsTo } });
    return this.#reminders.plan(reminder, { dueAt, state: 'waiting' });
  }

  /** Says nothing of this meeting any more. */
  async mute({ id }: Reminder): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const reminder = await this.#reminders.find(id);
      if (reminder === undefined || reminder.state === 'off') return;
      if ((await this.#reminders.plan(reminder, { state: 'off' })) !== undefined) return;
    }
    throw new MeetingProblem('meeting.keepsChanging');
  }

  async wishesOf(personId: string): Promise<ReminderWishes> {
    return this.#reminders.wishesOf(personId);
  }

  async saveWishes(personId: string, wishes: Partial<ReminderWishes>): Promise<void> {
    await this.#reminders.saveWishes(personId, wishes);
  }

  /** Reminds whoever wants that of every meeting of theirs, once its card is on their screen. */
  async shown({ meetingId, address }: Posting, { personId, conversationId }: Viewpoint): Promise<void> {
    const { lead, zone = 'UTC', isMuted } = await this.#reminders.wishesOf(personId);
    if (lead === undefined || isMuted) return;
    const record = await this.#deps.store.findRecord(meetingId);
    const { owner } = ownershipOf(record);
    const isOwn = owner !== undefined && isSamePerson(owner, { id: personId });
    const countdown = countdownOf(timesOf(record));
    if (!isOwn || countdown === undefined || record?.kind !== 'scheduled' || record.cancelledAt !== undefined) return;
    const dueAt = dueBefore(countdown.at, { lead, zone });
    if (dueAt <= (await this.#reminders.now())) return;
    const by = { personId, conversationId, address, zone };
    await this.#reminders.saveFirst({ ...this.#plan(meetingId, by), ...timed(countdown), lead, dueAt });
  }

  /** Lets the reminders of a meeting follow what is remembered of its times. Doing it twice comes to the same. */
  async follow(meetingId: string): Promise<void> {
    const countdown = countdownOf(timesOf(await this.#deps.store.findRecord(meetingId)));
    const key = this.#key(meetingId);
    if (countdown === undefined) {
      await this.#reminders.forget(key);
      return;
    }
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const moved = (await this.#reminders.ofMeeting(key)).filter((reminder) => isOther(reminder, countdown));
      if (moved.length === 0) return;
      await Promise.all(moved.map(async (reminder) => this.#replan(reminder, countdown)));
    }
  }

  /** Forgets the reminders of a meeting that there is no more. */
  async forget(meetingId: string): Promise<void> {
    await this.#reminders.forget(this.#key(meetingId));
  }

  /**
   * Looks what to say of a reminder that was due: people, the meeting and its time may have changed since.
   *
   * @param plan - the reminder, and the plan under which it was due.
   */
  async due(plan: Pick<Reminder, 'id' | 'revision'>, signal: AbortSignal): Promise<Due> {
    const reminder = await this.#reminders.find(plan.id);
    if (reminder?.revision !== plan.revision || reminder.state === 'off') return nothing('changed');
    if ((await this.#reminders.wishesOf(reminder.personId)).isMuted) return nothing('muted');
    const meetingId = meetingIdOf(reminder.meetingId);
    const seen = await this.#look(meetingId, signal);
    if (seen.kind === 'nothing') {
      await this.forget(meetingId);
      return seen;
    }
    if (seen.countdown !== undefined && isOther(reminder, seen.countdown)) {
      await this.#replan(reminder, seen.countdown);
      return nothing('moved');
    }
    const now = await this.#reminders.now();
    if (punctuality(reminder.meetingAt, now) === 'missed') return nothing('missed');
    return { kind: 'say', reminder, meeting: seen.meeting, now };
  }

  /** The meeting as it is, or, where nobody can tell, as it is remembered. */
  async #look(
    meetingId: string,
    signal: AbortSignal,
  ): Promise<
    (Due & { kind: 'nothing' }) | { kind: 'seen'; meeting: MeetingInBrief; countdown: Countdown | undefined }
  > {
    const record = await this.#deps.store.findRecord(meetingId);
    const limit = deadline(LOOK_LIMIT_MS, signal);
    try {
      const found = await this.#deps.byId(meetingId, limit.signal);
      const meeting = found.kind === 'scheduled' ? found.meeting : found.record;
      return { kind: 'seen', meeting, countdown: countdownOf(timesNow(found, record)) };
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof MeetingProblem ? error.code : undefined;
      if (code === 'meeting.cancelled') return nothing('cancelled');
      if (code === 'meeting.gone' || code === 'meeting.notYours') return nothing('gone');
      if (record === undefined) throw error;
      this.#deps.log.info('reminder.unchecked', { meetingId, error: String(error) });
      return { kind: 'seen', meeting: record, countdown: countdownOf(timesOf(record)) };
    } finally {
      limit.done();
    }
  }

  async #replan(reminder: Reminder, countdown: Countdown): Promise<void> {
    const { state, lead, zone } = reminder;
    const dueAt = dueBefore(countdown.at, { lead, zone });
    await this.#reminders.plan(reminder, { ...timed(countdown), dueAt, state: state === 'off' ? 'off' : 'waiting' });
  }

  /** What is remembered of a meeting, with a record from now on: a reminder has to know it without the server. */
  async #remembered(found: Found): Promise<MeetingRecord> {
    if (found.kind === 'recorded') return found.record;
    const { store, now } = this.#deps;
    const known = await store.findRecord(found.meeting.id);
    if (known !== undefined) return known;
    const record = recordOf(found.meeting, { kind: 'scheduled', createdBy: undefined, now: now() });
    await store.saveRecord(record);
    return record;
  }

  #countdown(found: Found, record: MeetingRecord): Countdown {
    const countdown = countdownOf(timesNow(found, record));
    if (countdown === undefined) throw new MeetingProblem('meeting.noTime');
    return countdown;
  }

  async #leadOf(when: When, countdown: Countdown, personId: string): Promise<string> {
    if (when.kind === 'before') return when.lead;
    if (when.kind === 'at') {
      const typed = when.at.toISOString().slice(0, 16);
      if (when.at > countdown.at) throw new MeetingProblem('input.badLead', { facts: { typed } });
      return leadBetween(when.at, countdown.at);
    }
    return (await this.#reminders.wishesOf(personId)).lead ?? USUAL_LEAD;
  }

  #plan(meetingId: string, by: Wishing) {
    return { ...by, meetingId: this.#key(meetingId), state: 'waiting' } as const;
  }

  #key(meetingId: string): string {
    return meetingKeyOf(meetingId, this.#deps.account);
  }
}

/** The times of a meeting as it is now: the server knows the end, and only we the start. */
function timesNow(found: Found, record: MeetingRecord | undefined) {
  const { startsAt, expiresAt } = timesOf(record);
  return { startsAt, expiresAt: found.kind === 'scheduled' ? found.meeting.expiresAt : expiresAt };
}

function timed({ to, at }: Countdown): Pick<Reminder, 'countsTo' | 'meetingAt'> {
  return { countsTo: to, meetingAt: at };
}

/** Whether a reminder was planned for another moment; servers keep no fractions of a second. */
function isOther({ countsTo, meetingAt }: Reminder, { to, at }: Countdown): boolean {
  return countsTo !== to || Math.abs(meetingAt.getTime() - at.getTime()) >= 1000;
}

function nothing(why: (Due & { kind: 'nothing' })['why']): Due & { kind: 'nothing' } {
  return { kind: 'nothing', why };
}
