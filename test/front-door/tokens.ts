import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export const APP_ID = '11111111-2222-3333-4444-555555555555';
export const TENANT_ID = '22222222-2222-3333-4444-555555555555';
export const ISSUER = 'https://api.botframework.com';

/** The moment all of these tests take place at. */
export const NOW = new Date('2026-06-01T09:00:00Z');

/** A private key with the entry of its public half in a key document. */
export class TestKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;

  constructor(id: string, bits = 2048) {
    this.id = id;
    ({ privateKey: this.privateKey, publicKey: this.publicKey } = generateKeyPairSync('rsa', { modulusLength: bits }));
  }

  entry(over: object = {}): object {
    const { n, e } = this.publicKey.export({ format: 'jwk' });
    return { kty: 'RSA', use: 'sig', kid: this.id, x5t: this.id, n, e, endorsements: ['msteams', 'webchat'], ...over };
  }
}

/** The key of the Bot Connector in these tests; made once, because making one takes a while. */
export const CONNECTOR_KEY = new TestKey('connector-1');

/** A key nobody endorsed. */
export const STRANGE_KEY = new TestKey('strange-1');

/** What may be different about a token. */
export interface TokenParts {
  readonly key?: TestKey;
  readonly header?: Readonly<Record<string, unknown>>;
  /** `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly now?: Date;
}

/** The claims of the Bot Connector's own tokens. */
export function claimsAt(now: Date, serviceUrl: string): Record<string, unknown> {
  const seconds = Math.floor(now.getTime() / 1000);
  return { serviceurl: serviceUrl, nbf: seconds - 60, exp: seconds + 3600, iss: ISSUER, aud: APP_ID };
}

/** A token as the Bot Connector makes it, with what is different about it. */
export function tokenFor(serviceUrl: string, parts: TokenParts = {}): string {
  const { key = CONNECTOR_KEY, now = NOW } = parts;
  const header = { alg: 'RS256', kid: key.id, x5t: key.id, typ: 'JWT', ...parts.header };
  const signed = `${encode(header)}.${encode({ ...claimsAt(now, serviceUrl), ...parts.claims })}`;
  return `${signed}.${signatureOf(header.alg, signed, key)}`;
}

/** Base64url of a value's JSON. */
export function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(alg: string, signed: string, key: TestKey): string {
  if (alg === 'none') return '';
  if (alg.startsWith('HS')) {
    // The classic confusion: the public key, which everybody has, taken for a shared secret.
    const secret = key.publicKey.export({ type: 'spki', format: 'pem' });
    return createHmac(`sha${alg.slice(2)}`, secret)
      .update(signed)
      .digest('base64url');
  }
  return sign(`RSA-SHA${alg.slice(2)}`, Buffer.from(signed), key.privateKey).toString('base64url');
}
