import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

import type { Company } from '../company';
import type { Clock } from '../timers';

import type { Pool } from './pool';
import { personByUsername, type Principal } from './principal';
import { SigningKeys } from './signing-keys';

/** An authority (Entra ID, AD FS, or a double of one) whose access tokens the pools take. */
export type TrustedIssuer = {
  /** `iss` of its tokens. */
  readonly issuer: string;
} & (
  | {
      /** PEM of its public key (RS256); any other text is a secret shared with it (HS256). */
      readonly key: string;
    }
  | {
      /** Where it publishes its keys as a JSON Web Key Set (RS256, the token's `kid` names one). */
      readonly jwksUrl: string;
      /** PEM of a private certificate authority behind `jwksUrl`. */
      readonly ca?: string;
    }
);

/** What an access token is worth on a pool. */
export type AccessTokenReading =
  | { readonly kind: 'valid'; readonly principal: Principal; readonly contexts: readonly string[] }
  | { readonly kind: 'invalid' | 'expired' | 'other-audience' | 'nobody' };

type Json = Readonly<Record<string, unknown>>;

/** Reads the access tokens of one authority. */
export class AccessTokenDesk {
  private readonly issuer: string;
  private readonly company: Company;
  private readonly clock: Clock;
  private readonly isSigned: Signature;

  constructor(trusted: TrustedIssuer, setting: { readonly company: Company; readonly clock: Clock }) {
    this.issuer = trusted.issuer;
    this.company = setting.company;
    this.clock = setting.clock;
    this.isSigned = signatureOf(trusted, setting.clock);
  }

  /**
   * Reads a JSON Web Token as a pool does: signature and issuer first, then life, audience (scheme, host and port of the
   * pool) and the person in `upn` or `preferred_username`; `scp` are its scopes, `acrs` its authentication contexts.
   * Source: Skype/UCWA/AuthenticationUsingAzureAD.md.
   */
  async read(token: string, pool: Pool): Promise<AccessTokenReading> {
    const claims = await this.verifiedClaims(token);
    if (claims === undefined) return { kind: 'invalid' };
    const nowSeconds = this.clock.now() / 1000;
    if (!(numberOf(claims.exp) > nowSeconds)) return { kind: 'expired' };
    if (numberOf(claims.nbf) > nowSeconds) return { kind: 'invalid' };
    if (typeof claims.aud !== 'string' || claims.aud.replace(/\/$/, '') !== pool.origin) {
      return { kind: 'other-audience' };
    }
    const username = claims.upn ?? claims.preferred_username;
    const person = typeof username === 'string' ? personByUsername(this.company, username) : undefined;
    if (person === undefined) return { kind: 'nobody' };
    const contexts = Array.isArray(claims.acrs) ? claims.acrs.map(String) : [];
    return { kind: 'valid', principal: { kind: 'person', person, scopes: scopesIn(claims) }, contexts };
  }

  private async verifiedClaims(token: string): Promise<Json | undefined> {
    const [head = '', payload = '', signature = '', ...rest] = token.split('.');
    const header = decode(head);
    if (rest.length > 0 || header === undefined) return undefined;
    const signed = {
      header,
      message: Buffer.from(`${head}.${payload}`),
      signature: Buffer.from(signature, 'base64url'),
    };
    const claims = (await this.isSigned(signed)) ? decode(payload) : undefined;
    return claims?.iss === this.issuer ? claims : undefined;
  }
}

function scopesIn({ scp }: Json): readonly string[] {
  return typeof scp === 'string' ? scp.split(' ').filter((scope) => scope !== '') : [];
}

/** NaN for what is no number: no comparison with it is true. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

/** Whether a signature is the authority's. */
type Signature = (signed: {
  readonly header: Json;
  readonly message: Buffer;
  readonly signature: Buffer;
}) => Promise<boolean>;

function signatureOf(trusted: TrustedIssuer, clock: Clock): Signature {
  if ('jwksUrl' in trusted) {
    const keys = new SigningKeys(trusted.jwksUrl, trusted.ca, clock);
    return byKey(async ({ kid }) => (typeof kid === 'string' ? keys.find(kid) : undefined));
  }
  const { key } = trusted;
  if (key.includes('-----BEGIN')) {
    const publicKey = createPublicKey(key);
    return byKey(async () => Promise.resolve(publicKey));
  }
  return async ({ header, message, signature }) =>
    Promise.resolve(header.alg === 'HS256' && equal(createHmac('sha256', key).update(message).digest(), signature));
}

function byKey(find: (header: Json) => Promise<KeyObject | undefined>): Signature {
  return async ({ header, message, signature }) => {
    const key = header.alg === 'RS256' ? await find(header) : undefined;
    return key !== undefined && verify('sha256', message, key, signature);
  };
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function decode(part: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
