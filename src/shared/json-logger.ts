import { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from './logger';

/** What a JSON logger needs: the most talkative level that is written, a clock, and where lines go. */
export interface JsonLoggerOptions {
  readonly level: LogLevel;
  readonly now: () => Date;
  readonly write: (line: string) => void;
}

/** Logs one JSON object per line: `{"time":…,"level":…,"event":…, …fields}`. JSON escapes keep a record on its line. */
export function createJsonLogger(options: JsonLoggerOptions, base: LogFields = {}): Logger {
  const threshold = LOG_LEVELS.indexOf(options.level);
  const record = (level: LogLevel) => (event: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(level) > threshold) return;
    options.write(`${JSON.stringify({ time: options.now().toISOString(), level, event, ...base, ...fields })}\n`);
  };
  return {
    error: record('error'),
    warn: record('warn'),
    info: record('info'),
    debug: record('debug'),
    child: (fields) => createJsonLogger(options, { ...base, ...fields }),
  };
}

/** A logger that says nothing, for parts that run without one. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLogger,
};
