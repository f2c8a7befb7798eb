import { createPublicKey, type KeyObject } from 'node:crypto';

import { KeyDocumentError } from './key-document';

/** One public key of the Bot Connector. */
export interface SigningKey {
  readonly key: KeyObject;
  /** Channels this key may sign for, such as `msteams`. */
  readonly endorsements: readonly string[];
}

/** Keys by their id. */
export type KeySet = ReadonlyMap<string, SigningKey>;

/** The real document has fewer than ten; what comes after these is not looked at. */
const MAX_KEYS = 100;

const MODULUS_BITS = { min: 2048, max: 8192 } as const;

/**
 * Reads where the keys are from the OpenID metadata.
 *
 * @param metadataUrl - where the metadata came from; the keys must be at the same place, whatever the metadata says.
 * @throws KeyDocumentError when they are not.
 * Source: learn.microsoft.com, bot-framework-rest-connector-authentication, "OpenID metadata document".
 */
export function readKeysUrl(metadata: unknown, metadataUrl: URL): URL {
  const href = isRecord(metadata) ? metadata.jwks_uri : undefined;
  if (typeof href !== 'string' || !URL.canParse(href)) throw new KeyDocumentError('the metadata names no keys');
  const url = new URL(href);
  if (url.origin !== metadataUrl.origin || url.username !== '' || url.password !== '') {
    throw new KeyDocumentError('the metadata names keys of another host');
  }
  return url;
}

/**
 * Reads the keys Confer can use: RSA, 2,048 bits or more, for signatures. Others are left out.
 *
 * @throws KeyDocumentError when none is left: an empty set must never replace a good one.
 * Source: RFC 7517, sections 4 and 5; RFC 7518, section 6.3.
 */
export function readKeySet(document: unknown): KeySet {
  const listed: unknown = isRecord(document) ? document.keys : undefined;
  if (!Array.isArray(listed)) throw new KeyDocumentError('the key document has no list of keys');
  const keys = new Map<string, SigningKey>();
  for (const entry of (listed as unknown[]).slice(0, MAX_KEYS)) {
    const read = readKey(entry);
    if (read !== undefined && !keys.has(read.id)) keys.set(read.id, read);
  }
  if (keys.size === 0) throw new KeyDocumentError('the key document has no usable key');
  return keys;
}

function readKey(entry: unknown): (SigningKey & { readonly id: string }) | undefined {
  if (!isRecord(entry) || !isForSignatures(entry)) return undefined;
  const { kid: id, n, e, endorsements } = entry;
  if (typeof id !== 'string' || id === '' || typeof n !== 'string' || typeof e !== 'string') return undefined;
  const key = toKey(n, e);
  if (key === undefined) return undefined;
  const named = Array.isArray(endorsements) ? (endorsements as unknown[]) : [];
  return { id, key, endorsements: named.filter((name) => typeof name === 'string') };
}

function isForSignatures({ kty, use = 'sig', alg = 'RS256' }: Readonly<Record<string, unknown>>): boolean {
  return kty === 'RSA' && use === 'sig' && alg === 'RS256';
}

function toKey(n: string, e: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits >= MODULUS_BITS.min && bits <= MODULUS_BITS.max ? key : undefined;
  } catch {
    // A key that is none is one that cannot be used.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
