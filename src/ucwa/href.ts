import { UntrustedLinkError } from './errors';
import type { UcwaConnectionOptions } from './options';

/** Which URLs this client may go to. Made once from the configuration. */
export interface TrustRules {
  /** Lower-case; a host must equal one of them or be a sub-domain of it. */
  readonly domains: readonly string[];
  readonly ports: ReadonlySet<string>;
  /** True when the configured root is on this machine: then, and only then, loopback addresses and plain http to them. */
  readonly loopback: boolean;
}

/** Derives the rules: the SIP domain, what the administrator allows besides, and the configured root's own host and port. */
export function trustRules(options: Pick<UcwaConnectionOptions, 'server' | 'trust'>): TrustRules {
  const { server, trust } = options;
  const root = server.kind === 'root' && URL.canParse(server.rootUrl) ? new URL(server.rootUrl) : undefined;
  const domains = [...(trust?.allowedDomains ?? []), server.sipDomain ?? '', root?.hostname ?? ''];
  return {
    domains: domains.map((domain) => normalHost(domain.replace(/^\./, ''))).filter((domain) => domain !== ''),
    ports: new Set([...(trust?.allowedPorts ?? []).map(String), ...(root === undefined ? [] : [root.port])]),
    loopback: root !== undefined && isLoopback(root),
  };
}

/**
 * Resolves a link's href against the URL of the answer it came in.
 *
 * Leading slashes collapse to one: documents show `//v1/…`, which a URL parser would take for the host `v1`. Backslashes and
 * tabs, which a URL parser turns into slashes or drops, cannot be used to the same end. Source: Skype/UCWA/WebLinks.md.
 *
 * @throws UntrustedLinkError when it is no URL, inline data, or a relative one that would change the host.
 */
export function resolveHref(href: string, base: URL): URL {
  const text = href.trim().replaceAll(/[\t\r\n]/g, '');
  const isAbsolute = /^[a-z][a-z\d+.-]*:/i.test(text);
  const reference = isAbsolute ? text : text.replace(/^[/\\]+/, '/');
  if (!URL.canParse(reference, base.href)) throw new UntrustedLinkError('(unreadable)', 'it is not a URL');
  const url = new URL(reference, base.href);
  if (!isAbsolute && url.origin !== base.origin)
    throw new UntrustedLinkError(url.host, 'a relative link changed the host');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new UntrustedLinkError(url.host === '' ? url.protocol : url.host, 'only https links are followed');
  }
  url.pathname = url.pathname.replace(/^\/{2,}/, '/');
  url.hash = '';
  return url;
}

/**
 * Refuses a URL this client has no reason to trust, before anything is sent to it.
 *
 * @throws UntrustedLinkError naming the host.
 * Source: Skype/UCWA/RootURL.md, "Security check".
 */
export function assertTrusted(url: URL, rules: TrustRules, options: { readonly allowHttp?: boolean } = {}): void {
  const refuse = (reason: string): never => {
    throw new UntrustedLinkError(url.host, reason);
  };
  if (url.username !== '' || url.password !== '') refuse('it carries a user name');
  if (isLoopback(url)) {
    if (!rules.loopback) refuse('loopback addresses count only when the configured root is on loopback');
    return;
  }
  if (url.protocol !== 'https:' && options.allowHttp !== true) refuse('only https is trusted');
  if (isIpLiteral(url)) refuse('IP addresses are not trusted');
  if (url.port !== '' && !rules.ports.has(url.port)) refuse(`port ${url.port} is not allowed`);
  if (!rules.domains.some((domain) => isWithin(url.hostname, domain))) {
    refuse('its domain is neither the SIP domain nor an allowed one');
  }
}

/** @throws UntrustedLinkError when a link inside an application leads to another origin. */
export function assertSameOrigin(url: URL, origin: string): void {
  if (url.origin !== origin) throw new UntrustedLinkError(url.host, `links inside an application stay on ${origin}`);
}

/** Whether `host` is `domain` or below it, compared by labels: `evilcontoso.com` is not within `contoso.com`. */
export function isWithin(host: string, domain: string): boolean {
  const [name, parent] = [normalHost(host), normalHost(domain)];
  return name === parent || name.endsWith(`.${parent}`);
}

/** Whether a URL points to this machine: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(url: URL): boolean {
  const host = normalHost(url.hostname);
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Identity of a resource: its absolute URL without default port and doubled slashes. Never throws. */
export function hrefKey(href: string, base: URL): string {
  try {
    const url = resolveHref(href, base);
    return `${url.origin}${url.pathname.replaceAll(/\/{2,}/g, '/')}${url.search}`;
  } catch (error) {
    if (error instanceof UntrustedLinkError) return `untrusted:${href}`;
    throw error;
  }
}

/** Words of paths that name a kind of resource. Whatever else is in a path may be an id, a person, or the key of a meeting. */
const pathWords: ReadonlySet<string> = new Set(
  `ucwa oauth v1 v2 autodiscover autodiscoverservice.svc root user webticket oauthtoken token applications batch events me
  policies people communication onlinemeetings myonlinemeetings myassignedonlinemeeting extensions defaultvalues
  eligiblevalues custominvitation phonedialininformation onlinemeetinginvitations participantinvitations invitations
  conversations conversation onlinemeeting participants localparticipant lobby leaders attendees admit reject promote demote
  eject cancel mute unmute audio startonlinemeeting joinonlinemeeting addparticipant makemeavailable reportmyactivity
  `
    .trim()
    .split(/\s+/),
);

/** A URL for logs and hooks, in which only words of the protocol are left of the path: no ids, no names, no keys. */
export function loggable(url: URL): string {
  const segments = url.pathname.split('/').map((segment) => {
    return segment === '' || pathWords.has(segment.toLowerCase()) ? segment : '*';
  });
  return `${url.origin}${segments.join('/')}`;
}

/** A URL for messages and logs: without query, user name and fragment. */
export function printable(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function isIpLiteral(url: URL): boolean {
  return url.hostname.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(url.hostname);
}

function normalHost(host: string): string {
  return host.trim().toLowerCase().replace(/\.$/, '');
}
