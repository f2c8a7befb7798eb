import { randomUUID } from 'node:crypto';

import { type AccountConfig, type Config, isLoopback } from '../config/config';
import { createUcwaAccount, type UcwaAccount, type UcwaConnectionOptions, type UcwaServer } from '../ucwa';

import type { MeetHosts } from './account-checks';
import { type Finding, ok, warning } from './finding';

/** The server to examine, and how to get there. */
export interface Target {
  readonly connection: UcwaConnectionOptions;
  readonly account: UcwaAccount;
  readonly meet: MeetHosts;
  readonly finding: Finding;
}

/** A simulator that was started to be examined. */
export interface DemoServer {
  readonly rootUrl: string;
  readonly sipDomain: string;
  readonly demoAccount: AccountConfig;
  stop(): Promise<void>;
}

/** The target that the settings name. @param demo - in place of a server, when none is configured. */
export function targetOf(config: Config, demo: DemoServer | undefined): Target {
  const server = demo === undefined ? configuredServer(config) : demoServer(demo);
  const connection: UcwaConnectionOptions = {
    server,
    trust: { allowedDomains: config.allowedDomains },
    timeouts: { requestMs: config.requestTimeoutMs },
    ...(config.caCertificate === undefined ? {} : { tls: { ca: config.caCertificate } }),
  };
  const { username, password } = demo?.demoAccount ?? config.account ?? { username: '', password: '' };
  const account = createUcwaAccount({
    ...connection,
    credentials: { username, password: async () => Promise.resolve(password) },
    // An endpoint of its own: the application of a Confer that runs meanwhile stays untouched.
    application: { userAgent: 'Confer-doctor/1.0', endpointId: randomUUID(), culture: 'en-US' },
  });
  return { connection, account, meet: meetHostsOf(config, server), finding: describe(config, server) };
}

function configuredServer({ server }: Config): UcwaServer {
  if (server.kind !== 'root') return { kind: 'domain', sipDomain: server.kind === 'domain' ? server.sipDomain : '' };
  const { rootUrl, sipDomain } = server;
  return { kind: 'root', rootUrl, ...(sipDomain === undefined ? {} : { sipDomain }) };
}

function demoServer({ rootUrl, sipDomain }: DemoServer): UcwaServer {
  return { kind: 'root', rootUrl, sipDomain };
}

/** Without UCWA_MEET_HOSTS links are expected where Skype for Business puts them by itself. */
function meetHostsOf({ meetHosts }: Config, server: UcwaServer): MeetHosts {
  const usual = server.sipDomain === undefined ? [] : [`meet.${server.sipDomain}`];
  const localServer = server.kind === 'root' && isLoopback(new URL(server.rootUrl).hostname);
  return { hosts: meetHosts.length > 0 ? meetHosts : usual, localServer };
}

function describe(config: Config, server: UcwaServer): Finding {
  if (config.server.kind === 'simulator') {
    if (config.identity.kind === 'local') {
      return ok('none configured: npm start uses the built-in simulator; one was started here to check it');
    }
    return warning(
      'none configured: Confer would serve Teams from the built-in simulator',
      'Set UCWA_SIP_DOMAIN or UCWA_ROOT_URL, UCWA_USERNAME and UCWA_PASSWORD_FILE.',
    );
  }
  if (server.kind === 'root') return ok(new URL(server.rootUrl).origin);
  return ok(`to be found from the SIP domain ${server.sipDomain}`);
}
