const pattern = /\{\{\s*(DATE|TIME)\(\s*([^,)\s]+)\s*(?:,\s*(COMPACT|SHORT|LONG)\s*)?\)\s*\}\}/gi;

/**
 * Replaces the `{{DATE(…)}}` and `{{TIME(…)}}` text functions in a card by the reader's own day and time.
 *
 * Source: learn.microsoft.com/adaptive-cards/authoring-cards/text-features, "Date and time formatting".
 *
 * @template T
 * @param {T} value any part of a card
 * @param {import('../time.js').Reader} reader
 * @returns {T}
 */
export function withReaderDates(value, reader) {
  if (typeof value === 'string') return /** @type {any} */ (replaceDates(value, reader));
  if (Array.isArray(value)) return /** @type {any} */ (value.map((part) => withReaderDates(part, reader)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, withReaderDates(part, reader)]);
  return Object.fromEntries(entries);
}

/**
 * @param {string} text
 * @param {import('../time.js').Reader} reader
 */
function replaceDates(text, { locale, timezone }) {
  return text.replaceAll(pattern, (whole, ...found) => {
    const [kind, iso, style] = found;
    const moment = new Date(iso);
    if (Number.isNaN(moment.getTime())) return whole;
    /** @type {Intl.DateTimeFormatOptions} */
    const options = kind.toUpperCase() === 'TIME' ? { timeStyle: 'short' } : dateOptions(style);
    return new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options }).format(moment);
  });
}

/**
 * @param {string | undefined} style
 * @returns {Intl.DateTimeFormatOptions}
 */
function dateOptions(style) {
  switch (style?.toUpperCase()) {
    case 'SHORT':
      return { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' };
    case 'LONG':
      return { dateStyle: 'full' };
    default:
      return { dateStyle: 'short' };
  }
}
