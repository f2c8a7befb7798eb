import type { LogFields, Logger, LogLevel } from '../../src/shared/logger';

/** One record a {@link RecordingLogger} got. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

/** Keeps what was logged, children included. */
export class RecordingLogger implements Logger {
  readonly records: LogRecord[];
  readonly #base: LogFields;

  constructor(base: LogFields = {}, records: LogRecord[] = []) {
    this.#base = base;
    this.records = records;
  }

  debug(event: string, fields?: LogFields): void {
    this.#add('debug', event, fields);
  }

  info(event: string, fields?: LogFields): void {
    this.#add('info', event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    this.#add('warn', event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.#add('error', event, fields);
  }

  child(fields: LogFields): Logger {
    return new RecordingLogger({ ...this.#base, ...fields }, this.records);
  }

  /** The records of one event. */
  of(event: string): LogRecord[] {
    return this.records.filter((record) => record.event === event);
  }

  #add(level: LogLevel, event: string, fields: LogFields = {}): void {
    this.records.push({ level, event, fields: { ...this.#base, ...fields } });
  }
}
