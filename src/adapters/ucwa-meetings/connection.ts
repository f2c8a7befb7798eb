import { isLoopback } from '../../shared/loopback';
import type { UcwaConnectionOptions, UcwaServer } from '../../ucwa';

import type { UrlRules } from './url-rules';

/** The settings that decide which server is talked to, and whom else it may point to. */
export interface UcwaSettings {
  readonly server:
    | { readonly kind: 'root'; readonly rootUrl: string; readonly sipDomain: string | undefined }
    | { readonly kind: 'domain'; readonly sipDomain: string };
  readonly allowedDomains: readonly string[];
  /** Addresses and ranges that names of servers may have although they lead to this machine. */
  readonly allowedAddresses: readonly string[];
  readonly meetHosts: readonly string[];
  readonly requestTimeoutMs: number;
  /** PEM text of a private certificate authority. */
  readonly caCertificate: string | undefined;
}

/** How the UCWA client reaches the configured server. */
export function connectionOf(settings: UcwaSettings): UcwaConnectionOptions {
  const { allowedDomains, allowedAddresses, requestTimeoutMs, caCertificate } = settings;
  return {
    server: serverOf(settings),
    trust: { allowedDomains, allowedAddresses },
    timeouts: { requestMs: requestTimeoutMs },
    ...(caCertificate === undefined ? {} : { tls: { ca: caCertificate } }),
  };
}

/** Join links are trusted in the company's own domains; `meet.<domain>` is where Skype for Business puts them. */
export function urlRulesOf({ server, allowedDomains, meetHosts }: UcwaSettings): UrlRules {
  const own = server.sipDomain === undefined ? [] : [server.sipDomain];
  const root = server.kind === 'root' ? new URL(server.rootUrl) : undefined;
  return {
    meetHosts: meetHosts.length > 0 ? meetHosts : own.map((domain) => `meet.${domain}`),
    domains: [...own, ...allowedDomains, ...meetHosts, ...(root === undefined ? [] : [root.hostname])],
    localServer: root !== undefined && isLoopback(root.hostname) ? root.host : undefined,
  };
}

function serverOf({ server }: UcwaSettings): UcwaServer {
  if (server.kind === 'domain') return { kind: 'domain', sipDomain: server.sipDomain };
  const { rootUrl, sipDomain } = server;
  return { kind: 'root', rootUrl, ...(sipDomain === undefined ? {} : { sipDomain }) };
}
