import { isLoopback } from '../shared/loopback';

import type { EnvReader } from './env-reader';

/** Where traces are sent. */
export interface TracingConfig {
  /** Full URL of the collector's OTLP/HTTP endpoint for traces. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

/**
 * Reads where traces are sent: undefined when nowhere. The names are those of OpenTelemetry.
 * Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readTracing(reader: EnvReader): TracingConfig | undefined {
  const endpoint = reader.url('OTEL_EXPORTER_OTLP_ENDPOINT');
  const headers = readHeaders(reader);
  const serviceName = reader.text('OTEL_SERVICE_NAME') ?? 'confer';
  if (endpoint === undefined) return undefined;
  if (endpoint.username !== '' || endpoint.password !== '') {
    reader.problems.push('OTEL_EXPORTER_OTLP_ENDPOINT must not hold a user name or password');
  }
  if (Object.keys(headers).length > 0 && endpoint.protocol === 'http:' && !isLoopback(endpoint.hostname)) {
    reader.problems.push('OTEL_EXPORTER_OTLP_ENDPOINT must be https where OTEL_EXPORTER_OTLP_HEADERS are sent');
  }
  return { url: `${endpoint.origin}${endpoint.pathname.replace(/\/+$/u, '')}/v1/traces`, headers, serviceName };
}

/** They hold a key, most of the time: what is wrong with them is said without repeating them. */
function readHeaders(reader: EnvReader): Readonly<Record<string, string>> {
  const list = (reader.secret('OTEL_EXPORTER_OTLP_HEADERS') ?? '').split(',').map((pair) => pair.trim());
  const pairs = list.filter((pair) => pair !== '').map((pair) => /^([\w-]+)\s*=\s*([\x21-\x7e]+)$/u.exec(pair));
  const headers: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name, value] = pair ?? [];
    const plain = value === undefined ? undefined : decoded(value);
    if (name === undefined || plain === undefined) {
      reader.problems.push('OTEL_EXPORTER_OTLP_HEADERS must be like name=value,name=value');
    } else headers[name] = plain;
  }
  return headers;
}

/** Values are percent-encoded, so that they may hold commas and blanks. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
