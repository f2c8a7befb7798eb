/**
 * How the value of a field gets into the log: as it `is`; as an `address` of ours, of which only origin and path stay; or
 * `hidden` behind a digest that still tells the same one from another.
 */
export type LogFieldKind = 'is' | 'address' | 'hidden';

/**
 * Every field a log record may have; what is not listed is not written. docs/operations.md says what each means, and a
 * test compares the two.
 */
export const LOG_FIELDS = {
  attempt: 'is',
  attempts: 'is',
  bot: 'address',
  by: 'hidden',
  cause: 'is',
  change: 'is',
  code: 'is',
  command: 'is',
  delayMs: 'is',
  elapsedMs: 'is',
  error: 'is',
  hint: 'is',
  how: 'is',
  keys: 'is',
  kind: 'is',
  marker: 'is',
  meetingId: 'hidden',
  meetings: 'is',
  method: 'is',
  metrics: 'address',
  ms: 'is',
  offByMs: 'is',
  operation: 'is',
  operations: 'is',
  origin: 'address',
  outcome: 'is',
  page: 'address',
  part: 'is',
  person: 'hidden',
  place: 'is',
  reason: 'is',
  reference: 'is',
  retryAfterMs: 'is',
  scope: 'is',
  seat: 'is',
  server: 'address',
  settings: 'is',
  stack: 'is',
  state: 'is',
  status: 'is',
  timeUp: 'is',
  twins: 'is',
  type: 'is',
  url: 'address',
  usable: 'is',
  verb: 'is',
  way: 'is',
} as const satisfies Readonly<Record<string, LogFieldKind>>;

/** One of {@link LOG_FIELDS}. */
export type LogField = keyof typeof LOG_FIELDS;

/** Whether a record may have a field of this name. */
export function isLogField(name: string): name is LogField {
  return Object.hasOwn(LOG_FIELDS, name);
}
