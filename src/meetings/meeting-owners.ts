import type { Logger } from '../shared/logger';

import { MeetingChangedError, MeetingProblem } from './errors';
import type { Found } from './finder';
import type { Meeting } from './meeting';
import {
  checkKnown,
  handedTo,
  isSamePerson,
  leadersWith,
  mayChange,
  mayGiveAway,
  notOwner,
  notSharedWith,
  ownershipOf,
  type OwnershipRules,
  sharedWith,
} from './ownership';
import type { MeetingGateway, MeetingRecord, MeetingStore, Ownership, Person } from './ports';

/** Tries to write what somebody else changes at the same time. */
const TRIES = 3;

/** Who wants what with whose right to a meeting. */
export interface Sharing {
  readonly by: Person;
  readonly person: Person;
  readonly change: 'add' | 'remove';
}

/** Collaborators, made with the service. */
export interface MeetingOwnersDeps {
  readonly gateway: MeetingGateway;
  readonly store: MeetingStore;
  readonly log: Logger;
  /** Undefined where everybody has an account of their own: there the server decides who may do what. */
  readonly ownership: OwnershipRules | undefined;
}

/** Knows whose meeting it is, lets only them change it, and hands it over. */
export class MeetingOwners {
  readonly #deps: MeetingOwnersDeps;

  constructor(deps: MeetingOwnersDeps) {
    this.#deps = deps;
  }

  /** @throws MeetingProblem `signIn.unknownPerson` for somebody for whom Confer makes no meetings. */
  checkMaker(person: Person): void {
    if (this.#deps.ownership !== undefined) checkKnown(person, this.#deps.ownership);
  }

  /** The address that leads a new meeting besides the account; the account of a person leads theirs anyway. */
  leaderFor({ address }: Person): string | undefined {
    return this.#deps.ownership === undefined ? undefined : address;
  }

  /** Whose meeting it is; nobody's of ours where the organizer on the server is a person. */
  of(record: MeetingRecord | undefined): Ownership {
    return this.#deps.ownership === undefined ? { owner: undefined, coOwners: [] } : ownershipOf(record);
  }

  /** @throws MeetingProblem `meeting.notOwner`, `signIn.unknownPerson` for somebody who may not change the meeting. */
  async check(meetingId: string, person: Person): Promise<void> {
    const rules = this.#deps.ownership;
    if (rules === undefined) return;
    checkKnown(person, rules);
    const record = await this.#deps.store.findRecord(meetingId);
    // Of a cancelled meeting there is nothing left to change; whoever wants to is told that.
    if (record?.cancelledAt !== undefined) return;
    const ownership = ownershipOf(record);
    if (!mayChange(person, ownership, rules)) throw this.#refusal(meetingId, { person, record, ownership });
  }

  /**
   * Gives a meeting to somebody else, who leads it from now on where their address is known, to us and to the server.
   *
   * @throws MeetingProblem `meeting.notOwner`, `meeting.ownerIsOrganizer`, or when the server refuses.
   */
  async handOver(found: Found, { to, by }: { to: Person; by: Person }, signal: AbortSignal): Promise<Found> {
    const meetingId = idOf(found);
    const owner = ownershipOf(await this.#deps.store.findRecord(meetingId)).owner;
    // Somebody asked for it twice, or a try before this one ended half-way.
    if (owner !== undefined && isSamePerson(owner, to)) return found;
    const isAllowed = (ownership: Ownership, rules: OwnershipRules): boolean => mayGiveAway(by, ownership, rules);
    await this.#checked(meetingId, by, isAllowed);
    // First what can fail: a meeting is never given to somebody who then does not lead it.
    const after = found.kind === 'scheduled' ? await this.#withLeader(found.meeting, to, signal) : undefined;
    await this.#change(meetingId, { by, isAllowed, next: (ownership) => handedTo(to, ownership) });
    this.#deps.log.info('meeting.handedOver', { meetingId, by: by.id, person: to.id });
    return after === undefined ? found : { kind: 'scheduled', meeting: after };
  }

  /**
   * Lets one more person change a meeting, or one less. Co-owners may take themselves out.
   *
   * @throws MeetingProblem `meeting.notOwner`, `meeting.ownerIsOrganizer`.
   */
  async share(meetingId: string, { by, person, change }: Sharing): Promise<void> {
    const { coOwners } = ownershipOf(await this.#deps.store.findRecord(meetingId));
    if (change === 'remove' && !coOwners.some((other) => isSamePerson(other, person))) return;
    const isLeaving = change === 'remove' && isSamePerson(by, person);
    const isAllowed = (ownership: Ownership, rules: OwnershipRules): boolean =>
      mayGiveAway(by, ownership, rules) || (isLeaving && mayChange(by, ownership, rules));
    const next = (ownership: Ownership): Ownership =>
      change === 'add' ? sharedWith(person, ownership) : notSharedWith(person, ownership);
    await this.#change(meetingId, { by, isAllowed, next });
    this.#deps.log.info('meeting.shared', { meetingId, by: by.id, change, person: person.id });
  }

  /** Reads, checks and writes, again when somebody else wrote meanwhile. */
  async #change(
    meetingId: string,
    how: { by: Person; isAllowed: Right; next: (ownership: Ownership) => Ownership },
  ): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { record, ownership } = await this.#checked(meetingId, how.by, how.isAllowed);
      const from = { owner: record?.owner, coOwners: record?.coOwners ?? [] };
      const next = how.next(ownership);
      // A meeting that is of whoever asked for it stays so by itself.
      const to = { ...next, owner: next.owner === ownership.owner ? from.owner : next.owner };
      if (await this.#deps.store.saveOwnership(meetingId, { from, to })) return;
    }
    throw new MeetingProblem('meeting.keepsChanging');
  }

  async #checked(
    meetingId: string,
    person: Person,
    isAllowed: Right,
  ): Promise<{ record: MeetingRecord | undefined; ownership: Ownership }> {
    const rules = this.#deps.ownership;
    if (rules === undefined) throw new MeetingProblem('meeting.ownerIsOrganizer');
    checkKnown(person, rules);
    const record = await this.#deps.store.findRecord(meetingId);
    const ownership = ownershipOf(record);
    if (!isAllowed(ownership, rules)) throw this.#refusal(meetingId, { person, record, ownership });
    return { record, ownership };
  }

