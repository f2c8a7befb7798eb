import { verify } from 'node:crypto';

import type { VerifiedCaller } from '../../shared/verified-caller';
import { type Refusal, refuse } from '../refusals';

import { decodeBearer, type DecodedToken } from './json-web-token';
import type { KeyLookup } from './signing-keys';

/** Clocks of two machines may differ by so much. Source: bot-framework-rest-connector-authentication, step 4. */
const CLOCK_SKEW_SECONDS = 300;

/** The Bot Connector's tokens live for an hour; one that lives for years was not made by it. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

/** The channel whose activities Confer takes; a key must be endorsed for it. */
const CHANNEL = 'msteams';

/** Parts of a header that bring a key along, or ask for rules this program does not know. Source: RFC 8725, 3.10. */
const FORBIDDEN_HEADERS: readonly string[] = ['jwk', 'jku', 'x5u', 'x5c', 'crit'];

/** What a look at a token came to. */
export type Verdict = { readonly kind: 'verified'; readonly caller: VerifiedCaller } | Refusal;

/** Collaborators of {@link TokenVerifier}. */
export interface TokenVerifierDeps {
  readonly appId: string;
  /** The only issuer that is believed, such as `https://api.botframework.com`. */
  readonly issuer: string;
  readonly keys: { find(id: string): Promise<KeyLookup> };
  readonly now: () => Date;
}

/**
 * Decides whether a request comes from the Bot Connector, by its Authorization header alone.
 *
 * The SDK's own check would believe tokens made for emulators and skills, and keeps what unverified tokens name; it is
 * not used. See docs/adr/0018-our-own-front-door.md.
 * Source: learn.microsoft.com, bot-framework-rest-connector-authentication, "Step 4: Verify the JWT token".
 */
export class TokenVerifier {
  readonly #appId: string;
  readonly #deps: TokenVerifierDeps;

  constructor(deps: TokenVerifierDeps) {
    this.#appId = deps.appId.toLowerCase();
    this.#deps = deps;
  }

  /** @param authorization - every Authorization header of the request, as it was sent. */
  async verify(authorization: readonly string[]): Promise<Verdict> {
    const [value, ...others] = authorization;
    if (value === undefined) return unauthorized('none');
    if (others.length > 0) return unauthorized('several');
    const token = decodeBearer(value);
    if (token === undefined) return unauthorized('malformed');
    const problem = this.#headerProblem(token) ?? this.#claimProblem(token);
    return problem === undefined ? this.#checkSignature(token) : unauthorized(problem);
  }

  #headerProblem({ header }: DecodedToken): string | undefined {
    if (header.alg !== 'RS256') return 'algorithm';
    if (FORBIDDEN_HEADERS.some((name) => Object.hasOwn(header, name))) return 'header';
    return typeof header.kid === 'string' && header.kid !== '' ? undefined : 'kid';
  }

  #claimProblem({ claims }: DecodedToken): string | undefined {
    if (claims.iss !== this.#deps.issuer) return 'issuer';
    if (claims.aud !== this.#appId) return 'audience';
    if (typeof claims.serviceurl !== 'string' || claims.serviceurl === '') return 'serviceUrl';
    return this.#timeProblem(claims);
  }

  #timeProblem({ exp, nbf = 0 }: Readonly<Record<string, unknown>>): string | undefined {
    const now = this.#deps.now().getTime() / 1000;
    if (typeof exp !== 'number' || typeof nbf !== 'number') return 'time';
    if (exp + CLOCK_SKEW_SECONDS <= now) return 'expired';
    if (exp - CLOCK_SKEW_SECONDS > now + MAX_LIFETIME_SECONDS) return 'lifetime';
    return nbf - CLOCK_SKEW_SECONDS > now ? 'notYet' : undefined;
  }

  async #checkSignature({ header, claims, signed, signature }: DecodedToken): Promise<Verdict> {
    const lookup = await this.#deps.keys.find(String(header.kid));
    if (lookup.kind === 'unavailable') return refuse('KeysUnavailable');
    if (lookup.kind === 'unknown') return unauthorized('unknownKey');
    if (!lookup.key.endorsements.includes(CHANNEL)) return unauthorized('endorsement');
    if (!verify('RSA-SHA256', Buffer.from(signed), lookup.key.key, signature)) return unauthorized('signature');
    const { issuer } = this.#deps;
    return {
      kind: 'verified',
      caller: { kind: 'connector', appId: this.#appId, issuer, serviceUrl: String(claims.serviceurl) },
    };
  }
}

function unauthorized(reason: string): Refusal {
  return refuse('Unauthorized', `token.${reason}`);
}
