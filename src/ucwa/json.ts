/** A JSON object whose members have not been looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const maxDepth = 100;

/**
 * Parses JSON. What is nested more deeply than any resource is refused: it could be read, but never be sent back.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw new SyntaxError('It is nested too deeply');
    level = level.flatMap((entry) =>
      typeof entry === 'object' && entry !== null ? (Object.values(entry) as unknown[]) : [],
    );
  }
  return value;
}

/** The member as text. Numbers count as text, because servers differ; absent, null and other types are `undefined`. */
export function readText(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The member as a list of texts; absent, null and other types are an empty list. */
export function readTextList(object: JsonObject, name: string): readonly string[] {
  const value = object[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

/** The member as a boolean; the texts of the XML form (`True`, `false`) count too. */
export function readBoolean(object: JsonObject, name: string): boolean | undefined {
  const value = object[name];
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** The member as a whole number; decimal text counts too. */
export function readInteger(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/**
 * The member as a date: `/Date(ms)/` (an offset is for display only, the milliseconds are UTC) or ISO 8601,
 * UTC where it names no zone. Unreadable dates are `undefined`.
 */
export function readDate(object: JsonObject, name: string): Date | undefined {
  const value = object[name];
  if (typeof value !== 'string') return undefined;
  const wire = /^\/Date\((-?\d+)([+-]\d{4})?\)\/$/.exec(value);
  const date = new Date(wire === null ? Date.parse(inUtc(value)) : Number(wire[1]));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** JavaScript takes a time without a zone for local; on the wire all times are UTC. */
function inUtc(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text) ? `${text}Z` : text;
}

/** Drops members that are `undefined`: on the wire, absent and present are different states. */
export function compact<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Whether two texts are the same up to how their lines end: whoever writes XML on the way may change that. */
export function isSameText(left: string, right: string): boolean {
  return withPlainLineEnds(left) === withPlainLineEnds(right);
}

function withPlainLineEnds(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** A copy without these members. */
export function without<T extends object, K extends keyof T>(object: T, ...names: readonly K[]): Omit<T, K> {
  const left = new Set<PropertyKey>(names);
  return Object.fromEntries(Object.entries(object).filter(([name]) => !left.has(name))) as Omit<T, K>;
}