  async #withLeader(meeting: Meeting, { address }: Person, signal: AbortSignal): Promise<Meeting> {
    const { gateway } = this.#deps;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const current = attempt === 0 ? meeting : await gateway.get(meeting.id, signal);
      const leaders = leadersWith(current.leaders, address);
      if (leaders.length === current.leaders.length) return current;
      try {
        return await gateway.update(current, { leaders }, signal);
      } catch (error) {
        if (isRejection(error)) {
          this.#deps.log.info('owner.notLeader', { meetingId: meeting.id });
          return current;
        }
        if (!(error instanceof MeetingChangedError)) throw error;
      }
    }
    throw new MeetingProblem('meeting.keepsChanging');
  }

  /** Whoever looks after Confer should see who tried. */
  #refusal(
    meetingId: string,
    { person, record, ownership }: { person: Person; record: MeetingRecord | undefined; ownership: Ownership },
  ): MeetingProblem {
    this.#deps.log.warn('meeting.refused', { meetingId, by: person.id });
    return notOwner(record, ownership);
  }
}

/** Whether the server did not take a value, and so did nothing. */
export function isRejection(error: unknown): error is MeetingProblem {
  return error instanceof MeetingProblem && error.code === 'server.rejected';
}

/** What it takes to do something with a meeting. */
type Right = (ownership: Ownership, rules: OwnershipRules) => boolean;

function idOf(found: Found): string {
  return found.kind === 'scheduled' ? found.meeting.id : found.record.id;
}
