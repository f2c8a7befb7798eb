import type { AccessToken } from './access-token';
import { diagnosticsOf, factsOf, type HttpAnswer, nameOf } from './answer';
import { parseChallenges, readClaims } from './challenge';
import type { Connection } from './connection';
import { userFlawOf } from './diagnostics';
import { UcwaAuthenticationError, UcwaNotEnabledError } from './errors';
import { refusesToken, type TokenStore } from './tokens';
import type { HttpRequest } from './transport';

/** A token is replaced once, and once more if the new one ran out on the way. */
const maxReplacements = 2;

/**
 * Sends requests with the token of their origin. A refused token is replaced and the request sent once more; that is safe
 * for a POST too, because a refused request was not executed. That a token was refused which was due to end anyway says
 * nothing about the next one.
 */
export class AuthorizedTransport {
  readonly #connection: Connection;
  readonly #tokens: TokenStore;

  constructor(connection: Connection, tokens: TokenStore) {
    this.#connection = connection;
    this.#tokens = tokens;
  }

  /** @throws UcwaAuthenticationError when a fresh token is refused too; UcwaNotEnabledError; UcwaTransportError. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    let token = await this.#tokens.current(request.url.origin, signal);
    let answer = await this.#attempt(request, token, signal);
    for (let replaced = 0; refusesToken(answer); replaced += 1) {
      const ranOut = token !== undefined && answer.receivedAt >= token.refreshAt;
      if (replaced === maxReplacements || (replaced > 0 && !ranOut)) {
        throw new UcwaAuthenticationError('token-refused', refusedAgain(request, answer), factsOf(answer));
      }
      token = await this.#tokens.renew(answer, token, signal);
      answer = await this.#attempt(request, token, signal);
    }
    return answer;
  }

  async #attempt(request: HttpRequest, token: AccessToken | undefined, signal: AbortSignal): Promise<HttpAnswer> {
    const authorization = token === undefined ? {} : { Authorization: token.authorization() };
    const headers = { ...request.headers, ...authorization };
    const answer = await this.#connection.transport.send({ ...request, headers }, signal);
    const flaw = userFlawOf(diagnosticsOf(answer));
    if (flaw !== undefined) throw new UcwaNotEnabledError('ucwa', `The server says that ${flaw}`, factsOf(answer));
    return answer;
  }
}

function refusedAgain(request: HttpRequest, answer: HttpAnswer): string {
  const code = diagnosticsOf(answer)?.code;
  const told = code === undefined ? '' : ` (X-Ms-diagnostics ${String(code)})`;
  const claims = readClaims(parseChallenges(answer.headers['www-authenticate']));
  const wanted = claims === undefined ? '' : '; it still demands claims that the token does not satisfy';
  return `${nameOf(request)}: the server refused a new token${told}${wanted}`;
}
