import type { LogField } from './log-fields';

/**
 * Fields attached to one log record: flat, and of the names in src/shared/log-fields.ts. Never a token, password, join URL
 * or message text.
 */
export type LogFields = Readonly<Partial<Record<LogField, string | number | boolean | null | undefined>>>;

/** Structured logger. One call is one line of JSON. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** Returns a logger that adds `fields` to every record, e.g. `{ reference, command }`. */
  child(fields: LogFields): Logger;
}

/** Levels from the quietest to the most talkative. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];
