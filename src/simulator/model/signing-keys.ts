import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

import type { Clock } from '../timers';

/** Keys are not fetched more often than this, whatever key ids tokens name; by the simulator's clock. */
const FETCH_PAUSE_MS = 10_000;

/** The authority has to answer within this time. */
const FETCH_LIMIT_MS = 5000;

/** Longest document of keys that is read, in bytes. */
const MAX_BYTES = 256 * 1024;

/**
 * The public keys that an authority publishes as a JSON Web Key Set. They are fetched when a token first needs one, and
 * again when a token names a key that is not among them, because authorities change their keys.
 * Source: RFC 7517, "JSON Web Key (JWK)", section 5.
 */
export class SigningKeys {
  private readonly url: string;
  private readonly ca: string | undefined;
  private readonly clock: Clock;
  private keys = new Map<string, KeyObject>();
  private fetchedAt = -Infinity;
  private fetching: Promise<void> | undefined;

  /** @param ca - PEM of a private authority that signed the server's certificate. */
  constructor(url: string, ca: string | undefined, clock: Clock) {
    this.url = url;
    this.ca = ca;
    this.clock = clock;
  }

  /** The RSA key of that id; `undefined` when the authority publishes none, or cannot be read. */
  async find(keyId: string): Promise<KeyObject | undefined> {
    const known = this.keys.get(keyId);
    if (known !== undefined) return known;
    if (this.fetching === undefined && this.clock.now() - this.fetchedAt >= FETCH_PAUSE_MS) {
      this.fetchedAt = this.clock.now();
      this.fetching = this.fetch().finally(() => {
        this.fetching = undefined;
      });
    }
    await this.fetching;
    return this.keys.get(keyId);
  }

  private async fetch(): Promise<void> {
    const document = await download(this.url, this.ca).catch(() => undefined);
    const keys = keysIn(document);
    if (keys !== undefined) this.keys = keys;
  }
}

async function download(url: string, ca: string | undefined): Promise<string> {
  const { get } = url.startsWith('https:') ? https : http;
  const options = { agent: false, signal: AbortSignal.timeout(FETCH_LIMIT_MS), ...(ca === undefined ? {} : { ca }) };
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) response.destroy(new RangeError('The document of keys is too long.'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : '');
      });
    }).on('error', reject);
  });
}

/** `undefined` for what is no key set; entries that are no RSA key are left out. */
function keysIn(document: string | undefined): Map<string, KeyObject> | undefined {
  const entries = entriesOf(document ?? '');
  if (entries === undefined) return undefined;
  const keys = new Map<string, KeyObject>();
  for (const entry of entries) {
    const { kid, kty } = entry;
    if (typeof kid !== 'string' || kty !== 'RSA') continue;
    try {
      keys.set(kid, createPublicKey({ key: entry, format: 'jwk' }));
    } catch {
      // An entry that Node cannot read signs nothing here.
    }
  }
  return keys;
}

function entriesOf(document: string): JsonWebKey[] | undefined {
  try {
    const { keys } = JSON.parse(document) as { keys?: unknown };
    if (!Array.isArray(keys)) return undefined;
    return (keys as unknown[]).filter((entry): entry is JsonWebKey => typeof entry === 'object' && entry !== null);
  } catch {
    return undefined;
  }
}
