/** A value as the title of a test: on one line, at most 70 characters. */
export function short(value: unknown): string {
  if (value === undefined) return 'undefined';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 70 ? `${text.slice(0, 66)} …` : text;
}
