import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

import { BotCredentials } from './adapters/identity/bot-credentials';
import { openStorage, type Storage, type StorageSettings } from './adapters/storage/storage';
import { connectionOf, urlRulesOf } from './adapters/ucwa-meetings/connection';
import { UcwaMeetingGateway } from './adapters/ucwa-meetings/ucwa-meeting-gateway';
import { ProactiveCardRefresher } from './bot/card-refresher';
import { ConferAdapter } from './bot/confer-adapter';
import { MeetingsBot } from './bot/meetings-bot';
import { commands } from './commands';
import type { AccountConfig, Config, ServerConfig } from './config/config';
import { CONNECTOR_HOSTS, isAllowedServiceUrl } from './http/activity-gate';
import { createHttpServer } from './http/server';
import { Attendances } from './meetings/attendances';
import { MeetingService } from './meetings/meeting-service';
import { sharedMeetings } from './meetings/personal-meetings';
import type { CardRefresher } from './meetings/ports';
import { StoppingError } from './shared/abort';
import { AppError } from './shared/app-error';
import type { Logger } from './shared/logger';
import { createUcwaAccount, type UcwaAccount } from './ucwa';

/** A part of the process could not start; the message names the setting that helps. */
export class StartError extends AppError {
  readonly code = 'start.failed';
}

/** What the bot is made from: the configuration, with a server that exists. */
export interface ConferSettings extends Omit<Config, 'server' | 'account'> {
  readonly server: Exclude<ServerConfig, { kind: 'simulator' }>;
  readonly account: AccountConfig;
}

/** A bot that listens. */
export interface RunningConfer {
  /** `http://127.0.0.1:3978` */
  readonly origin: string;
  readonly port: number;
  /** Takes no new work, ends what is under way, leaves meetings, signs out, writes what is unsaved. Safe to call twice. */
  stop(): Promise<void>;
}

type HttpServer = ReturnType<typeof createHttpServer>;

/** Opens what must outlive a restart. @throws StoreUnreadableError, StoreInUseError, StoreVersionError. */
export async function openStore(settings: StorageSettings, log: Logger): Promise<Storage> {
  return openStorage(settings, log);
}

/** Builds every part of the bot and listens. The only place where adapters are made. */
export async function startConfer(
  settings: ConferSettings,
  { log, store }: { log: Logger; store: Storage },
): Promise<RunningConfer> {
  const stopping = new AbortController();
  const now = (): Date => new Date();
  const account = await openAccount(settings, { store, log });
  const gateway = new UcwaMeetingGateway({ account, urls: urlRulesOf(settings), log });
  const attendances = new Attendances({ stayMs: settings.stayMs, log });
  const meetings = new MeetingService({ gateway, store, attendances, now, log });
  const { identity } = settings;
  const appId = identity.kind === 'local' ? '' : identity.appId;
  const tenantId = identity.kind === 'local' ? '' : identity.tenantId;
  const adapter = new ConferAdapter({ credentials: new BotCredentials(identity), appId, tenantId, log });
  const rules = { localOnly: identity.kind === 'local', serviceHosts: CONNECTOR_HOSTS };
  const mayAnswer = (serviceUrl: unknown): boolean => isAllowedServiceUrl(serviceUrl, rules);
  const refresherFor = (own: MeetingService): CardRefresher =>
    new ProactiveCardRefresher({ adapter, appId, meetings: own, mayAnswer, stopping: stopping.signal });
  const people = sharedMeetings(meetings);
  const bot = new MeetingsBot({ commands, people, store, refresherFor, now, log, stopping: stopping.signal });

  const server = createHttpServer({
    receive: async (activity, authorization) =>
      adapter.receive(activity, authorization, async (context) => bot.run(context)),
    rules,
    log,
  });
  const port = await listen(server, settings);
  signInAhead(gateway, log, stopping.signal);

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    server.server.close();
    server.server.closeIdleConnections();
    stopping.abort(new StoppingError());
    // Whoever waits for an answer gets one, and what was done is remembered, before anything they need is gone.
    await Promise.all([bot.idle(), attendances.leaveAll()]);
    await account.close(AbortSignal.timeout(5000)).catch((error: unknown) => {
      log.warn('signOut.failed', { error: String(error) });
    });
    server.server.closeAllConnections();
    await store.close();
  };
  return { origin: `http://${settings.host}:${String(port)}`, port, stop: async () => (stopped ??= stop()) };
}

async function openAccount(settings: ConferSettings, deps: { store: Storage; log: Logger }): Promise<UcwaAccount> {
  const { account } = settings;
  const endpointId = (await deps.store.outcome('ucwa endpointId')) ?? randomUUID();
  await deps.store.saveOutcome('ucwa endpointId', endpointId);
  const log = deps.log.child({ part: 'ucwa' });
  return createUcwaAccount({
    ...connectionOf(settings),
    credentials: {
      kind: 'password',
      username: account.username,
      password: async () => Promise.resolve(account.password),
    },
    application: { userAgent: 'Confer/1.0', endpointId, culture: 'en-US' },
    hooks: {
      onResponse: ({ method, status, elapsedMs }) => {
        log.debug('ucwa.response', { method, status, elapsedMs });
      },
      onRetry: ({ method, attempt, delayMs, reason }) => {
        log.info('ucwa.retry', { method, attempt, delayMs, reason });
      },
      onState: ({ state, reason }) => {
        log.info('ucwa.state', { state, reason });
      },
    },
  });
}

/** The first person should not wait for what every meeting needs, and a wrong setting should show in the log at once. */
function signInAhead(gateway: UcwaMeetingGateway, log: Logger, signal: AbortSignal): void {
  Promise.all([gateway.options(signal), gateway.dialIn(signal)]).catch((error: unknown) => {
    if (!signal.aborted) log.warn('signIn.failed', { error: String(error), hint: 'run "npm run doctor"' });
  });
}

async function listen(server: HttpServer, { host, port }: ConferSettings): Promise<number> {
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (error) {
    throw new StartError(listenProblem(error, host, port), { cause: error });
  }
  return server.address().port;
}

function listenProblem(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${String(port)} is already in use: stop the program that uses it or set PORT to another port.`;
  if (code === 'EACCES') return `PORT ${String(port)} may not be used by this account; set PORT to one above 1023.`;
  return `BIND_ADDRESS ${host} and PORT ${String(port)} cannot be used (${String(code)}).`;
}
