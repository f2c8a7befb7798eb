import type { CreationGuard } from '../shared/creation-guard';
import type { Pace } from '../shared/pace';
import { SharedWork } from '../shared/shared-work';

import type { Attendances } from './attendances';
import { changedByPerson, collisionsWith, type Fingerprints, fingerprints, pick } from './edit';
import { EditCollisionError, MeetingChangedError, MeetingProblem } from './errors';
import { anybody, anywhere, type Found, MeetingFinder, type Reference, type Resolution } from './finder';
import { type Joined, MeetingJoiner, type SeveralFit } from './joiner';
import type { DialIn, LiveMeeting, Meeting, MeetingChanges, MeetingDraft, MeetingOptions } from './meeting';
import { type Cancelling, MeetingCancellation } from './meeting-cancellation';
import { MeetingCreation } from './meeting-creation';
import { isRejection, MeetingOwners, type MeetingOwnersDeps, type Sharing } from './meeting-owners';
import { MeetingStart } from './meeting-start';
import { MeetingTimes } from './meeting-times';
import { editOf } from './noted-change';
import { leadersWith } from './ownership';
import type {
  MeetingRecord,
  MeetingState,
  MeetingStore,
  NotedChange,
  Ownership,
  Person,
  Posting,
  Viewpoint,
} from './ports';
import { recordOf } from './records';
import type { ReminderStore } from './reminder-store';
import { Reminders } from './reminders';
import { checkAllowed, checkSettings, checkStart, LIMITED_SETTINGS } from './settings-rules';

/** Collaborators of the service, made in src/compose. */
export interface MeetingServiceDeps extends MeetingOwnersDeps {
  readonly attendances: Attendances;
  readonly reminders: ReminderStore;
  readonly now: () => Date;
  /** The gateway works with the account of one person: what is not there may be in somebody else's. */
  readonly isPersonal?: boolean;
  /** The person whose account it is. */
  readonly account?: string;
  readonly pace?: Pace;
}

/** A saved form: what was typed, over what the form had shown. */
export interface Edit {
  readonly by: Person;
  readonly meetingId: string;
  readonly values: MeetingChanges;
  readonly base: Fingerprints;
  readonly guard: CreationGuard;
}

/** Who wants a meeting made, and what keeps it from being made twice. */
export interface Creator {
  readonly person: Person;
  /** The same for a second delivery of the same wish. */
  readonly onceKey: string;
  readonly guard: CreationGuard;
  /** When the meeting begins, where that is known. */
  readonly startsAt?: Date | undefined;
}

/** Rules about meetings that hold whatever the chat surface and whatever the server. */
export class MeetingService {
  /** Who is to be reminded of which of these meetings. */
  readonly reminders: Reminders;
  readonly #deps: MeetingServiceDeps;
  readonly #finder: MeetingFinder;
  readonly #joiner: MeetingJoiner;
  readonly #creating = new SharedWork<Meeting>();
  readonly #creation: MeetingCreation;
  readonly #starting: MeetingStart;
  readonly #owners: MeetingOwners;
  readonly #cancellation: MeetingCancellation;
  readonly #times: MeetingTimes;

  constructor(deps: MeetingServiceDeps) {
    this.#deps = deps;
    this.#finder = new MeetingFinder(deps);
    this.#joiner = new MeetingJoiner({ ...deps, finder: this.#finder });
    this.#creation = new MeetingCreation(deps);
    this.#starting = new MeetingStart(deps);
    this.#owners = new MeetingOwners(deps);
    this.reminders = new Reminders({ ...deps, byId: this.byId.bind(this) });
    const { reminders } = this;
    this.#times = new MeetingTimes({ ...deps, reminders });
    this.#cancellation = new MeetingCancellation({ ...deps, reminders, editable: this.editable.bind(this) });
  }

  /**
   * Starts a meeting now, stays in it until somebody comes, and remembers it. Once per `onceKey`, as {@link create}.
   *
   * @returns the meeting; when it was started before, what is remembered of it.
   * @throws OutcomeOpenError when it is not known yet whether the meeting is there; ask again with the same guard.
   */
  async start(
    subject: string,
    by: Creator,
    signal: AbortSignal,
  ): Promise<{ kind: 'live'; meeting: LiveMeeting } | { kind: 'recorded'; record: MeetingRecord }> {
    this.#owners.checkMaker(by.person);
    checkSettings({ subject }, this.#deps.now());
    const started = await this.#deps.store.outcome(by.onceKey);
    const record = started === undefined ? undefined : await this.#deps.store.findRecord(started);
    if (record !== undefined) return { kind: 'recorded', record };
    const { person, guard } = by;
    const owner = this.#owners.leaderFor(person);
    const meeting = await this.#starting.start(subject, { personId: person.id, owner, guard }, signal);
    await this.#remember(async (store) => {
      await store.saveOutcome(by.onceKey, meeting.id);
      await store.saveRecord(this.#record(meeting, 'spontaneous', by.person));
    });
    this.#deps.log.info('meeting.started', { meetingId: meeting.id, by: by.person.id });
    return { kind: 'live', meeting };
  }

