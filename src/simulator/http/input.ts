import { invalidParameters, UcwaProblem } from './problem';
import { readXmlInput } from './xml-input';

/**
 * The inputs of a request: names are matched without case, a body wins over the query string.
 * Source: Skype/UCWA/QueryParameters.md.
 */
export class Input {
  /** What the body says, names as they were sent. */
  readonly body: Readonly<Record<string, unknown>>;
  private readonly values = new Map<string, unknown>();

  constructor(query: URLSearchParams, body: Readonly<Record<string, unknown>>) {
    this.body = body;
    for (const [name, value] of query) this.values.set(name.toLowerCase(), value);
    for (const [name, value] of Object.entries(body)) this.values.set(name.toLowerCase(), value);
  }

  /** True when the name was given at all, even as null. */
  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  /** The raw value; `null` and absent are both `undefined`. */
  get(name: string): unknown {
    return this.values.get(name.toLowerCase()) ?? undefined;
  }

  /**
   * A text of at most `maxLength` characters.
   *
   * @throws UcwaProblem 400 when it is no text or too long.
   */
  text(name: string, maxLength: number): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw invalidParameters({ name, reason: 'The value is not a string.' });
    if (value.length > maxLength) {
      throw invalidParameters({ name, reason: `The value is longer than ${String(maxLength)} characters.` });
    }
    return value;
  }

  /**
   * One of `allowed`, in its own spelling, whatever the case it came in.
   *
   * @throws UcwaProblem 400 for anything else.
   */
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const found = allowed.find((entry) => typeof value === 'string' && entry.toLowerCase() === value.toLowerCase());
    if (found === undefined) {
      throw invalidParameters({ name, reason: `The value is not one of ${allowed.join(', ')}.` });
    }
    return found;
  }
}

/**
 * Reads a request body by its media type; an empty one has no inputs.
 *
 * @throws UcwaProblem 400 DeserializationFailure, or 415.
 */
export function parseBody(body: Buffer, contentType: string | undefined): Record<string, unknown> {
  if (body.length === 0) return {};
  const mediaType = (contentType ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (mediaType === 'application/xml' || /^application\/vnd\.microsoft\.(com\.)?ucwa\+xml$/.test(mediaType)) {
    return parseXml(body);
  }
  if (mediaType !== 'application/json' && !/^application\/vnd\.microsoft\.(com\.)?ucwa\+json$/.test(mediaType)) {
    throw new UcwaProblem(415, 'UnsupportedMediaType', { message: `The content type ${mediaType} is not supported.` });
  }
  return parseJsonObject(body);
}

function unreadable(): UcwaProblem {
  return new UcwaProblem(400, 'DeserializationFailure', { message: 'The request body could not be read.' });
}

function parseXml(body: Buffer): Record<string, unknown> {
  const values = readXmlInput(body.toString('utf8'));
  if (values === undefined) throw unreadable();
  return values;
}

function parseJsonObject(body: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw unreadable();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw unreadable();
  return parsed as Record<string, unknown>;
}
