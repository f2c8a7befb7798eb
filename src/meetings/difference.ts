import { sameValue } from './edit';
import type { AccessLevel, MeetingChanges, MeetingSettings, Toggle } from './meeting';

/** What people care about in a change of a meeting; JSON. What did not change is absent. */
export interface Difference {
  readonly subject?: Turned<string>;
  /** ISO 8601; undefined when nobody knows it. */
  readonly start?: Turned<string | undefined>;
  /** ISO 8601; undefined when the server named none. */
  readonly openUntil?: Turned<string | undefined>;
  readonly invited?: PeopleChange;
  readonly presenters?: PeopleChange;
  readonly access?: Turned<AccessLevel>;
  readonly phoneSkipsLobby?: Turned<Toggle>;
}

/** A value before and after. */
export interface Turned<Value> {
  readonly from?: Value;
  readonly to?: Value;
}

/** Addresses that came and went. */
export interface PeopleChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What `changes` do to a meeting, as far as people care. */
export function differenceOf(before: MeetingSettings, changes: MeetingChanges): Difference {
  return withoutNothing({
    start: undefined,
    subject: turned(before.subject, changes.subject),
    openUntil: sameValue(before.expiresAt, changes.expiresAt ?? before.expiresAt)
      ? undefined
      : turned(before.expiresAt?.toISOString(), changes.expiresAt?.toISOString()),
    invited: peopleChange(before.attendees, changes.attendees ?? before.attendees),
    presenters: peopleChange(before.leaders, changes.leaders ?? before.leaders),
    access: turned(before.access, changes.access),
    phoneSkipsLobby: turned(before.phoneSkipsLobby, changes.phoneSkipsLobby),
  });
}

/** Another beginning; ISO 8601. @returns nothing when it is the same. */
export function startDifference(from: string | undefined, to: string | undefined): Difference {
  if (from === to) return {};
  return { start: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) } };
}

/** Two changes, one after the other, as one. */
export function bothDifferences(first: Difference, second: Difference): Difference {
  return withoutNothing({
    subject: both(first.subject, second.subject),
    start: both(first.start, second.start),
    openUntil: both(first.openUntil, second.openUntil),
    invited: bothPeople(first.invited, second.invited),
    presenters: bothPeople(first.presenters, second.presenters),
    access: both(first.access, second.access),
    phoneSkipsLobby: both(first.phoneSkipsLobby, second.phoneSkipsLobby),
  });
}

type Parts = { readonly [Name in keyof Difference]: Difference[Name] | undefined };

function withoutNothing(parts: Parts): Difference {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

function turned<Value extends string>(from: Value | undefined, to: Value | undefined): Turned<Value> | undefined {
  if (to === undefined || from?.trim() === to.trim()) return undefined;
  return { ...(from === undefined ? {} : { from }), to };
}

function both<Value>(first: Turned<Value> | undefined, second: Turned<Value> | undefined): Turned<Value> | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  if (first.from === second.to) return undefined;
  return {
    ...(first.from === undefined ? {} : { from: first.from }),
    ...(second.to === undefined ? {} : { to: second.to }),
  };
}

function peopleChange(before: readonly string[], after: readonly string[]): PeopleChange | undefined {
  return somebody({ added: without(after, before), removed: without(before, after) });
}

function bothPeople(first: PeopleChange | undefined, second: PeopleChange | undefined): PeopleChange | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return somebody({
    added: [...without(first.added, second.removed), ...without(second.added, first.removed)],
    removed: [...without(first.removed, second.added), ...without(second.removed, first.added)],
  });
}

function somebody(change: PeopleChange): PeopleChange | undefined {
  return change.added.length + change.removed.length === 0 ? undefined : change;
}

/** Addresses of `people` that are not among `others`, whatever their case. */
function without(people: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others.map((address) => address.toLowerCase()));
  return people.filter((address) => !known.has(address.toLowerCase()));
}
