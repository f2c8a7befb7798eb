import { createHmac, randomBytes } from 'node:crypto';

import { type Logger as Pino, pino } from 'pino';

import { isLogField, LOG_FIELDS, type LogFieldKind } from './log-fields';
import { plainAddress, withoutSecrets } from './log-filter';
import type { LogFields, Logger, LogLevel } from './logger';

/** What a JSON logger needs: the most talkative level that is written, a clock, and where lines go. */
export interface JsonLoggerOptions {
  readonly level: LogLevel;
  readonly now: () => Date;
  /** Gets one line at a time, with its line end. */
  readonly write: (line: string) => void;
  /** Hides the ids of meetings and people; the same in every process that shall write the same. Default: a random one. */
  readonly idKey?: Buffer | undefined;
}

/**
 * Logs one JSON object per line: `{"level":…,"time":…,"event":…, …fields}`, time in UTC.
 *
 * Fields that are not listed in {@link LOG_FIELDS} are left out, and named in `unlisted`; texts go through
 * {@link withoutSecrets}. Whatever is in a field, a record stays on its line and cannot steer a terminal.
 */
export function createJsonLogger(options: JsonLoggerOptions): Logger {
  const { now, write, level, idKey = randomBytes(32) } = options;
  const lines = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line) => {
        write(escaped(line));
      },
    },
  );
  return loggerOver(lines, {}, (id) => createHmac('sha256', idKey).update(id).digest('base64url').slice(0, 12));
}

/** A logger that says nothing, for parts that run without one. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLogger,
};

type Hide = (id: string) => string;

/** What a child adds is merged here: pino would write a field of both twice. */
function loggerOver(lines: Pino, base: LogFields, hide: Hide): Logger {
  const record = (level: LogLevel) => (event: string, fields?: LogFields) => {
    if (!lines.isLevelEnabled(level)) return;
    lines[level]({ event, ...presentable({ ...base, ...fields }, hide, level === 'debug') });
  };
  return {
    error: record('error'),
    warn: record('warn'),
    info: record('info'),
    debug: record('debug'),
    child: (fields) => loggerOver(lines, { ...base, ...fields }, hide),
  };
}

function presentable(fields: LogFields, hide: Hide, mayNamePeople: boolean): object {
  const presented: Record<string, unknown> = {};
  const unlisted: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (!isLogField(name)) unlisted.push(name);
    else presented[name] = typeof value === 'string' ? textOf(value, LOG_FIELDS[name]) : flat(value);
  }
  return unlisted.length === 0 ? presented : { ...presented, unlisted: withoutSecrets(unlisted.join(' '), false) };

  function textOf(text: string, kind: LogFieldKind): string {
    switch (kind) {
      case 'is':
        return withoutSecrets(text, mayNamePeople);
      case 'address':
        return plainAddress(text);
      case 'hidden':
        return hide(text);
    }
  }
}

/** An object has no place in a flat record, whatever the types say: what is in it was not looked at. */
function flat(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? '[object]' : value;
}

/** Beyond what JSON escapes: control characters above 127, line ends of Unicode, and what turns text around, half characters. */
function escaped(line: string): string {
  return line.replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
