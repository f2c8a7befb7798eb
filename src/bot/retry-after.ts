/** Nobody is waited for longer than this. */
export const longestRestMs = 60_000;

/**
 * Reads `Retry-After`: whole or broken seconds, or a date.
 *
 * @returns milliseconds, however many; undefined for anything else, negative numbers included.
 * Source: RFC 9110, section 10.2.3.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const typed = header?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/u.test(typed)) return Number(typed) * 1000;
  const at = /[a-z]/iu.test(typed) ? Date.parse(typed) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
