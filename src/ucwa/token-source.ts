import { createHash } from 'node:crypto';

import { AccessToken, acquireToken, anonymousGrant, isUsableToken, passwordGrant, renewalGrant } from './access-token';
import type { SignInOffer } from './challenge';
import type { Connection } from './connection';
import { UcwaAuthenticationError } from './errors';
import { assertTrusted, resolveHref } from './href';
import type { AnonymousCredentials, ModernCredentials, PasswordCredentials, UcwaCredentials } from './options';
import { withoutBlanks } from './resources/my-online-meeting';
import { waitFor, withLimits } from './waiting';

/** What a token is wanted for. */
export interface TokenRequest {
  /** A URL of the host that the token is for. */
  readonly url: URL;
  readonly offer: SignInOffer;
  /** The URL whose answer made the offer. */
  readonly offeredBy: URL;
  /** The host is not the one that discovery asked first. */
  readonly isOtherPool: boolean;
  readonly claims?: string | undefined;
  /** The token that is still good and about to end. */
  readonly current?: AccessToken | undefined;
}

/** Gets tokens, each kind of credentials in its own way. Knows nothing of hosts. */
export class TokenSource {
  readonly #connection: Connection;
  /** Shared sign-ins outlive the caller who began them; they end with this signal. */
  readonly #lifetime: AbortSignal;
  readonly #callbackMs: number;
  readonly #refusedPasswords = new Set<string>();

  /** @param callbackMs - how long a callback of the credentials may take, in milliseconds. */
  constructor(connection: Connection, callbackMs: number, lifetime: AbortSignal) {
    this.#connection = connection;
    this.#callbackMs = callbackMs;
    this.#lifetime = lifetime;
  }

  /**
   * Gets one token.
   *
   * @throws UcwaAuthenticationError; UntrustedLinkError when the token endpoint is not to be trusted; what the callbacks
   * of the credentials throw.
   */
  async acquire(credentials: UcwaCredentials, request: TokenRequest): Promise<AccessToken> {
    switch (credentials.kind) {
      case 'password':
        return this.#byPassword(credentials, request);
      case 'modern':
        return this.#byAuthority(credentials, request);
      case 'anonymous':
        return this.#asGuest(credentials, request);
    }
  }

  async #byPassword(credentials: PasswordCredentials, request: TokenRequest): Promise<AccessToken> {
    const endpoint = this.#endpointOf(request);
    const password = await this.#askCaller(async (signal) => credentials.password(signal));
    const { username } = credentials;
    const fingerprint = createHash('sha256').update(`${username}\0${password}`).digest('hex');
    if (this.#refusedPasswords.has(fingerprint)) {
      const message = 'The server refused this user name and password before; they are not sent again';
      throw new UcwaAuthenticationError('invalid_grant', message);
    }
    const resource = request.isOtherPool ? { resource: request.url.hostname } : {};
    try {
      return await this.#post(passwordGrant(endpoint, { username, password, ...resource }));
    } catch (error) {
      if (error instanceof UcwaAuthenticationError && error.reason === 'invalid_grant') {
        this.#refusedPasswords.add(fingerprint);
      }
      throw error;
    }
  }

  async #byAuthority(credentials: ModernCredentials, request: TokenRequest): Promise<AccessToken> {
    const { claims, url, offer } = request;
    const { origin: resource } = url;
    const wanted = {
      resource,
      authorizationUri: offer.authorizationUri ?? '',
      ...(claims === undefined ? {} : { claims }),
    };
    const { token, expiresAt } = await this.#askCaller(async (signal) => credentials.token(wanted, signal));
    const lifeMs = expiresAt - this.#connection.clock.now();
    // Written so that NaN counts as over.
    if (!isUsableToken(token) || !(lifeMs > 0)) {
      const flaw = isUsableToken(token) ? 'is over already' : 'cannot stand in a header';
      throw new UcwaAuthenticationError('token-unusable', `The access token given for ${resource} ${flaw}`);
    }
    return new AccessToken(token, lifeMs, this.#connection.clock.now());
  }

  /** A renewed ticket is the same guest; when there is none, a new guest comes. */
  async #asGuest(credentials: AnonymousCredentials, request: TokenRequest): Promise<AccessToken> {
    const endpoint = this.#endpointOf(request);
    const conferenceUri = withoutBlanks(credentials.conferenceUri);
    const conferenceId = credentials.conferenceId ?? keyOf(conferenceUri);
    if (request.current !== undefined) {
      try {
        return await this.#post(renewalGrant(endpoint, request.current));
      } catch (error) {
        if (!(error instanceof UcwaAuthenticationError)) throw error;
      }
    }
    return this.#post(anonymousGrant(endpoint, { conferenceUri, conferenceId }));
  }

  /** Callers share what comes of it, so a callback that never ends must not keep them from trying again. */
  async #askCaller<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeoutMs = this.#callbackMs;
    const timeoutError = (): Error =>
      new UcwaAuthenticationError(
        'token-unusable',
        `The caller gave nothing to sign in with in ${String(timeoutMs)} ms`,
      );
    return withLimits({ signals: [this.#lifetime], timeoutMs, timeoutError }, async (signal) =>
      waitFor(ask(signal), signal),
    );
  }

  async #post(grant: Parameters<typeof acquireToken>[1]): Promise<AccessToken> {
    return acquireToken(this.#connection, grant, this.#lifetime);
  }

  #endpointOf({ offer, offeredBy }: TokenRequest): URL {
    const endpoint = resolveHref(offer.tokenHref ?? '', offeredBy);
    assertTrusted(endpoint, this.#connection.trust);
    return endpoint;
  }
}

/** The meeting's key in a conference URI. @throws UcwaAuthenticationError when there is none; nothing is sent then. */
function keyOf(conferenceUri: string): string {
  const key = /;opaque=app:conf:focus:id:([^;?%\s]+)/i.exec(conferenceUri)?.[1];
  if (key === undefined) {
    throw new UcwaAuthenticationError('invalid_grant', 'The conference URI has no meeting key behind id:');
  }
  return key;
}
