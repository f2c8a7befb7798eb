import type { IncomingMessage } from 'node:http';

/** An activity is far smaller: Teams itself refuses messages above about 100 KB. */
export const MAX_BODY_BYTES = 256 * 1024;

/** What became of reading a body. */
export type BodyResult =
  | { readonly kind: 'ok'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly code: string };

/**
 * Reads a JSON object, counted while it arrives; restify's own parser has no limit and inflates what is compressed.
 *
 * Never throws for what a caller can send: the result says what is wrong.
 */
export async function readJsonObject(request: IncomingMessage): Promise<BodyResult> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { kind: 'refused', status: 415, code: 'ContentTypeNotJson' };
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return { kind: 'refused', status: 415, code: 'ContentEncodingNotSupported' };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return tooLarge;
    chunks.push(chunk);
  }
  return parse(Buffer.concat(chunks).toString('utf8'));
}

const tooLarge: BodyResult = { kind: 'refused', status: 413, code: 'BodyTooLarge' };

function parse(json: string): BodyResult {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { kind: 'ok', value: value as Record<string, unknown> };
    }
  } catch {
    // Fall through: text that is no JSON and JSON that is no object get the same answer.
  }
  return { kind: 'refused', status: 400, code: 'BodyNotJsonObject' };
}
