import { randomUUID } from 'node:crypto';

import { connectionOf, type UcwaSettings, urlRulesOf } from '../adapters/ucwa-meetings/connection';
import type { AccountConfig, Config } from '../config/config';
import {
  createUcwaAccount,
  type UcwaAccount,
  UcwaAuthenticationError,
  type UcwaConnectionOptions,
  type UcwaCredentials,
} from '../ucwa';

import type { MeetHosts } from './account-checks';
import { type Finding, ok, warning } from './finding';

/** The server to examine, and how to get there. */
export interface Target {
  readonly connection: UcwaConnectionOptions;
  readonly account: UcwaAccount;
  /** The ways to sign in that the settings give, in order of preference. */
  readonly credentials: readonly UcwaCredentials[];
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
  const settings = { ...config, server };
  const connection = connectionOf(settings);
  const credentials = [...modernWay(config), ...passwordWay(demo?.demoAccount ?? config.account)];
  const account = createUcwaAccount({
    ...connection,
    credentials,
    // An endpoint of its own: the application of a Confer that runs meanwhile stays untouched.
    application: { userAgent: 'Confer-doctor/1.0', endpointId: randomUUID(), culture: 'en-US' },
  });
  return { connection, account, credentials, meet: meetHostsOf(settings), finding: describe(config, server) };
}

/** Only people themselves can sign in so, in Teams: the doctor looks whether the server offers it. */
function modernWay({ signIn }: Config): readonly UcwaCredentials[] {
  const token = async (): Promise<never> =>
    Promise.reject(new UcwaAuthenticationError('token-refused', 'Nobody is here to sign in'));
  return signIn.kind === 'modern' ? [{ kind: 'modern', token }] : [];
}

function passwordWay(account: AccountConfig | undefined): readonly UcwaCredentials[] {
  if (account === undefined) return [];
  const { username, password } = account;
  return [{ kind: 'password', username, password: async () => Promise.resolve(password) }];
}

type Server = UcwaSettings['server'];

function configuredServer({ server }: Config): Server {
  return server.kind === 'simulator' ? { kind: 'domain', sipDomain: '' } : server;
}

function demoServer({ rootUrl, sipDomain }: DemoServer): Server {
  return { kind: 'root', rootUrl, sipDomain };
}

function meetHostsOf(settings: UcwaSettings): MeetHosts {
  const { meetHosts, localServer } = urlRulesOf(settings);
  return { hosts: meetHosts, localServer: localServer !== undefined };
}

function describe(config: Config, server: Server): Finding {
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
