import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';

import { BotCredentials } from './adapters/identity/bot-credentials';
import { OnBehalfOf } from './adapters/identity/on-behalf-of';
import { PersonTokens, type SingleSignOn } from './adapters/identity/person-tokens';
import { openStorage, type Storage, type StorageSettings } from './adapters/storage/storage';
import { connectionOf, urlRulesOf } from './adapters/ucwa-meetings/connection';
import { UcwaObserver } from './adapters/ucwa-meetings/observe';
import { UcwaMeetingGateway } from './adapters/ucwa-meetings/ucwa-meeting-gateway';
import { MeetingsBot } from './bot/meetings-bot';
import { ReminderSweeper } from './bot/reminder-sweeper';
import { reminderTeller } from './bot/reminder-teller';
import { SeenPeople } from './bot/seen-people';
import { SignInTurns } from './bot/sign-in-turns';
import { commands } from './commands';
import { mayAnswerUnder, openDoor, readinessOf, rulesOf, signingKeysOf } from './compose-door';
import { openHearing } from './compose-limits';
import { openOutgoing } from './compose-posts';
import { openSignIn } from './compose-sign-in';
import { stopAll, stopInTime } from './compose-stop';
import { startSweeper } from './compose-sweeps';
import { openWatch, type WatchParts } from './compose-watch';
import type { AccountConfig, Config, ServerConfig } from './config/config';
import type { OperationStore } from './journal/ports';
import { AccountStore } from './meetings/account-store';
import { Attendances } from './meetings/attendances';
import { MeetingProblem } from './meetings/errors';
import { MeetingService } from './meetings/meeting-service';
import { type MeetingsOfPeople, PersonalMeetings, sharedMeetings } from './meetings/personal-meetings';
import type { MeetingStore } from './meetings/ports';
import type { ReminderStore } from './meetings/reminder-store';
import { StoppingError } from './shared/abort';
import type { Logger } from './shared/logger';
import { type Metrics, noMetrics } from './shared/metrics';
import { type Pace, usualPace } from './shared/pace';
import { StartError } from './shared/start-error';
import { noTracer, type Tracer } from './shared/tracing';
import { createUcwaAccount, type PasswordCredentials, type UcwaAccount, type UcwaCredentials } from './ucwa';

/** What the bot is made from: the configuration, with a server that exists. */
export interface ConferSettings extends Omit<Config, 'server' | 'account'> {
  readonly server: Exclude<ServerConfig, { kind: 'simulator' }>;
  readonly account: AccountConfig | undefined;
}

/** A bot that listens. */
export interface RunningConfer {
  /** `http://127.0.0.1:3978` */
  readonly origin: string;
  readonly port: number;
  /** Where metrics are; undefined without METRICS_PORT. */
  readonly metricsUrl: string | undefined;
  /** Takes no new work, ends what is under way, leaves meetings, signs out, writes what is unsaved. Safe to call twice. */
  stop(): Promise<void>;
}

/** Once a day what is over for long enough is forgotten. */
const TIDY_MS = 24 * 60 * 60 * 1000;

type HttpServer = ReturnType<typeof openDoor>;

/** Opens what must outlive a restart. @throws StoreUnreadableError, StoreInUseError, StoreVersionError. */
export async function openStore(settings: StorageSettings, log: Logger): Promise<Storage> {
  return openStorage(settings, log);
}

/** What the bot works with. */
export interface ConferParts extends Pick<WatchParts, 'log' | 'store' | 'droppedLines'> {
  /** In place of the store's own. */
  readonly journal?: OperationStore;
  readonly pace?: Pace;
  readonly tracer?: Tracer;
}

