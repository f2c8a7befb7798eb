import type { AccessToken } from './access-token';
import { diagnosticsOf, factsOf, type HttpAnswer, isUcwaError } from './answer';
import { lacksScope, parseChallenges, readClaims, readOffer, type SignInOffer } from './challenge';
import type { Connection } from './connection';
import { asksForNewToken, userFlawOf } from './diagnostics';
import { UcwaAuthenticationError, UcwaTransportError } from './errors';
import type { UcwaCredentials } from './options';
import { credentialList, notOffered, offeredNames, usableCredentials } from './sign-in-ways';
import { TokenSource } from './token-source';
import { SingleFlight } from './waiting';

/** After an early renewal failed, the token that is still good is used for so long before the next try. */
const renewalPauseMs = 60_000;

/** What is known about one origin that asks for tokens. */
interface Realm {
  /** A URL of the origin that can be asked without a token to get its challenges. */
  readonly probeUrl: URL;
  offered?: Offered;
  token?: AccessToken;
  /** What the token was got with. */
  credentials?: UcwaCredentials;
  /** The claims that the last token was asked to satisfy. */
  claims?: string | undefined;
  /** No early renewal before this time. */
  renewAfter: number;
  readonly flight: SingleFlight<AccessToken>;
}

/** An offer and the answer it came in. */
interface Offered {
  readonly offer: SignInOffer;
  readonly answer: HttpAnswer;
  /** Ways that the token endpoint refused although they were offered. */
  readonly refused: Set<UcwaCredentials>;
}

/**
 * Tokens by origin: a web ticket is good only on the pool that issued it, an access token only on the host it names.
 * Source: Skype/UCWA/AuthenticationInUCWA.md, AuthenticationUsingAzureAD.md.
 */
export class TokenStore {
  readonly #connection: Connection;
  readonly #credentials: readonly UcwaCredentials[];
  readonly #lifetime: AbortSignal;
  readonly #source: TokenSource;
  readonly #realms = new Map<string, Realm>();
  #namesEveryPool = false;

  /**
   * @param account.callbackMs - how long a callback of the credentials may take, in milliseconds.
   * @param lifetime - ends sign-ins under way; they outlive the caller who began them.
   */
  constructor(
    connection: Connection,
    account: { readonly credentials: UcwaCredentials | readonly UcwaCredentials[]; readonly callbackMs: number },
    lifetime: AbortSignal,
  ) {
    this.#connection = connection;
    this.#credentials = credentialList(account.credentials);
    this.#lifetime = lifetime;
    this.#source = new TokenSource(connection, account.callbackMs, lifetime);
  }

  /** From now on also the first pool that challenges us is told by name which pool the token is for. */
  nameEveryPool(): void {
    this.#namesEveryPool = true;
  }

  /** Whether a token for the origin was ever obtained. */
  knows(origin: string): boolean {
    return this.#realms.get(origin)?.token !== undefined;
  }

  /** The credentials that got us into the origin; `undefined` before. */
  credentialsAt(origin: string): UcwaCredentials | undefined {
    return this.#realms.get(origin)?.credentials;
  }

  /** The origin's token, renewed when it is due; `undefined` when the origin has never challenged us. */
  async current(origin: string, signal: AbortSignal): Promise<AccessToken | undefined> {
    const realm = this.#realms.get(origin);
    const token = realm?.token;
    if (realm === undefined || token === undefined) return undefined;
    const now = this.#connection.clock.now();
    const isOver = now >= token.expiresAt;
    if (now < token.refreshAt || (!isOver && now < realm.renewAfter)) return token;
    try {
      return await realm.flight.run(async () => this.#acquire(realm, isOver ? {} : { current: token }), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UcwaAuthenticationError || (isOver && !(error instanceof UcwaTransportError))) throw error;
      if (!isOver) {
        realm.renewAfter = now + renewalPauseMs;
        return token; // still good for a while
      }
      delete realm.token;
      return undefined; // the endpoint may be gone with its pool: the challenge to come names another
    }
  }

  /**
   * Gets a token after the server refused a request that carried `refused` (or none).
   *
   * @throws UcwaAuthenticationError, UntrustedLinkError when the token endpoint is not to be trusted; what the callbacks
   * of the credentials throw.
   */
  async renew(answer: HttpAnswer, refused: AccessToken | undefined, signal: AbortSignal): Promise<AccessToken> {
    const realm = this.#realmOf(answer.url);
    const claims = readClaims(challengesOf(answer));
    const wereAskedFor = (): boolean => claims === undefined || realm.claims === claims;
    if (realm.token !== undefined && realm.token !== refused && wereAskedFor()) return realm.token; // somebody else was faster
    delete realm.token;
    const acquire = async (): Promise<AccessToken> => {
      await this.#learnOffer(realm, answer);
      return this.#acquire(realm, { claims });
    };
    const token = await realm.flight.run(acquire, signal);
    // A renewal that was under way already knew nothing of the claims.
    return wereAskedFor() ? token : realm.flight.run(acquire, signal);
  }

  #realmOf(url: URL): Realm {
    const known = this.#realms.get(url.origin);
    if (known !== undefined) return known;
    const realm: Realm = { probeUrl: url, renewAfter: 0, flight: new SingleFlight() };
    this.#realms.set(url.origin, realm);
    return realm;
  }

