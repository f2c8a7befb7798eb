import { randomUUID } from 'node:crypto';

import type { Answer, Client } from '../simulator/client';

/** A request inside a batch. */
export interface Part {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** An answer inside a batch. */
export interface InnerAnswer {
  readonly status: number;
  /** With the byte order mark, if there is one. */
  readonly body: string;
  /** What `Content-Length` says, in bytes. */
  readonly length: number;
}

/** Sends requests in one; `answers` are in the order of the answer and empty unless the status is 200. */
export async function sendBatch(
  client: Client,
  parts: readonly Part[],
): Promise<Answer & { answers: readonly InnerAnswer[] }> {
  const boundary = randomUUID();
  const body = [...parts.map((part) => `--${boundary}\r\n${written(part, client.origin)}\r\n`), `--${boundary}--\r\n`];
  const answer = await client.send('POST', client.link('batch'), {
    headers: { 'Content-Type': `multipart/batching;boundary=${boundary}`, Accept: 'multipart/batching' },
    body: body.join(''),
  });
  return { ...answer, answers: answersIn(answer) };
}

function written({ method, path, body }: Part, origin: string): string {
  const content =
    body === undefined
      ? ''
      : `Content-Type: application/json\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;
  return [
    'Content-Type: application/http; msgtype=request',
    '',
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(origin).host}`,
    'Accept: application/json',
    content,
  ].join('\r\n');
}

function answersIn({ headers, text }: Answer): InnerAnswer[] {
  const [, boundary] = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '') ?? [];
  if (boundary === undefined) return [];
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [, message] = split(part);
      const [head, body] = split(message);
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      return { status, length, body: body.replace(/\r\n$/, '') };
    });
}

function split(text: string): [string, string] {
  const at = text.indexOf('\r\n\r\n');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 4)];
}
