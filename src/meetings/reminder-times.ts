import { DateTime } from 'luxon';

import { MeetingProblem } from './errors';

/** What a reminder counts down to: the start where it is known, else the end. */
export interface Countdown {
  readonly to: 'start' | 'end';
  readonly at: Date;
}

/** A reminder longer after its moment than this helps nobody any more. */
export const LATEST_MS = 10 * 60_000;

/** Nobody is reminded longer before a meeting than this. */
const MOST_MINUTES = 60 * 24 * 60;

const DAY_MINUTES = 24 * 60;

/** How many minutes a unit has; days are counted apart. */
const MINUTES_OF: Readonly<Record<string, number>> = {
  ...{ m: 1, min: 1, mins: 1, minute: 1, minutes: 1 },
  ...{ h: 60, hr: 60, hrs: 60, hour: 60, hours: 60 },
  ...{ d: DAY_MINUTES, day: DAY_MINUTES, days: DAY_MINUTES },
};

const PART = /(\d{1,5})\s*([a-z]+)/giu;
const ISO = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:0S)?)?$/iu;

/** How long before a meeting. Days stay days: a day before is the same time of day, also over a clock change. */
interface Lead {
  readonly days: number;
  readonly minutes: number;
}

/** The moment to count down to; undefined for a meeting without any time. */
export function countdownOf(times: { startsAt: Date | undefined; expiresAt: Date | undefined }): Countdown | undefined {
  if (times.startsAt !== undefined) return { to: 'start', at: times.startsAt };
  return times.expiresAt === undefined ? undefined : { to: 'end', at: times.expiresAt };
}

/**
 * Reads how long before a meeting: `10m`, `1h 30m`, `2 days`, or ISO 8601 as in `PT10M`.
 *
 * @returns an ISO 8601 duration; undefined when it is none, or longer than sixty days.
 */
export function parseLead(typed: string): string | undefined {
  const words = typed.trim();
  const lead = /^P/iu.test(words) ? readIso(words) : readWords(words);
  if (lead === undefined || lead.days * DAY_MINUTES + lead.minutes > MOST_MINUTES) return undefined;
  return isoOf(lead);
}

/** The duration from one moment to a later one, in whole minutes. */
export function leadBetween(from: Date, to: Date): string {
  return isoOf({ days: 0, minutes: Math.max(0, Math.round((to.getTime() - from.getTime()) / 60_000)) });
}

/** The parts of a lead, as people read them. */
export function leadParts(lead: string): { days: number; hours: number; minutes: number } {
  const { days, minutes } = readIso(lead) ?? { days: 0, minutes: 0 };
  return { days, hours: Math.trunc(minutes / 60), minutes: minutes % 60 };
}

/** When to remind: days are days of the zone's calendar, which may have 23 or 25 hours; hours and minutes are as long as they are. */
export function dueBefore(at: Date, { lead, zone }: { lead: string; zone: string }): Date {
  const { days, minutes } = readIso(lead) ?? { days: 0, minutes: 0 };
  const there = DateTime.fromJSDate(at, { zone });
  const local = there.isValid ? there : DateTime.fromJSDate(at, { zone: 'utc' });
  return local.minus({ days }).minus({ minutes }).toJSDate();
}

/** Whether a reminder for `at` is still worth saying: before it, shortly after it, or not any more. */
export function punctuality(at: Date, now: Date): 'ahead' | 'late' | 'missed' {
  const overMs = now.getTime() - at.getTime();
  if (overMs < 0) return 'ahead';
  return overMs <= LATEST_MS ? 'late' : 'missed';
}

/** @throws MeetingProblem `meeting.begun`, `meeting.tooSoon` when it is too late to plan a reminder for this moment. */
export function checkAhead({ to, at }: Countdown, dueAt: Date, now: Date): void {
  if (at <= now) throw new MeetingProblem('meeting.begun', { facts: { to } });
  const minutes = Math.max(1, Math.floor((at.getTime() - now.getTime()) / 60_000));
  if (dueAt < now) throw new MeetingProblem('meeting.tooSoon', { facts: { to, minutes } });
}

function readIso(words: string): Lead | undefined {
  const [whole, days, hours, minutes] = ISO.exec(words) ?? [];
  if (whole === undefined || !/\d/u.test(whole)) return undefined;
  return { days: Number(days ?? 0), minutes: Number(hours ?? 0) * 60 + Number(minutes ?? 0) };
}

function readWords(words: string): Lead | undefined {
  const parts = [...words.matchAll(PART)];
  if (parts.length === 0 || /[^\s,]/u.test(words.replace(PART, '').replace(/\band\b/giu, ''))) return undefined;
  let lead: Lead = { days: 0, minutes: 0 };
  for (const [, count = '', typed = ''] of parts) {
    const unit = typed.toLowerCase();
    const minutes = Object.hasOwn(MINUTES_OF, unit) ? MINUTES_OF[unit] : undefined;
    if (minutes === undefined) return undefined;
    lead =
      minutes === DAY_MINUTES
        ? { ...lead, days: lead.days + Number(count) }
        : { ...lead, minutes: lead.minutes + minutes * Number(count) };
  }
  return lead;
}

function isoOf({ days, minutes }: Lead): string {
  const hours = Math.trunc(minutes / 60);
  const time = [hours === 0 ? '' : `${String(hours)}H`, minutes % 60 === 0 ? '' : `${String(minutes % 60)}M`].join('');
  const date = days === 0 ? '' : `${String(days)}D`;
  if (date === '' && time === '') return 'PT0S';
  return `P${date}${time === '' ? '' : `T${time}`}`;
}
