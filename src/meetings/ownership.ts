import { MeetingProblem } from './errors';
import type { MeetingRecord, Ownership, Person } from './ports';

/** Who besides the owner and co-owners may change a meeting, where one account of the server organizes everybody's. */
export interface OwnershipRules {
  /** Directory object ids, in lower case. */
  readonly administrators: readonly string[];
  /** Only people whom the directory knows make and change meetings; false in local mode, where nobody checks who speaks. */
  readonly directoryOnly: boolean;
}

/** Ids of people in the directory; guests of a meeting and people outside of Teams have none. */
const OBJECT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Whose meeting it is. Until it was given to somebody else it belongs to whoever asked for it. */
export function ownershipOf(record: MeetingRecord | undefined): Ownership {
  return { owner: record?.owner ?? record?.createdBy, coOwners: record?.coOwners ?? [] };
}

/** Whether both are the same person; the case of an id means nothing. */
export function isSamePerson(left: Pick<Person, 'id'>, right: Pick<Person, 'id'>): boolean {
  return left.id.toLowerCase() === right.id.toLowerCase();
}

/** Whether somebody is an administrator of Confer. */
export function isAdministrator({ id }: Person, { administrators }: OwnershipRules): boolean {
  return administrators.includes(id.toLowerCase());
}

/** @throws MeetingProblem `signIn.unknownPerson` for somebody without a directory identity, where it takes one. */
export function checkKnown({ id }: Person, { directoryOnly }: OwnershipRules): void {
  if (directoryOnly && !OBJECT_ID.test(id)) throw new MeetingProblem('signIn.unknownPerson');
}

/**
 * Whether somebody may change or cancel a meeting: its owner, its co-owners, administrators. A meeting whose owner is not
 * known is the administrators', or everybody's where there are none.
 */
export function mayChange(person: Person, { owner, coOwners }: Ownership, rules: OwnershipRules): boolean {
  if (isAdministrator(person, rules)) return true;
  if (owner === undefined && coOwners.length === 0) return rules.administrators.length === 0;
  return [owner, ...coOwners].some((other) => other !== undefined && isSamePerson(other, person));
}

/** Whether somebody may decide whose meeting it is: its owner and administrators. */
export function mayGiveAway(person: Person, { owner }: Ownership, rules: OwnershipRules): boolean {
  return isAdministrator(person, rules) || (owner !== undefined && isSamePerson(owner, person));
}

/** The refusal that names whom to ask. */
export function notOwner(record: Pick<MeetingRecord, 'subject'> | undefined, ownership: Ownership): MeetingProblem {
  const { owner, coOwners } = ownership;
  const facts = {
    subject: record?.subject ?? '',
    owner: owner?.name ?? '',
    coOwners: coOwners.map(({ name }) => name).join(', '),
  };
  return new MeetingProblem('meeting.notOwner', { facts });
}

/** The meeting handed over. Whoever had it keeps no right to it; the new owner is no co-owner any more. */
export function handedTo(person: Person, { coOwners }: Ownership): Ownership {
  return { owner: person, coOwners: coOwners.filter((other) => !isSamePerson(other, person)) };
}

/** The meeting shared with one more person. Sharing it with its owner changes nothing. */
export function sharedWith(person: Person, ownership: Ownership): Ownership {
  const known = [ownership.owner, ...ownership.coOwners].some(
    (other) => other !== undefined && isSamePerson(other, person),
  );
  return known ? ownership : { ...ownership, coOwners: [...ownership.coOwners, person] };
}

/** The meeting shared no more with one person. */
export function notSharedWith(person: Person, ownership: Ownership): Ownership {
  return { ...ownership, coOwners: ownership.coOwners.filter((other) => !isSamePerson(other, person)) };
}

/** The people who lead a meeting, with one more. An address that leads it already is not added. */
export function leadersWith(leaders: readonly string[] = [], address: string | undefined): readonly string[] {
  if (address === undefined) return leaders;
  const isThere = leaders.some((leader) => leader.toLowerCase() === address.toLowerCase());
  return isThere ? leaders : [...leaders, address];
}
