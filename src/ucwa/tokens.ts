import { createHash } from 'node:crypto';

import { type AccessToken, acquireToken } from './access-token';
import { diagnosticsOf, factsOf, type HttpAnswer } from './answer';
import { parseChallenges, readOffer } from './challenge';
import type { Connection } from './connection';
import { asksForNewToken, userNotEnabledCode } from './diagnostics';
import { UcwaAuthenticationError } from './errors';
import { assertTrusted, resolveHref } from './href';
import type { UcwaCredentials } from './options';
import { SingleFlight, waitFor } from './waiting';

/** What is known about one origin that asks for tokens. */
interface Realm {
  /** A URL of the origin that can be asked without a token to get its challenges. */
  readonly probeUrl: URL;
  endpoint?: URL;
  token?: AccessToken;
  readonly flight: SingleFlight<AccessToken>;
}

/**
 * Tokens by origin: a web ticket is good only on the pool that issued it.
 * Source: Skype/UCWA/AuthenticationInUCWA.md.
 */
export class TokenStore {
  readonly #connection: Connection;
  readonly #credentials: UcwaCredentials;
  /** Shared sign-ins outlive the caller who began them; they end with this signal. */
  readonly #lifetime: AbortSignal;
  readonly #realms = new Map<string, Realm>();
  readonly #refusedPasswords = new Set<string>();

  constructor(connection: Connection, credentials: UcwaCredentials, lifetime: AbortSignal) {
    this.#connection = connection;
    this.#credentials = credentials;
    this.#lifetime = lifetime;
  }

  /** Whether a token for the origin was ever obtained. */
  knows(origin: string): boolean {
    return this.#realms.get(origin)?.token !== undefined;
  }

  /** The origin's token, renewed when it is due; `undefined` when the origin has never challenged us. */
  async current(origin: string, signal: AbortSignal): Promise<AccessToken | undefined> {
    const realm = this.#realms.get(origin);
    const token = realm?.token;
    if (realm === undefined || token === undefined) return undefined;
    const now = this.#connection.clock.now();
    if (now < token.refreshAt) return token;
    try {
      return await realm.flight.run(async () => this.#acquire(realm), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UcwaAuthenticationError || now >= token.expiresAt) throw error;
      return token; // still good for a while; the next request tries again
    }
  }

  /**
   * Gets a token after the server refused a request that carried `refused` (or none).
   *
   * @throws UcwaAuthenticationError, UntrustedLinkError when the token endpoint is not to be trusted.
   */
  async renew(answer: HttpAnswer, refused: AccessToken | undefined, signal: AbortSignal): Promise<AccessToken> {
    const realm = this.#realmOf(answer.url);
    if (realm.token !== undefined && realm.token !== refused) return realm.token; // somebody else was faster
    delete realm.token;
    return realm.flight.run(async () => {
      await this.#learnEndpoint(realm, answer);
      return this.#acquire(realm);
    }, signal);
  }

  #realmOf(url: URL): Realm {
    const known = this.#realms.get(url.origin);
    if (known !== undefined) return known;
    const realm: Realm = { probeUrl: url, flight: new SingleFlight() };
    this.#realms.set(url.origin, realm);
    return realm;
  }

  /** The refusal itself names the endpoint when it is a challenge; otherwise the known one serves; otherwise one asks. */
  async #learnEndpoint(realm: Realm, answer: HttpAnswer): Promise<void> {
    const offer = readOffer(parseChallenges(answer.headers['www-authenticate']));
    if (offer.tokenHref !== undefined) {
      realm.endpoint = this.#endpointOf(answer);
    } else if (answer.status === 500 || realm.endpoint === undefined) {
      const probe = await this.#connection.transport.send({ method: 'GET', url: realm.probeUrl }, this.#lifetime);
      realm.endpoint = this.#endpointOf(probe);
    }
  }

  #endpointOf(answer: HttpAnswer): URL {
    const offer = readOffer(parseChallenges(answer.headers['www-authenticate']));
    const facts = { ...factsOf(answer), offeredGrants: offer.grants };
    if (offer.tokenHref === undefined) {
      const modern = offer.authorizationUri === undefined ? '' : ' (it offers modern authentication only)';
      const where = `${answer.url.host} named no token endpoint${modern}`;
      throw new UcwaAuthenticationError('challenge-missing', where, facts);
    }
    if (offer.grants.length > 0 && !offer.grants.some((grant) => grant.toLowerCase() === 'password')) {
      const offered = `${answer.url.host} does not offer the password grant, only ${offer.grants.join(', ')}`;
      throw new UcwaAuthenticationError('grant-not-offered', offered, facts);
    }
    const endpoint = resolveHref(offer.tokenHref, answer.url);
    assertTrusted(endpoint, this.#connection.trust);
    return endpoint;
  }

  async #acquire(realm: Realm): Promise<AccessToken> {
    const { endpoint } = realm;
    if (endpoint === undefined) throw new UcwaAuthenticationError('challenge-missing', 'No token endpoint is known');
    const password = await waitFor(this.#credentials.password(this.#lifetime), this.#lifetime);
    const { username } = this.#credentials;
    const fingerprint = createHash('sha256').update(`${username}\0${password}`).digest('hex');
    if (this.#refusedPasswords.has(fingerprint)) {
      const message = 'The server refused this user name and password before; they are not sent again';
      throw new UcwaAuthenticationError('invalid_grant', message);
    }
    const [first] = this.#realms.keys();
    const isFirst = first === realm.probeUrl.origin;
    const grant = { endpoint, username, password, ...(isFirst ? {} : { resource: realm.probeUrl.hostname }) };
    try {
      realm.token = await acquireToken(this.#connection, grant, this.#lifetime);
      return realm.token;
    } catch (error) {
      if (error instanceof UcwaAuthenticationError && error.reason === 'invalid_grant') {
        this.#refusedPasswords.add(fingerprint);
      }
      throw error;
    }
  }
}

/**
 * Whether an answer means "another token, please": 401, 403 with a challenge, or 500 with the diagnostics of a ticket
 * from another pool. Source: Skype/UCWA/AuthenticationInUCWA.md and observed servers.
 */
export function refusesToken(answer: HttpAnswer): boolean {
  const diagnostics = diagnosticsOf(answer);
  if (diagnostics?.code === userNotEnabledCode) return false;
  if (answer.status === 401) return true;
  if (answer.status === 403) return answer.headers['www-authenticate'] !== undefined;
  return answer.status === 500 && asksForNewToken(diagnostics);
}
