import { isLoopback } from '../../shared/loopback';

/** Which addresses of meetings this deployment trusts. */
export interface UrlRules {
  /** Exact hosts of join pages, `host` or `host:port`. */
  readonly meetHosts: readonly string[];
  /** Domains, with their sub-domains, a join link may be in. */
  readonly domains: readonly string[];
  /**
   * The server, where it is on this machine, as `host:port`: plain http and literal addresses of this machine are fine then.
   * Undefined: it is elsewhere.
   */
  readonly localServer: string | undefined;
}

/**
 * Whether Confer may ask this URL which meeting it is. Only configured hosts, only https; with a server on this machine also
 * that server, and what its own join links name here, but nothing else that happens to listen on this machine.
 *
 * @param linkedHosts - hosts of join links that the server named.
 */
export function isMeetingHost(url: URL, rules: UrlRules, linkedHosts: ReadonlySet<string> = new Set()): boolean {
  if (url.username !== '' || url.password !== '') return false;
  const host = url.host.toLowerCase();
  if (rules.localServer !== undefined && isThisMachine(url)) {
    return isSamePort(host, rules.localServer) || isNamed(url, rules.meetHosts) || linkedHosts.has(host);
  }
  return url.protocol === 'https:' && rules.meetHosts.includes(host);
}

/** Whether people may be sent to a join URL that the server named. */
export function mayShowJoinUrl(joinUrl: string, rules: UrlRules): boolean {
  if (!URL.canParse(joinUrl)) return false;
  const url = new URL(joinUrl);
  if (url.username !== '' || url.password !== '') return false;
  if (isMeetingHost(url, rules)) return true;
  if (rules.localServer !== undefined && isThisMachine(url)) return true;
  if (url.protocol !== 'https:') return false;
  const host = url.hostname.toLowerCase();
  return (
    rules.localServer !== undefined || rules.domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
  );
}

function isThisMachine({ hostname, protocol }: URL): boolean {
  return isLoopback(hostname) && /^https?:$/u.test(protocol);
}

/** This machine has several names; the port is what tells its servers apart. */
function isSamePort(host: string, server: string): boolean {
  return portOf(host) === portOf(server);
}

function portOf(host: string): string {
  return /:(\d+)$/u.exec(host)?.[1] ?? '';
}

/** A configured host without a port means every port of it, as long as it is this machine. */
function isNamed({ host, hostname }: URL, meetHosts: readonly string[]): boolean {
  return meetHosts.includes(host.toLowerCase()) || meetHosts.includes(hostname.toLowerCase());
}