  /** The refusal itself makes the offer when it is a challenge; otherwise the known one serves; otherwise one asks. */
  async #learnOffer(realm: Realm, answer: HttpAnswer): Promise<void> {
    const made = this.#offerIn(answer);
    if (made.offer.tokenHref !== undefined || made.offer.authorizationUri !== undefined) {
      realm.offered = made;
    } else if (answer.status === 500 || realm.offered === undefined) {
      const request = { method: 'GET', url: realm.probeUrl, lane: 'sign-in' } as const;
      const probe = await this.#connection.transport.send(request, this.#lifetime);
      realm.offered = this.#offerIn(probe);
    }
  }

  #offerIn(answer: HttpAnswer): Offered {
    return { offer: readOffer(challengesOf(answer), this.#connection.trust), answer, refused: new Set() };
  }

  /** Tries what is offered in the order of preference; a grant that the endpoint refuses all the same leads to the next. */
  async #acquire(
    realm: Realm,
    more: { readonly claims?: string | undefined; readonly current?: AccessToken },
  ): Promise<AccessToken> {
    const { offered, probeUrl: url } = realm;
    if (offered === undefined) throw new UcwaAuthenticationError('challenge-missing', `${url.host} was never asked`);
    const { offer, answer, refused } = offered;
    const [first] = this.#realms.keys();
    const isOtherPool = this.#namesEveryPool || first !== url.origin;
    const request = { url, offer, offeredBy: answer.url, isOtherPool, claims: more.claims };
    let refusal: UcwaAuthenticationError | undefined;
    for (const credentials of usableCredentials(this.#credentials, offer)) {
      if (refused.has(credentials)) continue;
      try {
        const current = realm.credentials === credentials ? more.current : undefined;
        realm.token = await this.#source.acquire(credentials, { ...request, current });
        realm.credentials = credentials;
        realm.claims = more.claims;
        return realm.token;
      } catch (error) {
        if (!(error instanceof UcwaAuthenticationError) || error.reason !== 'grant-not-offered') throw error;
        refused.add(credentials);
        refusal = error;
      }
    }
    throw this.#nothingFits(offered, refusal);
  }

  #nothingFits({ offer, answer }: Offered, refusal: UcwaAuthenticationError | undefined): UcwaAuthenticationError {
    const { status, subcode, diagnostics } = refusal ?? {};
    const told = refusal === undefined ? {} : { status, subcode, diagnostics };
    const facts = { ...factsOf(answer), ...told, offeredGrants: offer.grants };
    if (offeredNames(offer).length === 0) {
      return new UcwaAuthenticationError('challenge-missing', `${answer.url.host} named no way to sign in`, facts);
    }
    const because = refusal === undefined ? '' : `${refusal.message}. `;
    const message = because + notOffered(answer.url.host, this.#credentials, offer);
    return new UcwaAuthenticationError('grant-not-offered', message, facts);
  }
}

/**
 * Whether an answer means "another token, please": 401, 403 that is no answer of UCWA itself, or 500 with the
 * diagnostics of a ticket from another pool. Source: Skype/UCWA/AuthenticationInUCWA.md and observed servers.
 */
export function refusesToken(answer: HttpAnswer): boolean {
  const diagnostics = diagnosticsOf(answer);
  if (userFlawOf(diagnostics) !== undefined) return false;
  if (answer.status === 401) return true;
  if (answer.status === 500) return asksForNewToken(diagnostics);
  if (answer.status !== 403 || isUcwaError(answer) || lacksScope(challengesOf(answer))) return false;
  return answer.headers['www-authenticate'] !== undefined || asksForNewToken(diagnostics);
}

function challengesOf(answer: HttpAnswer): ReturnType<typeof parseChallenges> {
  return parseChallenges(answer.headers['www-authenticate']);
}
