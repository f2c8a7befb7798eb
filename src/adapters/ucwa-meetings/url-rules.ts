import { isLoopback } from '../../shared/loopback';

/** Which addresses of meetings this deployment trusts. */
export interface UrlRules {
  /** Exact hosts of join pages, `host` or `host:port`. */
  readonly meetHosts: readonly string[];
  /** Domains, with their sub-domains, a join link may be in. */
  readonly domains: readonly string[];
  /** The server is on this machine: plain http and literal addresses of this machine are fine. */
  readonly localServer: boolean;
}

/** Whether Confer may ask this URL which meeting it is. Only configured hosts, only https; this machine in a local setting. */
export function isMeetingHost(url: URL, rules: UrlRules): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (rules.localServer && isThisMachine(url)) return true;
  return url.protocol === 'https:' && rules.meetHosts.includes(url.host.toLowerCase());
}

/** Whether people may be sent to a join URL that the server named. */
export function mayShowJoinUrl(joinUrl: string, rules: UrlRules): boolean {
  if (!URL.canParse(joinUrl)) return false;
  const url = new URL(joinUrl);
  if (url.username !== '' || url.password !== '') return false;
  if (isMeetingHost(url, rules)) return true;
  if (url.protocol !== 'https:') return false;
  const host = url.hostname.toLowerCase();
  return rules.localServer || rules.domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

function isThisMachine({ hostname, protocol }: URL): boolean {
  return isLoopback(hostname) && /^https?:$/u.test(protocol);
}
