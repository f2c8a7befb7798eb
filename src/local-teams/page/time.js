/** @typedef {Pick<import('./types.js').Person, 'locale' | 'timezone'>} Reader */

/**
 * The calendar day of a moment where the reader is, as `2026-11-20`.
 *
 * @param {string} iso
 * @param {Reader} reader
 */
export function dayOf(iso, { timezone }) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(new Date(iso));
}

/**
 * `Today`, `Yesterday` or `Monday, 16 November`.
 *
 * @param {string} iso
 * @param {Reader} reader
 */
export function dayLabel(iso, reader) {
  const day = dayOf(iso, reader);
  const now = Date.now();
  if (day === dayOf(new Date(now).toISOString(), reader)) return 'Today';
  if (day === dayOf(new Date(now - 86_400_000).toISOString(), reader)) return 'Yesterday';
  return new Intl.DateTimeFormat(reader.locale, {
    timeZone: reader.timezone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(new Date(iso));
}

/**
 * @param {string} iso
 * @param {Reader} reader
 */
export function timeLabel(iso, { locale, timezone }) {
  return new Intl.DateTimeFormat(locale, { timeZone: timezone, timeStyle: 'short' }).format(new Date(iso));
}

/**
 * The short form of the chat list: a time today, else a date.
 *
 * @param {string} iso
 * @param {Reader} reader
 */
export function listLabel(iso, reader) {
  if (dayOf(iso, reader) === dayOf(new Date().toISOString(), reader)) return timeLabel(iso, reader);
  return new Intl.DateTimeFormat(reader.locale, {
    timeZone: reader.timezone,
    day: '2-digit',
    month: '2-digit',
  }).format(new Date(iso));
}
