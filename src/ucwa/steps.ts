import { isIP, type LookupFunction } from 'node:net';
import * as tls from 'node:tls';

import { acquireToken, passwordGrant } from './access-token';
import { guardedLookup } from './addresses';
import { serverDateOf } from './answer';
import { type Challenge, parseChallenges, readOffer, type SignInOffer } from './challenge';
import { type Connection, openConnection } from './connection';
import { discoverUser, DiscoveryTrail } from './discovery';
import { type DiscoveryAttempt, UcwaAuthenticationError, UcwaTransportError } from './errors';
import { assertTrusted, printable, resolveHref } from './href';
import type { PasswordCredentials, UcwaConnectionOptions } from './options';
import { systemAuthorities } from './transport';
import { withLimits } from './waiting';

/** What a step says of itself in the `User-Agent` header. */
const userAgent = 'Confer diagnostics';

/** Result of the discovery step. */
export interface DiscoveryReport {
  /** The `user` resource that discovery led to. */
  readonly userUrl: string;
  readonly attempts: readonly DiscoveryAttempt[];
}

/** What a protected URL answers to somebody without a token. */
export interface ChallengeReport extends SignInOffer {
  readonly status: number;
  readonly challenges: readonly Challenge[];
  /** The token endpoint, absolute and checked; absent when none is named. */
  readonly tokenEndpoint?: string;
  /** The server's clock. */
  readonly serverDate?: Date;
  /** The server's clock minus ours, in milliseconds; a `Date` header is good to a second. */
  readonly clockSkewMs?: number;
}

/** Result of the token step; the token itself is not shown. */
export interface TokenReport {
  readonly expiresAt: Date;
}

/** The certificate a server shows. */
export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Why the certificate is not trusted (`CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT_IN_CHAIN`, …); absent when it is. */
  readonly failure?: string;
}

/**
 * Step 1: from the configuration to the `user` URL.
 *
 * @throws UcwaDiscoveryError with all attempts, UntrustedLinkError.
 */
export async function discover(options: UcwaConnectionOptions, signal: AbortSignal): Promise<DiscoveryReport> {
  return withConnection(options, async (connection) => {
    const trail = new DiscoveryTrail();
    const userUrl = await discoverUser({ connection, server: options.server, trail }, signal);
    return { userUrl: userUrl.href, attempts: trail.attempts };
  });
}

/**
 * Step 2: which ways to sign in a URL offers, and what time the server has.
 *
 * @throws UcwaTransportError (with the TLS reason as `networkCode`), UntrustedLinkError.
 */
export async function readChallenges(
  url: string,
  options: UcwaConnectionOptions,
  signal: AbortSignal,
): Promise<ChallengeReport> {
  return withConnection(options, async (connection) => {
    const target = trusted(url, connection);
    const answer = await connection.transport.send({ method: 'GET', url: target, lane: 'sign-in' }, signal);
    const challenges = parseChallenges(answer.headers['www-authenticate']);
    const offer = readOffer(challenges, connection.trust);
    const serverDate = serverDateOf(answer);
    const endpoint = offer.tokenHref === undefined ? undefined : resolveHref(offer.tokenHref, target);
    if (endpoint !== undefined) assertTrusted(endpoint, connection.trust);
    return {
      ...offer,
      status: answer.status,
      challenges,
      ...(endpoint === undefined ? {} : { tokenEndpoint: endpoint.href }),
      ...(serverDate === undefined ? {} : { serverDate, clockSkewMs: serverDate.getTime() - answer.receivedAt }),
    };
  });
}

/**
 * Step 3: posts a user name and password to a token endpoint, once.
 *
 * @throws UcwaAuthenticationError (`invalid_grant`: wrong user name or password; do not repeat), UcwaResponseError.
 */
export async function checkCredentials(
  request: { readonly tokenEndpoint: string; readonly credentials: PasswordCredentials },
  options: UcwaConnectionOptions,
  signal: AbortSignal,
): Promise<TokenReport> {
  return withConnection(options, async (connection) => {
    const endpoint = trusted(request.tokenEndpoint, connection);
    const password = await request.credentials.password(signal);
    if (password === '') throw new UcwaAuthenticationError('invalid_grant', 'The password is empty; it was not sent');
    const { username } = request.credentials;
    const token = await acquireToken(connection, passwordGrant(endpoint, { username, password }), signal);
    return { expiresAt: new Date(token.expiresAt) };
  });
}

/**
 * The certificate of an `https` URL, also when it is not trusted: nothing but the handshake is sent.
 *
 * @throws UcwaTransportError when no TLS connection comes about, UntrustedLinkError.
 */
export async function readCertificate(
  url: string,
  options: UcwaConnectionOptions,
  signal: AbortSignal,
): Promise<CertificateReport> {
  return withConnection(options, async (connection) => {
    const target = trusted(url, connection);
    const request = `TLS ${printable(target)}`;
    const timeoutMs = options.timeouts?.requestMs ?? 20_000;
    const timeoutError = (): Error => failed(request, 'timeout', `no answer in ${String(timeoutMs)} ms`);
    const ca = options.tls?.ca === undefined ? {} : { ca: [...systemAuthorities(), options.tls.ca] };
    const lookup = guardedLookup(options.trust?.allowedAddresses ?? [], options.lookup);
    return withLimits({ signals: [signal], timeoutMs, timeoutError }, async (limited) =>
      shakeHands(
        request,
        { host: target.hostname, port: Number(target.port === '' ? 443 : target.port), lookup, ...ca },
        limited,
      ),
    );
  });
}

async function shakeHands(
  request: string,
  target: { readonly host: string; readonly port: number; readonly lookup: LookupFunction; readonly ca?: string[] },
  signal: AbortSignal,
): Promise<CertificateReport> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ ...target, servername: isIP(target.host) === 0 ? target.host : '' });
    // Comes before the certificate is judged: one that is not trusted ends the connection, but has been looked at.
    let certificate: tls.PeerCertificate | undefined;
    socket.prependOnceListener('secure', () => {
      certificate = socket.getPeerCertificate();
    });
    const report = (failure?: string): void => {
      socket.destroy();
      if (certificate === undefined) reject(failed(request, 'tls', failure ?? 'UNKNOWN'));
      else resolve({ ...describeCertificate(certificate), ...(failure === undefined ? {} : { failure }) });
    };
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => {
      signal.removeEventListener('abort', abort);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      report(error.code ?? 'UNKNOWN');
    });
    socket.once('secureConnect', () => {
      report();
    });
  });
}

function describeCertificate(certificate: tls.PeerCertificate): CertificateReport {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: new Date(certificate.valid_from),
    validTo: new Date(certificate.valid_to),
  };
}

function nameOf(name: tls.Certificate | undefined): string {
  const part: unknown = name?.CN ?? name?.O;
  return typeof part === 'string' ? part : '';
}

function trusted(url: string, connection: Connection): URL {
  const target = resolveHref(url, new URL('https://invalid.invalid/'));
  assertTrusted(target, connection.trust);
  return target;
}

function failed(request: string, kind: 'timeout' | 'tls', networkCode: string): UcwaTransportError {
  return new UcwaTransportError(request, { kind, ambiguous: false, networkCode });
}

async function withConnection<T>(
  options: UcwaConnectionOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = openConnection(options, userAgent);
  try {
    return await work(connection);
  } finally {
    connection.transport.close();
  }
}