  /**
   * Schedules a meeting that whoever asked for it leads, once per `onceKey`: a form sent twice, or a message delivered twice, gives the same meeting.
   *
   * @throws MeetingProblem when a value is out of range, not allowed, or the server refuses.
   * @throws OutcomeOpenError when it is not known yet whether the meeting was made; ask again with the same guard.
   */
  async create(draft: MeetingDraft, by: Creator, signal: AbortSignal): Promise<Meeting> {
    this.#owners.checkMaker(by.person);
    return this.#creating.run(by.onceKey, async () => this.#createOnce(draft, by, signal));
  }

  /** Removes late twins of a meeting. @returns how many. See {@link MeetingCreation.removeTwins}. */
  async removeTwins(marker: string, keep: string | undefined, signal: AbortSignal): Promise<number> {
    return this.#creation.removeTwins(marker, keep, signal);
  }

  async #checkDraft(draft: MeetingDraft, startsAt: Date | undefined, signal: AbortSignal): Promise<void> {
    const now = this.#deps.now();
    checkSettings(draft, now);
    if (startsAt !== undefined) checkStart(startsAt, { now, expiresAt: draft.expiresAt });
    if (LIMITED_SETTINGS.some((name) => draft[name] !== undefined)) {
      checkAllowed(draft, await this.#deps.gateway.options(signal));
    }
  }

