import { randomUUID } from 'node:crypto';

import type { InnerRequest } from './inner-request';

const BYTE_ORDER_MARK = '\uFEFF';

/** The boundary of a `multipart/batching` content type, quoted or not; `undefined` for any other content. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^\s*multipart\/batching\s*;(?:[^]*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/**
 * The requests in a batch, in order; `undefined` when it is malformed or holds none. A last delimiter without its
 * closing dashes is let pass, as the documentation prints one.
 * Source: Skype/UCWA/BatchingRequests.md.
 */
export function readBatch(body: Buffer, boundary: string): readonly InnerRequest[] | undefined {
  // One character per byte, so that lengths stay those of the wire.
  const text = `\n${body.toString('latin1')}`;
  const delimiter = `\\r?\\n--${boundary.replace(/[^\w]/g, String.raw`\$&`)}`;
  const end = text.search(new RegExp(`${delimiter}--`));
  const [, ...parts] = text
    .slice(0, end === -1 ? undefined : end)
    .split(new RegExp(`${delimiter}[ \\t]*(?=\\r?\\n|$)`));
  const requests = parts.filter((part) => part.trim() !== '').map(readPart);
  return requests.length === 0 || requests.includes(undefined)
    ? undefined
    : requests.filter((request) => request !== undefined);
}

/** Writes the answers of a batch, in the order given. */
export function writeBatch(answers: readonly string[]): { contentType: string; body: string } {
  const boundary = `batch_${randomUUID()}`;
  const parts = answers.map(
    (answer) => `--${boundary}\r\nContent-Type: application/http; msgtype=response\r\n\r\n${withMark(answer)}\r\n`,
  );
  return { contentType: `multipart/batching; boundary="${boundary}"`, body: `${parts.join('')}--${boundary}--\r\n` };
}

function readPart(part: string): InnerRequest | undefined {
  const [partHead = '', message = ''] = splitAtBlankLine(part.replace(/^\r?\n/, ''));
  if (!/^application\/http\b/i.test(headersOf(partHead.split(/\r?\n/))['content-type'] ?? '')) return undefined;
  const [head = '', body = ''] = splitAtBlankLine(message);
  const [requestLine = '', ...lines] = head.split(/\r?\n/);
  const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(requestLine) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = headersOf(lines);
  const length = headers['content-length'];
  const bytes = Buffer.from(body, 'latin1');
  // Without a length the body ends at the boundary.
  return {
    method,
    path: target.replace(/^https?:\/\/[^/?]*/i, ''),
    headers,
    body: length === undefined ? bytes : bytes.subarray(0, Number(length)),
  };
}

function splitAtBlankLine(text: string): readonly string[] {
  const blank = /\r?\n\r?\n/.exec(text);
  return blank === null ? [text.trimEnd()] : [text.slice(0, blank.index), text.slice(blank.index + blank[0].length)];
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return Object.fromEntries(pairs);
}

/** JSON in a batch begins with a byte order mark; the pages print it as a question mark. */
function withMark(answer: string): string {
  const [head = '', body = ''] = splitAtBlankLine(answer);
  if (body === '' || !/^content-type:[^\r\n]*json/im.test(head)) return answer;
  const length = String(Buffer.byteLength(BYTE_ORDER_MARK + body));
  return `${head.replace(/^(content-length:)[^\r\n]*/im, `$1 ${length}`)}\r\n\r\n${BYTE_ORDER_MARK}${body}`;
}