/** Builds every part of the bot and listens. The only place where adapters are made. */
export async function startConfer(
  settings: ConferSettings,
  { log, store, droppedLines, journal = store.journal, pace = usualPace, tracer = noTracer }: ConferParts,
): Promise<RunningConfer> {
  const stopping = new AbortController();
  const now = (): Date => new Date();
  const { identity, cloud, signIn: way } = settings;
  const { appId, tenantId } = identity.kind === 'local' ? { appId: '', tenantId: '' } : identity;
  const credentials = credentialsOf(settings, log);
  const keys = identity.kind === 'local' ? undefined : signingKeysOf(settings, { now, log, stopping: stopping.signal });
  const watched = { store, log, droppedLines, checks: readinessOf(keys), stopping: stopping.signal };
  const { metrics, readiness, ...watch } = openWatch(settings, watched);
  const rules = rulesOf(settings);
  const mayAnswer = mayAnswerUnder(rules);
  const bound = { credentials, appId, connector: cloud.tokenIssuer, mayAnswer };
  const { adapter, ...outgoing } = openOutgoing({ ...bound, store, log, metrics, stopping: stopping.signal });
  const readers = new SeenPeople({ store: store.seenPeople });
  const signIn = openSignIn(way, { adapter, store, people: readers, tenantId, log, stopping: stopping.signal });
  const endpointId = await endpointIdIn(store);
  const journalKey = await store.secret('confer journalKey');
  const { reminders } = store;
  const parts = { store, reminders, now, log, metrics, tracer, endpointId, pace, stopping: stopping.signal };
  const { people, begin, close } =
    signIn === undefined ? openShared(settings, parts) : openPersonal(settings, { ...parts, singleSignOn: signIn });
  const speakAt = adapter.speakAt.bind(adapter);
  const posts = outgoing.posts(people, pace);
  const reminding = new ReminderSweeper({ reminders, journal, key: journalKey, log, metrics });
  const bot = new MeetingsBot({
    ...{ commands, people, store, posts, now, log, metrics, tracer, speakAt, stopping: stopping.signal },
    askForMember: adapter.memberAround.bind(adapter),
    ...{ pace, readers, journal, journalKey },
    signIn: signIn === undefined ? undefined : new SignInTurns(signIn, speakAt),
    tell: reminderTeller({ mayAnswer }),
  });

  const hearing = openHearing(settings, { adapter, bot, store, key: journalKey, log, metrics });
  const server = openDoor(settings, {
    hearing,
    seen: outgoing.seen,
    keys,
    rules,
    now,
    readiness,
    log,
    metrics,
    tracer,
  });
  const port = await listen(server, settings);
  const metricsUrl = await watch.begin();
  bot.start();
  const sweeper = startSweeper({ store: store.sweeps, pace, log, stopping: stopping.signal }, people);
  begin();
  reminding.start();
  tidyDaily(store, log, stopping.signal);

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    server.server.close();
    server.server.closeIdleConnections();
    stopping.abort(new StoppingError());
    // Whoever waits for an answer gets one, and what was done is remembered, before anything they need is gone.
    await stopInTime(log, 'bot', stopAll([reminding.stop().then(async () => bot.stop()), sweeper.stopped()]));
    await stopInTime(log, 'ucwa', close());
    server.server.closeAllConnections();
    watch.stop();
    await stopInTime(log, 'store', store.close());
  };
  return {
    origin: `http://${settings.host}:${String(port)}`,
    port,
    metricsUrl,
    stop: async () => (stopped ??= stop()),
  };
}

/** What the bot proves itself with, its first token on its way already. */
function credentialsOf({ identity, cloud }: ConferSettings, log: Logger): BotCredentials {
  const credentials = new BotCredentials({ identity, authorityHost: cloud.authorityHost, log });
  credentials.warm(cloud.tokenIssuer);
  return credentials;
}

function tidyDaily(store: Storage, log: Logger, stopping: AbortSignal): void {
  const tidying = setInterval(() => void tidy(store, log), TIDY_MS).unref();
  stopping.addEventListener('abort', () => {
    clearInterval(tidying);
  });
  void tidy(store, log);
}

/** Forgets what has been over for long enough; another day will do when that fails. */
async function tidy(store: Storage, log: Logger): Promise<void> {
  try {
    const { meetings, operations } = await store.tidy(new Date());
    if (meetings + operations > 0) log.info('store.tidied', { meetings, operations });
  } catch (error) {
    log.warn('store.notTidied', { error: String(error) });
  }
}

