import { DateTime } from 'luxon';

import { MeetingProblem } from './errors';

/** A date and a time as form fields have them: `2026-12-24` and `18:00`, in the reader's zone. */
export interface LocalTime {
  readonly date: string;
  readonly time: string;
}

/** Whether the runtime knows this IANA zone. */
export function isZone(zone: string): boolean {
  return DateTime.utc().setZone(zone).isValid;
}

/**
 * Reads an ISO 8601 time. Without an offset it means the person's own zone.
 *
 * @throws MeetingProblem `input.badDate`, also for a local time that the clock change skips.
 */
export function parseIsoTime(typed: string, zone: string): Date {
  const local = DateTime.fromISO(typed.trim(), { zone, setZone: false });
  if (!local.isValid || !/^\d{4}-\d{2}-\d{2}/u.test(typed.trim())) {
    throw new MeetingProblem('input.badDate', { facts: { typed: typed.slice(0, 40) } });
  }
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/u.test(typed.trim()) && !typed.trim().startsWith(stamp(local))) {
    throw new MeetingProblem('input.badDate', { facts: { typed: typed.slice(0, 40) } });
  }
  return local.toJSDate();
}

/** Luxon moves a time inside the gap of a clock change silently; a person should be asked instead. */
function stamp(local: DateTime): string {
  return local.toFormat("yyyy-MM-dd'T'HH:mm");
}

/** A moment as form fields of the reader's zone. */
export function toLocalTime(moment: Date, zone: string): LocalTime {
  const local = DateTime.fromJSDate(moment, { zone });
  return { date: local.toFormat('yyyy-MM-dd'), time: local.toFormat('HH:mm') };
}

/** A moment in the reader's words and zone, e.g. `Thu, Dec 24, 2026, 6:00 PM (GMT+1)`: for places without card functions. */
export function describeMoment(moment: Date, reader: { zone: string; locale: string }): string {
  const local = DateTime.fromJSDate(moment, { zone: reader.zone }).setLocale(reader.locale);
  return `${local.toLocaleString(DateTime.DATETIME_MED_WITH_WEEKDAY)} (${local.toFormat('ZZZZ')})`;
}

/** A time of day in the reader's words and zone, e.g. `3:40 PM`: for places without card functions. */
export function describeTime(moment: Date, reader: { zone: string; locale: string }): string {
  const local = DateTime.fromJSDate(moment, { zone: reader.zone }).setLocale(reader.locale);
  return local.toLocaleString(DateTime.TIME_SIMPLE);
}

/** A time of day as card text that every reader's Teams shows in the reader's own zone and language. */
export function cardTime(moment: Date): string {
  return `{{TIME(${moment.toISOString().slice(0, 19)}Z)}}`;
}

/** A moment as card text that every reader's Teams shows in the reader's own zone and language. */
export function cardMoment(moment: Date): string {
  const iso = `${moment.toISOString().slice(0, 19)}Z`;
  return `{{DATE(${iso},SHORT)}}, {{TIME(${iso})}}`;
}

/**
 * A moment that moved, in one stated zone: `Jun 1, 2026, 3:00 PM → 4:00 PM (GMT+2)`. The day is said again only when it is another one.
 *
 * @param reader - `none`: words for no moment at all.
 */
export function describeChange(
  { from, to }: { readonly from: Date | undefined; readonly to: Date | undefined },
  reader: { readonly zone: string; readonly locale: string; readonly none: string },
): string {
  const local = (moment: Date): DateTime => DateTime.fromJSDate(moment, { zone: reader.zone }).setLocale(reader.locale);
  const [before, after] = [from, to].map((moment) => (moment === undefined ? undefined : local(moment)));
  const full = (moment: DateTime | undefined): string => moment?.toLocaleString(DateTime.DATETIME_MED) ?? reader.none;
  const offset = (moment: DateTime | undefined): string =>
    moment === undefined ? '' : ` (${moment.toFormat('ZZZZ')})`;
  const isSameDay = before?.hasSame(after ?? before, 'day') === true && after !== undefined;
  const shown = isSameDay ? after.toLocaleString(DateTime.TIME_SIMPLE) : full(after);
  const sameOffset = before === undefined || after === undefined || before.offset === after.offset;
  return `${full(before)}${sameOffset ? '' : offset(before)} → ${shown}${offset(after ?? before)}`;
}
