import { factsOf, type HttpAnswer, isSuccess, readBody, toResponseError } from './answer';
import type { AuthorizedTransport } from './authorized-transport';
import { type Connection, retryRules } from './connection';
import { discoverUser, DiscoveryTrail, tryRoot } from './discovery';
import { UcwaDiscoveryError, UcwaNotEnabledError } from './errors';
import { assertTrusted, resolveHref } from './href';
import type { UcwaServer } from './options';
import { linkOf } from './resources/resource';
import { type Try, withRetries } from './retry';
import { refusesToken, type TokenStore } from './tokens';

/** Where applications are made, on the user's home pool. */
export interface ApplicationsLink {
  readonly url: URL;
  readonly revision: number;
}

/** What signing in needs. */
export interface SignInParts {
  readonly connection: Connection;
  readonly server: UcwaServer;
  readonly tokens: TokenStore;
  readonly authorized: AuthorizedTransport;
}

/**
 * Discovers the server, proves who we are, and finds the `applications` link (`anonApplications` for guests), following redirects between pools.
 * When the link is on another origin, that pool's own token is obtained too. Source: Skype/UCWA/CreateAnApplication.md.
 *
 * @throws UcwaDiscoveryError, UcwaAuthenticationError, UcwaNotEnabledError, UntrustedLinkError, UcwaTransportError.
 */
export async function findApplications(parts: SignInParts, signal: AbortSignal): Promise<ApplicationsLink> {
  const trail = new DiscoveryTrail();
  let userUrl = await discoverUser({ ...parts, trail }, signal);
  if (trail.leftHost) parts.tokens.nameEveryPool();
  for (;;) {
    const answer = await readUser(parts, userUrl, signal);
    const user = readBody(answer);
    const redirect = linkOf(user, 'redirect');
    if (redirect === undefined) {
      const applications = linkOf(user, 'applications') ?? linkOf(user, 'anonApplications');
      if (applications === undefined) {
        throw new UcwaNotEnabledError('ucwa', 'The server offers this user no applications link', factsOf(answer));
      }
      const url = resolveHref(applications.href, userUrl);
      assertTrusted(url, parts.connection.trust);
      await proveOurselvesAt(parts, url, signal);
      return { url, revision: applications.revision };
    }
    trail.redirect();
    const next = await tryRoot(
      { connection: parts.connection, trail, allowHttp: false },
      resolveHref(redirect.href, userUrl),
      signal,
    );
    if (next === undefined)
      throw new UcwaDiscoveryError('The pool the user was sent to is no UCWA server', trail.attempts);
    userUrl = next;
  }
}

async function readUser(parts: SignInParts, url: URL, signal: AbortSignal): Promise<HttpAnswer> {
  const request = { method: 'GET', url, lane: 'sign-in' } as const;
  const readOnce = async (tried: Try): Promise<HttpAnswer> => {
    const answer = await parts.authorized.send({ ...request, ...tried }, signal);
    if (answer.status === 403) {
      throw new UcwaNotEnabledError('ucwa', 'The server does not let this user use UCWA', toResponseError(answer));
    }
    if (!isSuccess(answer)) throw toResponseError(answer);
    return answer;
  };
  return withRetries(retryRules(parts.connection, request, 'repeatable'), readOnce, signal);
}

/** A pool refuses another pool's ticket with 500, so it is asked without any, and answers with its own challenge. */
async function proveOurselvesAt(parts: SignInParts, url: URL, signal: AbortSignal): Promise<void> {
  if (parts.tokens.knows(url.origin)) return;
  const answer = await parts.connection.transport.send({ method: 'GET', url, lane: 'sign-in' }, signal);
  if (refusesToken(answer)) await parts.tokens.renew(answer, undefined, signal);
}