  async #createOnce(draft: MeetingDraft, by: Creator, signal: AbortSignal): Promise<Meeting> {
    const made = await this.#deps.store.outcome(by.onceKey);
    if (made !== undefined) {
      const found = await this.#finder.byId(made, signal);
      if (found.kind === 'scheduled') return found.meeting;
    }
    // What was sent once was allowed then; it may be there already.
    if (by.guard.sentAgoMs === undefined) await this.#checkDraft(draft, by.startsAt, signal);
    const meeting = await this.#makeLed(draft, by, signal);
    await this.#remember(async (store) => {
      await store.saveOutcome(by.onceKey, meeting.id);
      const startsAt = by.startsAt?.toISOString();
      await store.saveRecord({ ...this.#record(meeting, 'scheduled', by.person), startsAt });
    });
    this.#deps.log.info('meeting.scheduled', { meetingId: meeting.id, by: by.person.id });
    return meeting;
  }

  /** What somebody is called in Teams need not be known to the server: then they own the meeting, and do not lead it. */
  async #makeLed(draft: MeetingDraft, { person, guard }: Creator, signal: AbortSignal): Promise<Meeting> {
    const leader = this.#owners.leaderFor(person);
    if (leader === undefined) return this.#creation.make(draft, guard, signal);
    try {
      return await this.#creation.make({ ...draft, leaders: leadersWith(draft.leaders, leader) }, guard, signal);
    } catch (error) {
      if (!isRejection(error)) throw error;
      this.#deps.log.info('owner.notLeader', { error: error.code });
      return this.#creation.make(draft, guard, signal);
    }
  }

  /** The account's meetings, soonest end first, numbered for `#n` from this viewpoint. */
  async list(viewpoint: Viewpoint, signal: AbortSignal): Promise<readonly Meeting[]> {
    const meetings = [...(await this.#deps.gateway.list(signal))].sort(bySoonestEnd);
    const ids = meetings.map(({ id }) => id);
    const views = [viewpoint, anybody(viewpoint), anywhere(viewpoint)];
    await Promise.all(views.map(async (view) => this.#deps.store.saveList(view, ids)));
    return meetings;
  }

  /** @throws MeetingProblem `meeting.notFound` and its siblings. */
  async find(reference: Reference, signal: AbortSignal): Promise<Resolution> {
    return this.#finder.find(reference, signal);
  }

  /** Reads one meeting by its ID. @throws MeetingProblem `meeting.gone`, `meeting.cancelled`. */
  async byId(id: string, signal: AbortSignal): Promise<Found> {
    return this.#finder.byId(id, signal);
  }

  /**
   * Reads a meeting that somebody may change.
   *
   * @throws MeetingProblem `meeting.notOurs` for one that was only started or joined, `meeting.notOwner` for somebody else's.
   */
  async editable(id: string, by: Person, signal: AbortSignal): Promise<Meeting> {
    const meeting = await this.#scheduled(id, signal);
    await this.#owners.check(id, by);
    return meeting;
  }

  /** @throws MeetingProblem `meeting.notOwner`, `signIn.unknownPerson` for somebody who may not change the meeting. */
  async checkMayChange(id: string, person: Person): Promise<void> {
    await this.#owners.check(id, person);
  }

  async #scheduled(id: string, signal: AbortSignal): Promise<Meeting> {
    const found = await this.#finder.byId(id, signal);
    if (found.kind === 'scheduled') return found.meeting;
    throw new MeetingProblem('meeting.notOurs', { facts: { subject: found.record.subject } });
  }

  /**
   * Saves an edited form: only what the person changed, over the present state of the meeting.
   *
   * Changes by somebody else to other properties are kept; to the same property they are a question.
   * @throws EditCollisionError with the present state, when both changed the same property.
   * @throws MeetingProblem when a value is out of range, not allowed, or the server refuses.
   */
  async edit(edit: Edit, signal: AbortSignal): Promise<Meeting> {
    await this.#owners.check(edit.meetingId, edit.by);
    const changed = changedByPerson(edit.values, edit.base);
    const changes = pick(edit.values, changed);
    checkSettings(changes, this.#deps.now());
    if (LIMITED_SETTINGS.some((name) => changes[name] !== undefined)) {
      checkAllowed(changes, await this.#deps.gateway.options(signal));
    }
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const current = await this.#scheduled(edit.meetingId, signal);
      const collisions = collisionsWith(current, { values: edit.values, changed, base: edit.base });
      if (collisions.length > 0) throw new EditCollisionError(current, collisions);
      const open = changedByPerson(changes, fingerprints(current));
      if (open.length === 0) return this.#times.remember(current);
      try {
        await this.#deps.store.noteChange(editOf(current, pick(changes, open), edit));
        await edit.guard.aboutToSend();
        const saved = await this.#deps.gateway.update(current, pick(changes, open), signal);
        this.#deps.log.info('meeting.edited', { meetingId: saved.id, settings: open.join(' ') });
        return await this.#times.remember(saved);
      } catch (error) {
        if (!(error instanceof MeetingChangedError)) throw error;
      }
    }
    throw new MeetingProblem('meeting.keepsChanging');
  }

  /**
   * Remembers when a meeting of the account begins, which the server has no place for; its reminders follow.
   *
   * @param startsAt - undefined: nobody knows any more.
   * @throws MeetingProblem `meeting.notOwner`, `meeting.notOurs`, `input.startOutOfRange`.
   */
  async setStart(
    id: string,
    startsAt: Date | undefined,
    by: { person: Person; guard: CreationGuard; signal: AbortSignal },
  ): Promise<Meeting> {
    const meeting = await this.editable(id, by.person, by.signal);
    await this.#times.setStart(meeting, startsAt, { by: by.person, guard: by.guard });
    return meeting;
  }

  /** Cancels a scheduled meeting. Cancelling twice is one cancellation. @returns what remains: our record of it. */
  async cancel(id: string, by: Cancelling, signal: AbortSignal): Promise<MeetingRecord> {
    return this.#cancellation.cancel(id, by, signal);
  }

  /**
   * Gives a meeting to somebody else.
   *
   * @returns the meeting as it is now.
   * @throws MeetingProblem `meeting.notOwner`, `meeting.notOurs`, `meeting.ownerIsOrganizer`.
   */
  async transfer(id: string, give: { to: Person; by: Person }, signal: AbortSignal): Promise<Found> {
    return this.#owners.handOver(await this.#ownable(id, signal), give, signal);
  }

  /**
   * Lets one more person change a meeting, or one less.
   *
   * @returns the meeting as it is now.
   * @throws MeetingProblem `meeting.notOwner`, `meeting.notOurs`, `meeting.ownerIsOrganizer`.
   */
  async share(id: string, sharing: Sharing, signal: AbortSignal): Promise<Found> {
    const found = await this.#ownable(id, signal);
    await this.#owners.share(id, sharing);
    return found;
  }

  /** A meeting of the account, with a record that says whose it is. */
  async #ownable(id: string, signal: AbortSignal): Promise<Found> {
    const found = await this.#finder.byId(id, signal);
    if (found.kind === 'scheduled') {
      const known = await this.#deps.store.findRecord(id);
      if (known === undefined) await this.#deps.store.saveRecord(this.#record(found.meeting, 'scheduled', undefined));
    } else if (found.record.kind !== 'spontaneous') {
      throw new MeetingProblem('meeting.notOurs', { facts: { subject: found.record.subject } });
    }
    return found;
  }

  /**
   * Joins by link, conference URI, number, ID or reference, reads what the meeting says about itself, and leaves again.
   *
   * @returns the meeting, or the choice when the words fit several.
   * @throws MeetingProblem `join.…`, `meeting.notFound`.
   */
  async join(reference: Reference, signal: AbortSignal): Promise<Joined | SeveralFit> {
    const joined = await this.#joiner.join(reference, signal);
    if (joined.kind === 'joined' && (await this.#deps.store.findRecord(joined.meeting.id)) === undefined) {
      const kind = joined.isOwn ? 'scheduled' : 'foreign';
      await this.#deps.store.saveRecord(this.#record(joined.meeting, kind, undefined));
    }
    return joined;
  }

  /** What the organizer may choose. */
  async options(signal: AbortSignal): Promise<MeetingOptions> {
    return this.#deps.gateway.options(signal);
  }

  /** Numbers for people who dial in; none when the server will not tell: the meeting is shown all the same. */
  async dialIn(signal: AbortSignal): Promise<DialIn> {
    return this.#ifKnown(this.#deps.gateway.dialIn(signal), { regions: [] });
  }

  /** Above so many people the server wants the organizer to be warned; undefined when it will not tell. */
  async suggestedPeople(signal: AbortSignal): Promise<number | undefined> {
    return this.#ifKnown(
      this.#deps.gateway.options(signal).then(({ warnAbovePeople }) => warnAbovePeople),
      undefined,
    );
  }

  /** What is remembered of a meeting. */
  async recordOf(meetingId: string): Promise<MeetingRecord | undefined> {
    return this.#deps.store.findRecord(meetingId);
  }

  /** Whose meeting it is, and who asked Confer for it, as far as that is known. */
  async ownershipOf(meetingId: string): Promise<Ownership & { readonly createdBy: Person | undefined }> {
    const record = await this.#deps.store.findRecord(meetingId);
    return { ...this.#owners.of(record), createdBy: record?.createdBy };
  }

  /** Remembers a card that shows a meeting. */
  async posted(posting: Posting, viewpoint: Viewpoint): Promise<void> {
    await this.#deps.store.savePosting(posting);
    await this.reminders.shown(posting, viewpoint);
  }

  /** Remembers that this meeting is now the person's last. */
  async seen(meetingId: string, viewpoint: Viewpoint): Promise<void> {
    const views = [viewpoint, anywhere(viewpoint)];
    await Promise.all(views.map(async (view) => this.#deps.store.saveLast(view, meetingId)));
  }

  /** What a meeting is now; undefined when nobody knows it any more. */
  async stateOf(meetingId: string, signal: AbortSignal): Promise<MeetingState | undefined> {
    const record = await this.#deps.store.findRecord(meetingId);
    if (record?.cancelledAt !== undefined) return { kind: 'cancelled', record };
    if (record?.kind === 'spontaneous') return { kind: 'recorded', record };
    try {
      return { kind: 'scheduled', meeting: await this.#deps.gateway.get(meetingId, signal) };
    } catch (error) {
      if (error instanceof MeetingProblem && error.code === 'meeting.gone') return undefined;
      throw error;
    }
  }

  /** Cards that show a meeting, oldest first. */
  async postingsOf(meetingId: string): Promise<readonly Posting[]> {
    return this.#deps.store.postingsOf(meetingId);
  }

  /** Forgets a card that is not there any more. */
  async forgetPosting(posting: Pick<Posting, 'conversationId' | 'activityId'>): Promise<void> {
    await this.#deps.store.removePosting(posting);
  }

  /** What the operation with this marker was about to change. */
  async notedChange(marker: string): Promise<(NotedChange & { readonly isNewest: boolean }) | undefined> {
    return this.#deps.store.notedChange(marker);
  }

  /** What a card can do without must not stop a meeting from being shown, nor make people think it was not made. */
  async #ifKnown<Fact>(asking: Promise<Fact>, otherwise: Fact): Promise<Fact> {
    try {
      return await asking;
    } catch (error) {
      this.#deps.log.warn('fact.unavailable', { error: String(error) });
      return otherwise;
    }
  }

  /** A meeting that was made must be shown even when it cannot be remembered: told otherwise, people make it again. */
  async #remember(save: (store: MeetingStore) => Promise<void>): Promise<void> {
    try {
      await save(this.#deps.store);
    } catch (error) {
      this.#deps.log.error('store.failed', { error: String(error) });
    }
  }

  #record(meeting: LiveMeeting, kind: MeetingRecord['kind'], createdBy: Person | undefined): MeetingRecord {
    return recordOf(meeting, { kind, createdBy, now: this.#deps.now() });
  }
}

function bySoonestEnd(left: Meeting, right: Meeting): number {
  return (left.expiresAt?.getTime() ?? Infinity) - (right.expiresAt?.getTime() ?? Infinity);
}
