import { createHash } from 'node:crypto';

import { type Meeting, type MeetingChanges, type MeetingSettings, SETTING_NAMES, type SettingName } from './meeting';

/**
 * A short mark of every property as the form showed it.
 *
 * A form that is saved later tells, property by property, what the person changed and what somebody else changed since,
 * without carrying the old values around.
 */
export type Fingerprints = Readonly<Record<SettingName, string>>;

/** Marks every property of a meeting. */
export function fingerprints(meeting: MeetingSettings): Fingerprints {
  const marks = SETTING_NAMES.map((name) => [name, fingerprint(meeting[name])] as const);
  return Object.fromEntries(marks) as Fingerprints;
}

/** The properties of `values` that differ from what the form showed. */
export function changedByPerson(values: MeetingChanges, base: Fingerprints): SettingName[] {
  return SETTING_NAMES.filter((name) => values[name] !== undefined && fingerprint(values[name]) !== base[name]);
}

/** Of the `changed` properties, those that somebody else changed meanwhile to something else. */
export function collisionsWith(
  current: Meeting,
  edit: { values: MeetingChanges; changed: readonly SettingName[]; base: Fingerprints },
): SettingName[] {
  return edit.changed.filter((name) => {
    const now = fingerprint(current[name]);
    return now !== edit.base[name] && now !== fingerprint(edit.values[name]);
  });
}

/** Whether a value means the same as the one that was marked. */
export function isMarkedBy(value: MeetingChanges[SettingName], mark: string): boolean {
  return fingerprint(value) === mark;
}

/** Only the named properties. */
export function pick(values: MeetingChanges, names: readonly SettingName[]): MeetingChanges {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

/** Whether two values mean the same to a person: order and case of people, seconds of a date, line ends do not count. */
export function sameValue(left: MeetingChanges[SettingName], right: MeetingChanges[SettingName]): boolean {
  return fingerprint(left) === fingerprint(right);
}

function fingerprint(value: MeetingChanges[SettingName]): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 10);
}

function canonical(value: MeetingChanges[SettingName]): string {
  if (value === undefined) return 'none';
  if (value instanceof Date) return `date ${String(Math.floor(value.getTime() / 60_000))}`;
  if (typeof value === 'string') return `text ${value.replace(/\r\n?/gu, '\n').trim()}`;
  const people = [...new Set(value.map((address) => address.toLowerCase()))].sort();
  return `people ${people.join(' ')}`;
}
