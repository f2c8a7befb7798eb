import type { ClientRequest, IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';

import { AppError } from '../../shared/app-error';

/** A key document is a few kilobytes; more is a mistake or an attack. */
export const MAX_DOCUMENT_BYTES = 256 * 1024;

/** A document about the keys of the Bot Connector could not be fetched, or is not what it should be. */
export class KeyDocumentError extends AppError {
  readonly code = 'keys.document';
}

/**
 * Fetches a JSON document once: no redirects, no compression, at most {@link MAX_DOCUMENT_BYTES}.
 *
 * @param url - trusted: from the settings, or checked against them.
 * @throws KeyDocumentError when there is none; the signal's reason when it aborts.
 */
export async function fetchKeyDocument(url: URL, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await open(url, signal);
    return decode(await read(response));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KeyDocumentError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new KeyDocumentError(`${url.host} could not be asked for its keys (${code})`);
  }
}

async function open(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = { Accept: 'application/json', 'Accept-Encoding': 'identity' };
  const send = url.protocol === 'https:' ? https.get : http.get;
  return new Promise((resolve, reject) => {
    const request: ClientRequest = send(url, { headers, signal, agent: false }, resolve);
    request.on('error', reject);
  });
}

async function read(response: IncomingMessage): Promise<Buffer> {
  try {
    if (response.statusCode !== 200) {
      throw new KeyDocumentError(`the key document was answered with ${String(response.statusCode)}`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_DOCUMENT_BYTES) throw new KeyDocumentError('the key document is too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}

function decode(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new KeyDocumentError('the key document is no JSON');
  }
}
