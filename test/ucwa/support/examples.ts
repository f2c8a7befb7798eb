import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One HTTP message of the protocol's pages: headers in lower case, body parsed as JSON. */
export interface Example {
  readonly startLine: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

/** Reads `fixtures/<name>.http`. */
export function readExample(name: string): Example {
  const text = readFileSync(join(__dirname, '..', 'fixtures', `${name}.http`), 'utf8');
  const bodyAt = text.indexOf('{');
  const head = (bodyAt === -1 ? text : text.slice(0, bodyAt)).trim().split('\n');
  const headers = head.slice(1).map((line): [string, string] => {
    const [field = '', ...value] = line.split(':');
    return [field.trim().toLowerCase(), value.join(':').trim()];
  });
  return {
    startLine: head[0]?.trim() ?? '',
    headers: Object.fromEntries(headers),
    body: bodyAt === -1 ? {} : (JSON.parse(text.slice(bodyAt)) as Record<string, unknown>),
  };
}
