import type { AccessLevel, Announcement, MeetingPolicy, Person } from '../company';
import type { Input } from '../http/input';
import { invalidParameters } from '../http/problem';

import type { MeetingSettings } from './meeting';

const YEAR_MS = 365.25 * 86_400_000;
const DEFAULT_LIFE_MS = 8 * 3_600_000;
const MAX_SUBJECT = 250;
const MAX_DESCRIPTION = 32 * 1024;
const MAX_PEOPLE = 1000;

/** What a meeting is when nothing was asked for: the organizer's policy, and eight hours of life. */
export function defaultSettings(organizer: Person, now: number): MeetingSettings {
  const { policy } = organizer;
  return {
    subject: '',
    description: '',
    attendees: [],
    leaders: [],
    accessLevel: policy.defaultAccessLevel,
    automaticLeaderAssignment: policy.defaultLeaderAssignment,
    entryExitAnnouncement: policy.announcements[0] ?? 'Unsupported',
    lobbyBypassForPhoneUsers: policy.phoneLobbyBypass[0] ?? 'Disabled',
    phoneUserAdmission: policy.phoneJoin,
    expirationTime: now + DEFAULT_LIFE_MS,
  };
}

/** What decides over an input besides the input itself. */
export interface SettingsRules {
  readonly organizer: Person;
  readonly sipDomain: string;
  readonly now: number;
  /** Leave expirationTime out when it was not given. */
  readonly undated: boolean;
}

/**
 * Reads the writable properties of a POST or PUT. What is absent or null gets its default: a PUT replaces the whole.
 *
 * @throws UcwaProblem 400 ParameterValidationFailure naming the property.
 * Source: Skype/UCWA/myOnlineMeetings_ref.md.
 */
export function decodeSettings(input: Input, rules: SettingsRules): MeetingSettings {
  const defaults = defaultSettings(rules.organizer, rules.now);
  const { policy } = rules.organizer;
  return {
    subject: input.text('subject', MAX_SUBJECT) ?? defaults.subject,
    description: input.text('description', MAX_DESCRIPTION) ?? defaults.description,
    attendees: people(input, 'attendees', rules),
    leaders: people(input, 'leaders', rules),
    accessLevel: accessLevel(input, policy) ?? defaults.accessLevel,
    automaticLeaderAssignment:
      input.choice('automaticLeaderAssignment', policy.leaderAssignments) ?? defaults.automaticLeaderAssignment,
    entryExitAnnouncement: announcement(input, policy) ?? defaults.entryExitAnnouncement,
    lobbyBypassForPhoneUsers:
      input.choice('lobbyBypassForPhoneUsers', policy.phoneLobbyBypass) ?? defaults.lobbyBypassForPhoneUsers,
    phoneUserAdmission:
      input.choice('phoneUserAdmission', policy.phoneJoin === 'Enabled' ? ['Disabled', 'Enabled'] : ['Disabled']) ??
      defaults.phoneUserAdmission,
    expirationTime: expiration(input, rules, defaults.expirationTime),
  };
}

/** `None` means "not initialised" and counts as absent; the older samples send it. */
function accessLevel(input: Input, policy: MeetingPolicy): AccessLevel | undefined {
  const given = input.choice('accessLevel', [...policy.accessLevels, 'None' as const]);
  return given === 'None' ? undefined : given;
}

/** Two of the official samples use the second name. */
function announcement(input: Input, policy: MeetingPolicy): Announcement | undefined {
  return (
    input.choice('entryExitAnnouncement', policy.announcements) ??
    input.choice('attendanceAnnouncementsStatus', policy.announcements)
  );
}

/** Invited people: of the organizer's own company, with scheme; the organizer leads anyway and is not listed. */
function people(input: Input, name: 'attendees' | 'leaders', rules: SettingsRules): string[] {
  const value = input.get(name);
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_PEOPLE) {
    throw invalidParameters({ name, reason: `The value is not a list of at most ${String(MAX_PEOPLE)} SIP URIs.` });
  }
  const uris = value.map((entry: unknown) => {
    const uri = typeof entry === 'string' ? /^sip:([^\s;@]+)@([^\s;@]+)$/i.exec(entry) : null;
    if (uri?.[2] === undefined) throw invalidParameters({ name, reason: `"${String(entry)}" is not a SIP URI.` });
    if (uri[2].toLowerCase() !== rules.sipDomain.toLowerCase()) {
      throw invalidParameters({ name, reason: `"${uri[0]}" is not a person of this organization.` });
    }
    return uri[0];
  });
  const unique = [...new Map(uris.map((uri) => [uri.toLowerCase(), uri])).values()];
  return name === 'leaders' ? unique.filter((uri) => uri.toLowerCase() !== rules.organizer.uri) : unique;
}

function expiration(input: Input, rules: SettingsRules, otherwise: number | undefined): number | undefined {
  const value = input.get('expirationTime');
  if (value === undefined) return rules.undated ? undefined : otherwise;
  const time = typeof value === 'string' ? parseDate(value) : NaN;
  if (Number.isNaN(time)) throw invalidParameters({ name: 'expirationTime', reason: 'The value is not a date.' });
  if (time < rules.now - YEAR_MS || time > rules.now + 10 * YEAR_MS) {
    throw invalidParameters({
      name: 'expirationTime',
      reason: 'The value must be between one year before and ten years after the current time of the server.',
    });
  }
  return time;
}

/** ISO 8601 to the minute or finer, or a day; the zone, where there is one, is the last group. */
const isoDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** `/Date(ms)/` with an offset that only concerns display, or ISO 8601, UTC unless it says otherwise. */
function parseDate(text: string): number {
  const milliseconds = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text)?.[1];
  if (milliseconds !== undefined) return Number(milliseconds);
  const iso = isoDate.exec(text);
  if (iso === null) return NaN;
  return Date.parse(iso[1] === undefined && text.includes('T') ? `${text}Z` : text);
}
