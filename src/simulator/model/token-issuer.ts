import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';

import type { Company } from '../company';
import type { Clock } from '../timers';

import type { Pool } from './pool';
import { personByUsername, type Principal } from './principal';

/** An authority (Entra ID, AD FS, or a double of one) whose access tokens the pools take. */
export interface TrustedIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** PEM of its public key (RS256); any other text is a secret shared with it (HS256). */
  readonly key: string;
}

/** What an access token is worth on a pool. */
export type AccessTokenReading =
  | { readonly kind: 'valid'; readonly principal: Principal }
  | { readonly kind: 'invalid' | 'expired' | 'other-audience' | 'nobody' };

interface AccessTokenSetting {
  readonly trusted: TrustedIssuer | undefined;
  readonly company: Company;
  readonly clock: Clock;
}

/**
 * Reads a JSON Web Token as a pool does: signature and issuer first, then life, audience (scheme, host and port of the
 * pool) and the person in `upn` or `preferred_username`.
 * Source: Skype/UCWA/AuthenticationUsingAzureAD.md.
 */
export function readAccessToken(token: string, pool: Pool, setting: AccessTokenSetting): AccessTokenReading {
  const claims = setting.trusted === undefined ? undefined : verifiedClaims(token, setting.trusted);
  if (claims === undefined) return { kind: 'invalid' };
  const nowSeconds = setting.clock.now() / 1000;
  if (typeof claims.exp !== 'number' || claims.exp <= nowSeconds) return { kind: 'expired' };
  if (typeof claims.aud !== 'string' || claims.aud.replace(/\/$/, '') !== pool.origin)
    return { kind: 'other-audience' };
  const username = claims.upn ?? claims.preferred_username;
  const person = typeof username === 'string' ? personByUsername(setting.company, username) : undefined;
  return person === undefined ? { kind: 'nobody' } : { kind: 'valid', principal: { kind: 'person', person } };
}

function verifiedClaims(token: string, { issuer, key }: TrustedIssuer): Record<string, unknown> | undefined {
  const [head = '', payload = '', signature = '', ...rest] = token.split('.');
  const expected = key.includes('-----BEGIN') ? 'RS256' : 'HS256';
  if (rest.length > 0 || decode(head)?.alg !== expected) return undefined;
  const signed = Buffer.from(`${head}.${payload}`);
  const given = Buffer.from(signature, 'base64url');
  const genuine =
    expected === 'RS256'
      ? verify('sha256', signed, createPublicKey(key), given)
      : equal(createHmac('sha256', key).update(signed).digest(), given);
  const claims = genuine ? decode(payload) : undefined;
  return claims?.iss === issuer ? claims : undefined;
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
