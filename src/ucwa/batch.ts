import { randomUUID } from 'node:crypto';

import { UcwaProtocolError } from './errors';

/** What a batch is sent and answered as. Source: Skype/UCWA/BatchingRequests.md. */
export const batchType = 'multipart/batching';

/** Longest head (of a part, or of the answer in it) that is read, in characters. */
const maxHeadLength = 16 * 1024;

/** One answer in a batch. */
export interface BatchPart {
  readonly status: number;
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Writes GETs as one batch. They carry no token: the one of the batch counts for all.
 * Source: Skype/UCWA/BatchingRequests.md, batch_ref.md.
 */
export function encodeBatch(
  urls: readonly URL[],
  accept: string,
): { readonly contentType: string; readonly body: string } {
  const boundary = `batch_${randomUUID()}`;
  const parts = urls.map(({ pathname, search, host }) =>
    [
      `--${boundary}`,
      'Content-Type: application/http; msgtype=request',
      '',
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      `Accept: ${accept}`,
      '',
      '',
    ].join('\r\n'),
  );
  return { contentType: `${batchType};boundary="${boundary}"`, body: `${parts.join('')}--${boundary}--\r\n` };
}

/**
 * Reads the answer to a batch: as many parts as were asked for, in the same order. A part that cannot be read is
 * `undefined`; it says nothing about the others.
 *
 * @throws UcwaProtocolError when it is no batch, is cut off, or has more or fewer parts.
 */
export function decodeBatch(
  contentType: string | undefined,
  text: string,
  expected: number,
): readonly (BatchPart | undefined)[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw broken('it names no boundary');
  const parts = split(text, boundary, expected);
  if (parts.length !== expected) throw broken(`it has ${String(parts.length)} parts instead of ${String(expected)}`);
  return parts.map(readPart);
}

/** Quoted or not; the characters and the length that RFC 2046 allows. */
function boundaryOf(contentType = ''): string | undefined {
  const [type = ''] = contentType.split(';', 1);
  if (type.trim().toLowerCase() !== batchType) return undefined;
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare ?? '';
  return /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : undefined;
}

/**
 * The texts between the delimiter lines. What comes before the first and after the last is ignored; the last may lack its
 * closing dashes, as one page prints it, but it must be there: otherwise the answer was cut off.
 */
function split(text: string, boundary: string, most: number): readonly string[] {
  const parts: string[] = [];
  let from: number | undefined;
  for (let at = 0; at < text.length;) {
    const lineEnd = text.indexOf('\n', at);
    const next = lineEnd === -1 ? text.length : lineEnd + 1;
    const kind = delimiterAt(text, { at, next }, boundary);
    if (kind !== undefined) {
      if (from !== undefined) parts.push(text.slice(from, Math.max(from, beforeLineBreak(text, at))));
      from = next;
      if (kind === 'close') return parts;
      if (parts.length > most) throw broken('it has too many parts');
    }
    at = next;
  }
  if (from === undefined || text.slice(from).trim() !== '') throw broken('it is cut off');
  return parts;
}

function delimiterAt(
  text: string,
  line: { readonly at: number; readonly next: number },
  boundary: string,
): 'open' | 'close' | undefined {
  if (!text.startsWith('--', line.at) || !text.startsWith(boundary, line.at + 2)) return undefined;
  const rest = text.slice(line.at + 2 + boundary.length, line.next).trimEnd();
  return rest === '' ? 'open' : rest === '--' ? 'close' : undefined;
}

/** The line break before a delimiter belongs to the delimiter. */
function beforeLineBreak(text: string, at: number): number {
  const lineFeed = text[at - 1] === '\n' ? 1 : 0;
  return at - lineFeed - (lineFeed === 1 && text[at - 2] === '\r' ? 1 : 0);
}

function readPart(part: string): BatchPart | undefined {
  const outer = readHead(part);
  if (outer === undefined || !/^application\/http\b/i.test(outer.headers['content-type'] ?? '')) return undefined;
  const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r?(?:\n|$)/.exec(outer.rest);
  if (statusLine === null) return undefined;
  const inner = readHead(outer.rest.slice(statusLine[0].length));
  if (inner === undefined || inner.headers['transfer-encoding'] !== undefined) return undefined;
  const text = bodyOf(inner);
  return text === undefined ? undefined : { status: Number(statusLine[1]), headers: inner.headers, text };
}

/** Without a length the body ends at the delimiter; with one that is not there yet it was cut off. */
function bodyOf({ headers, rest }: Head): string | undefined {
  const length = headers['content-length'];
  if (length === undefined) return rest;
  const bytes = Buffer.from(rest, 'utf8');
  if (!/^\d{1,9}$/.test(length) || Number(length) > bytes.length) return undefined;
  return bytes.subarray(0, Number(length)).toString('utf8');
}

interface Head {
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the blank line. */
  readonly rest: string;
}

/** Header lines up to a blank line or the end; `undefined` when one of them is none, or they are too long. */
function readHead(text: string): Head | undefined {
  const headers = new Map<string, string>();
  for (let at = 0; at <= maxHeadLength;) {
    const lineEnd = text.indexOf('\n', at);
    const end = lineEnd === -1 ? text.length : lineEnd;
    if (end - at > maxHeadLength) return undefined;
    const line = text.slice(at, end).replace(/\r$/, '');
    at = end + 1;
    if (line === '') return { headers: Object.fromEntries(headers), rest: text.slice(at) };
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) return undefined;
    const known = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`);
    if (lineEnd === -1) return { headers: Object.fromEntries(headers), rest: '' };
  }
  return undefined;
}

function broken(why: string): UcwaProtocolError {
  return new UcwaProtocolError(`The answer to a batch cannot be read: ${why}`, { status: 200 });
}
