import { MeetingProblem } from './errors';
import { MAX_DESCRIPTION_LENGTH, MAX_EXPIRY_MS, MAX_PEOPLE, MAX_SUBJECT_LENGTH } from './limits';
import type { MeetingChanges, MeetingOptions } from './meeting';

const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

/**
 * Reads addresses as people type them: `sip:` or `mailto:` in front, `Anna <anna@contoso.com>`, commas, semicolons, lines.
 *
 * @returns `user@domain` each, lower case, without repeats, in the order typed.
 * @throws MeetingProblem `input.badAddress` naming the first piece that is no address.
 */
export function parseAddresses(typed: string): string[] {
  const pieces = typed.split(/[,;\n]+/u).flatMap((piece) => {
    const bracketed = /<([^<>]+)>\s*$/u.exec(piece)?.[1];
    return bracketed === undefined ? piece.trim().split(/\s+/u) : [bracketed];
  });
  const addresses = pieces.filter((piece) => piece !== '').map(toAddress);
  return [...new Set(addresses)];
}

function toAddress(piece: string): string {
  const address = piece.trim().replace(/^(?:sips?|mailto):/iu, '');
  if (address.length > 320 || !ADDRESS.test(address)) {
    throw new MeetingProblem('input.badAddress', { facts: { address: piece.trim().slice(0, 80) } });
  }
  return address.toLowerCase();
}

/** Rules that hold for every draft and every change, whatever the server. @throws MeetingProblem `input.…`. */
export function checkSettings(settings: MeetingChanges, now: Date): void {
  checkLength(settings);
  const people = new Set([...(settings.attendees ?? []), ...(settings.leaders ?? [])]).size;
  if (people > MAX_PEOPLE) {
    throw new MeetingProblem('input.tooManyPeople', { facts: { count: people, limit: MAX_PEOPLE } });
  }
  if (settings.expiresAt === undefined) return;
  const inMs = settings.expiresAt.getTime() - now.getTime();
  if (!(inMs > 0 && inMs <= MAX_EXPIRY_MS)) throw new MeetingProblem('input.expiryOutOfRange');
}

/** A meeting begins later than now and before it closes. @throws MeetingProblem `input.startOutOfRange`. */
export function checkStart(startsAt: Date, { now, expiresAt }: { now: Date; expiresAt: Date | undefined }): void {
  const isAhead = startsAt > now && startsAt.getTime() - now.getTime() <= MAX_EXPIRY_MS;
  if (!isAhead || (expiresAt !== undefined && startsAt >= expiresAt)) throw new MeetingProblem('input.startOutOfRange');
}

function checkLength({ subject, description }: MeetingChanges): void {
  if (subject?.trim() === '') throw new MeetingProblem('input.subjectMissing');
  if (subject !== undefined && subject.length > MAX_SUBJECT_LENGTH) {
    throw new MeetingProblem('input.subjectTooLong', { facts: { length: subject.length, limit: MAX_SUBJECT_LENGTH } });
  }
  if (description !== undefined && description.length > MAX_DESCRIPTION_LENGTH) {
    const facts = { length: description.length, limit: MAX_DESCRIPTION_LENGTH };
    throw new MeetingProblem('input.descriptionTooLong', { facts });
  }
}

/** Settings whose values a policy can limit. */
export const LIMITED_SETTINGS = ['access', 'presenters', 'announcements', 'phoneSkipsLobby', 'phoneAllowed'] as const;

/** One of {@link LIMITED_SETTINGS}. */
export type LimitedSetting = (typeof LIMITED_SETTINGS)[number];

/** @throws MeetingProblem `meeting.optionNotAllowed` naming the first setting the organizer's policy forbids. */
export function checkAllowed(settings: MeetingChanges, options: MeetingOptions): void {
  for (const setting of LIMITED_SETTINGS) {
    const value = settings[setting];
    const allowed: readonly string[] = options[setting];
    if (value !== undefined && !allowed.includes(value)) {
      throw new MeetingProblem('meeting.optionNotAllowed', { facts: { setting, value, allowed: allowed.join(',') } });
    }
  }
}
