import { type HttpAnswer, isSuccess, readBody, serverDateOf, toResponseError } from './answer';
import { type Connection, retryRules } from './connection';
import {
  type DiscoveryAttempt,
  UcwaCircuitOpenError,
  UcwaDiscoveryError,
  UcwaError,
  UcwaResponseError,
  UcwaTransportError,
  UntrustedLinkError,
} from './errors';
import { assertTrusted, isWithin, printable, resolveHref } from './href';
import type { JsonObject } from './json';
import type { UcwaServer } from './options';
import { mayRepeat } from './outcome';
import { hasLinks, linkOf } from './resources/resource';
import { maxAttempts, type Try, withRetries } from './retry';

/** Redirects followed in one discovery, HTTP ones and `redirect` links together. */
const maxRedirects = 5;

/** Shared by all roots of one sign-in, so that two servers that point at each other end. */
export class DiscoveryTrail {
  readonly attempts: DiscoveryAttempt[] = [];
  /** A `redirect` link has led to another host: the pool found is not the one that was asked. */
  leftHost = false;
  readonly #visited = new Set<string>();
  #redirects = 0;

  /** @throws UcwaDiscoveryError when the URL was visited before. */
  visit(url: URL): void {
    if (this.#visited.has(url.href)) throw new UcwaDiscoveryError('Discovery goes round in a circle', this.attempts);
    this.#visited.add(url.href);
  }

  /** @throws UcwaDiscoveryError after more redirects than are allowed. */
  redirect(): void {
    this.#redirects += 1;
    if (this.#redirects > maxRedirects)
      throw new UcwaDiscoveryError('Discovery was redirected too often', this.attempts);
  }
}

/**
 * The URLs to ask, in order. Source: Skype/UCWA/RootURL.md.
 *
 * @throws UcwaDiscoveryError when the configured root or domain is unusable.
 */
export function discoveryUrls(server: UcwaServer): readonly URL[] {
  if (server.kind === 'root') {
    if (!URL.canParse(server.rootUrl)) throw new UcwaDiscoveryError('The configured root URL is not a URL', []);
    return [new URL(server.rootUrl)];
  }
  const domain = server.sipDomain.trim().toLowerCase();
  if (!/^[a-z\d]([a-z\d.-]*[a-z\d])?$/.test(domain))
    throw new UcwaDiscoveryError('The SIP domain is not a domain name', []);
  const schemes = server.allowHttpDiscovery === true ? ['https', 'http'] : ['https'];
  return schemes.flatMap((scheme) =>
    ['lyncdiscoverinternal', 'lyncdiscover'].map((host) => new URL(`${scheme}://${host}.${domain}/`)),
  );
}

/**
 * Asks the discovery URLs one after the other until one leads to a `user` link. What happened is on the trail.
 *
 * @throws UcwaDiscoveryError listing every attempt, UntrustedLinkError when a document points where it must not.
 */
export async function discoverUser(
  parts: { readonly connection: Connection; readonly server: UcwaServer; readonly trail: DiscoveryTrail },
  signal: AbortSignal,
): Promise<URL> {
  const { connection, server, trail } = parts;
  for (const url of discoveryUrls(server)) {
    const allowHttp = server.kind === 'domain' && url.protocol === 'http:';
    const userUrl = await tryRoot({ connection, trail, allowHttp }, url, signal);
    if (userUrl !== undefined) return userUrl;
  }
  throw new UcwaDiscoveryError('No discovery address led to a UCWA server', trail.attempts);
}

/** What following roots needs besides the URL. */
export interface RootWalk {
  readonly connection: Connection;
  readonly trail: DiscoveryTrail;
  /** Only for addresses that were plain http from the beginning, whose only use is to reach https. */
  readonly allowHttp: boolean;
}

/** Follows one root to its `user` link; `undefined` when the root fails and the next address should be tried. */
export async function tryRoot(walk: RootWalk, url: URL, signal: AbortSignal): Promise<URL | undefined> {
  assertTrusted(url, walk.connection.trust, { allowHttp: walk.allowHttp });
  walk.trail.visit(url);
  const answer = await ask(walk, url, signal);
  if (answer === undefined) return undefined;
  if (answer.status >= 300 && answer.status < 400) return followHttpRedirect(walk, answer, signal);
  const root = readRoot(walk, answer);
  if (root === undefined) return undefined;
  const redirect = linkOf(root, 'redirect');
  if (redirect !== undefined) {
    const target = resolveHref(redirect.href, url);
    record(walk, answer, { outcome: 'redirect', detail: `links on to ${printable(target)}` });
    walk.trail.redirect();
    walk.trail.leftHost ||= target.origin !== url.origin;
    return tryRoot({ ...walk, allowHttp: false }, target, signal);
  }
  const user = linkOf(root, 'user');
  if (user === undefined) {
    record(walk, answer, { outcome: 'failed', detail: 'is no UCWA discovery root: it has no user link' });
    return undefined;
  }
  const userUrl = resolveHref(user.href, url);
  assertTrusted(userUrl, walk.connection.trust);
  record(walk, answer, { outcome: 'ok', detail: `leads to ${printable(userUrl)}` });
  return userUrl;
}

async function ask(walk: RootWalk, url: URL, signal: AbortSignal): Promise<HttpAnswer | undefined> {
  const { connection } = walk;
  const request = { method: 'GET', url, lane: 'sign-in' } as const;
  const askOnce = async (tried: Try): Promise<HttpAnswer> => {
    const answer = await connection.transport.send({ ...request, ...tried }, signal);
    const isLast = isSuccess(answer) || tried.attempt === maxAttempts;
    if (!isLast && mayRepeat(toResponseError(answer), 'discovery')) throw toResponseError(answer);
    return answer;
  };
  try {
    return await withRetries(retryRules(connection, request, 'discovery'), askOnce, signal);
  } catch (error) {
    signal.throwIfAborted();
    walk.trail.attempts.push({ url: printable(url), outcome: 'failed', ...failureOf(error) });
    return undefined;
  }
}

function failureOf(error: unknown): Pick<DiscoveryAttempt, 'detail' | 'status' | 'networkCode'> {
  if (error instanceof UcwaTransportError) {
    return { detail: `no answer (${error.networkCode})`, networkCode: error.networkCode };
  }
  if (error instanceof UcwaCircuitOpenError) {
    const { lastFailure, status } = error;
    const detail = `left alone for a while (${lastFailure})`;
    return { detail, networkCode: error.code, ...(status === undefined ? {} : { status }) };
  }
  if (error instanceof UcwaResponseError && error.status !== undefined) {
    return { detail: `answered ${String(error.status)}`, status: error.status };
  }
  throw error;
}

async function followHttpRedirect(walk: RootWalk, answer: HttpAnswer, signal: AbortSignal): Promise<URL | undefined> {
  const location = answer.headers.location;
  const target = location === undefined ? undefined : resolveHref(location, answer.url);
  if (target === undefined || !staysHome(walk, answer.url, target)) {
    const where = target === undefined ? 'nowhere' : `another domain (${target.host})`;
    record(walk, answer, { outcome: 'failed', detail: `redirects to ${where}` });
    return undefined;
  }
  record(walk, answer, { outcome: 'redirect', detail: `redirects to ${printable(target)}` });
  walk.trail.redirect();
  return tryRoot({ ...walk, allowHttp: walk.allowHttp && target.protocol === 'http:' }, target, signal);
}

/** An HTTP redirect is no signed statement of anybody: it counts only within the same domain. */
function staysHome(walk: RootWalk, from: URL, to: URL): boolean {
  const home = from.hostname.replace(/^[^.]+\./, '');
  const sameDomain = from.hostname === to.hostname || (home.includes('.') && isWithin(to.hostname, home));
  if (!sameDomain) return false;
  try {
    assertTrusted(to, walk.connection.trust, { allowHttp: walk.allowHttp });
    return true;
  } catch (error) {
    if (error instanceof UntrustedLinkError) return false;
    throw error;
  }
}

function readRoot(walk: RootWalk, answer: HttpAnswer): JsonObject | undefined {
  if (!isSuccess(answer)) {
    record(walk, answer, { outcome: 'failed', detail: `answered ${String(answer.status)}` });
    return undefined;
  }
  try {
    const root = readBody(answer);
    if (hasLinks(root)) return root;
    record(walk, answer, { outcome: 'failed', detail: 'is no UCWA discovery root: its answer has no links' });
  } catch (error) {
    if (!(error instanceof UcwaError)) throw error;
    record(walk, answer, { outcome: 'failed', detail: 'is no UCWA discovery root: its answer is not JSON' });
  }
  return undefined;
}

function record(walk: RootWalk, answer: HttpAnswer, result: Pick<DiscoveryAttempt, 'outcome' | 'detail'>): void {
  const serverDate = serverDateOf(answer);
  walk.trail.attempts.push({
    url: printable(answer.url),
    status: answer.status,
    ...result,
    ...(serverDate === undefined ? {} : { serverDate }),
  });
}
