import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Received, Reply } from './pool';
import { readInput } from './xml-form';

/** The folder of the examples. */
export const fixturesPath = join(__dirname, '..', 'fixtures');

/** One HTTP message of the protocol's pages: headers in lower case, body as printed. */
export interface Example {
  readonly startLine: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Reads `fixtures/<name>.http`. */
export function readExample(name: string): Example {
  const text = readFileSync(join(fixturesPath, `${name}.http`), 'utf8');
  const bodyAt = /^[{<]/m.exec(text)?.index ?? text.length;
  const head = text.slice(0, bodyAt).trim().split('\n');
  const headers = head.slice(1).map((line): [string, string] => {
    const [field = '', ...value] = line.split(':');
    return [field.trim().toLowerCase(), value.join(':').trim()];
  });
  return { startLine: head[0]?.trim() ?? '', headers: Object.fromEntries(headers), text: text.slice(bodyAt) };
}

/** The inputs of a request that an example shows. In XML everything is text. */
export function inputsOf({ text }: Example): Record<string, unknown> {
  return text.startsWith('<') ? readInput(text) : (JSON.parse(text) as Record<string, unknown>);
}

/** The answer an example shows, its quirks included, but for the `Content-Length` that was never right. */
export function replyOf({ startLine, headers, text }: Example): Reply {
  const told = Object.entries(headers).filter(([name]) => name !== 'content-length');
  return { status: Number(startLine.split(' ')[1]), headers: Object.fromEntries(told), text };
}

/** A request reduced to what the pages fix: how, where to, and in which form, blanks and doubled slashes aside. */
export interface RequestShape {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly contentType: string | undefined;
}

/** What an example shows of its request. */
export function shapeOfExample({ startLine, headers }: Example): RequestShape {
  const [method = '', url = ''] = startLine.split(' ');
  return {
    method: method.toUpperCase(),
    path: new URL(url).pathname.replace('//', '/'),
    authorization: schemeOf(headers.authorization),
    contentType: headers['content-type'],
  };
}

/** The same of a request that was sent. */
export function shapeOf({ method, path, headers }: Received): RequestShape {
  return { method, path, authorization: schemeOf(headers.authorization), contentType: headers['content-type'] };
}

function schemeOf(authorization: string | undefined): string {
  return authorization?.replace(/=.*$/, '') ?? '';
}
