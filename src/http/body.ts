import type { IncomingMessage } from 'node:http';

import { refuseShape } from './json-shape';
import { type Refusal, refuse } from './refusals';

/** An activity is far smaller: Teams itself refuses messages above about 100 KB. */
export const MAX_BODY_BYTES = 256 * 1024;

/** What became of reading a body. */
export type BodyResult = { readonly kind: 'ok'; readonly value: Readonly<Record<string, unknown>> } | Refusal;

/** Refuses by the headers what {@link readJsonObject} would not read. @returns undefined when the body may be read. */
export function refuseBodyByHeaders({ headers }: IncomingMessage): Refusal | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuse('ContentTypeNotJson');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return refuse('ContentEncodingNotSupported');
  return Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES ? refuse('BodyTooLarge') : undefined;
}

/**
 * Reads a JSON object, counted while it arrives; restify's own parser has no limit and inflates what is compressed.
 *
 * Never throws for what a caller can send: the result says what is wrong.
 */
export async function readJsonObject(request: IncomingMessage): Promise<BodyResult> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A body that is left in the middle must not take the connection along: its sender gets an answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return refuse('BodyTooLarge');
    chunks.push(chunk);
  }
  return parse(Buffer.concat(chunks));
}

function parse(bytes: Buffer): BodyResult {
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const code = refuseShape(json);
      return code === undefined ? { kind: 'ok', value: value as Record<string, unknown> } : refuse(code);
    }
  } catch {
    // Fall through: bytes that are no text, text that is no JSON and JSON that is no object get the same answer.
  }
  return refuse('BodyNotJsonObject');
}