/** Everything that accounts on the server are made from. */
export interface AccountParts {
  readonly store: MeetingStore;
  readonly reminders: ReminderStore;
  readonly now: () => Date;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly tracer?: Tracer | undefined;
  /** Of this installation. */
  readonly endpointId: string;
  readonly pace?: Pace;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** The accounts on the server, and how they end. */
export interface Accounts {
  readonly people: MeetingsOfPeople;
  /** Called when the bot listens. */
  readonly begin: () => void;
  /** Leaves every meeting and signs out. */
  readonly close: () => Promise<void>;
}

/** One service account acts for everybody. @throws StartError when the settings name none. */
function openShared(settings: ConferSettings, parts: AccountParts): Accounts {
  const { store, reminders, now, log, endpointId, pace = usualPace, stopping } = parts;
  const credentials = passwordOf(settings.account);
  if (credentials.length === 0) throw new StartError('UCWA_USERNAME must be set: the account Confer works with');
  const account = openAccount(settings, { credentials, endpointId, observer: observerOf(parts) });
  const gateway = new UcwaMeetingGateway({ account, urls: urlRulesOf(settings), log });
  const attendances = new Attendances({ stayMs: settings.stayMs, log });
  const own = new AccountStore(store, undefined);
  const { administrators, identity } = settings;
  const ownership = { administrators, directoryOnly: identity.kind !== 'local' };
  return {
    people: sharedMeetings(
      new MeetingService({ gateway, store: own, reminders, attendances, now, log, ownership, pace }),
    ),
    begin: () => {
      signInAhead(gateway, log, stopping);
    },
    close: async () => {
      await attendances.leaveAll();
      await account.close(AbortSignal.timeout(5000)).catch((error: unknown) => {
        log.warn('signOut.failed', { error: String(error) });
      });
    },
  };
}

/**
 * Everybody acts as themself.
 *
 * @param parts - `authorityCa`: PEM of a private certificate authority in front of the authority.
 * @throws StartError without an identity of the bot.
 */
export function openPersonal(
  settings: ConferSettings,
  parts: AccountParts & { readonly singleSignOn: SingleSignOn; readonly authorityCa?: string },
): Accounts {
  const { identity, signIn } = settings;
  if (identity.kind === 'local' || signIn.kind !== 'modern') {
    throw new StartError('MICROSOFT_APP_ID must be set: people sign in through Teams');
  }
  const { store, reminders, now, log, endpointId, pace = usualPace, singleSignOn, authorityCa } = parts;
  const { clientId } = signIn;
  const ca = authorityCa === undefined ? {} : { ca: authorityCa };
  const onBehalfOf = new OnBehalfOf({ identity, clientId, authorityHost: settings.cloud.authorityHost, now, ...ca });
  const urls = urlRulesOf(settings);
  const observer = observerOf(parts);
  const people = new PersonalMeetings({
    ...{ store, reminders, now, log, pace, stayMs: settings.stayMs },
    open: ({ id: personId }) => {
      if (!OBJECT_ID.test(personId)) throw new MeetingProblem('signIn.unknownPerson');
      const tokens = new PersonTokens({ personId, singleSignOn, onBehalfOf });
      const modern = { kind: 'modern', token: tokens.tokenFor.bind(tokens) } as const;
      const credentials = [modern, ...passwordOf(settings.account)];
      const account = openAccount(settings, { credentials, endpointId: endpointOf(endpointId, personId), observer });
      return { gateway: new UcwaMeetingGateway({ account, urls, log }), close: account.close.bind(account) };
    },
  });
  return { people, begin: () => undefined, close: people.closeAll.bind(people) };
}

/** Ids of people in the directory; outside Teams a person has none. */
const OBJECT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

function passwordOf(account: AccountConfig | undefined): readonly PasswordCredentials[] {
  if (account === undefined) return [];
  const { username, password } = account;
  return [{ kind: 'password', username, password: async () => Promise.resolve(password) }];
}

/** The first process of an installation chooses it for all. */
async function endpointIdIn(store: Storage): Promise<string> {
  return store.outcomeOnce('ucwa endpointId', randomUUID());
}

/** The endpoint of a person at this installation: the same after every start, and nobody else's. */
function endpointOf(installation: string, personId: string): string {
  const digest = createHmac('sha256', installation).update(personId.toLowerCase()).digest('hex');
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

/** One for all accounts of the process. */
function observerOf({ log, metrics = noMetrics, tracer }: AccountParts): UcwaObserver {
  return new UcwaObserver({ log, metrics, tracer, now: () => performance.now() });
}

function openAccount(
  settings: ConferSettings,
  deps: { credentials: readonly UcwaCredentials[]; endpointId: string; observer: UcwaObserver },
): UcwaAccount {
  return createUcwaAccount({
    ...connectionOf(settings),
    format: settings.wireFormat,
    credentials: deps.credentials,
    application: { userAgent: 'Confer/1.0', endpointId: deps.endpointId, culture: 'en-US' },
    hooks: deps.observer.hooks(),
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
