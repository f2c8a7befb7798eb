import { once } from 'node:events';

import { BotCredentials } from './adapters/identity/bot-credentials';
import { openStorage, type Storage, type StorageSettings } from './adapters/storage/storage';
import { MeetingsBot } from './bot/meetings-bot';
import { ReminderSweeper } from './bot/reminder-sweeper';
import { reminderTeller } from './bot/reminder-teller';
import { SeenPeople } from './bot/seen-people';
import { SignInTurns } from './bot/sign-in-turns';
import { commands } from './commands';
import { type AccountSettings, openAccounts } from './compose-accounts';
import { mayAnswerUnder, openDoor, readinessOf, rulesOf, signingKeysOf } from './compose-door';
import { openHearing } from './compose-limits';
import { openOutgoing } from './compose-posts';
import { openSignIn } from './compose-sign-in';
import { stopAll, stopInTime } from './compose-stop';
import { startSweeper } from './compose-sweeps';
import { openWatch, type WatchParts } from './compose-watch';
import type { OperationStore } from './journal/ports';
import { StoppingError } from './shared/abort';
import type { Logger } from './shared/logger';
import { type Pace, usualPace } from './shared/pace';
import { StartError } from './shared/start-error';
import { noTracer, type Tracer } from './shared/tracing';

/** What the bot is made from. */
export type ConferSettings = AccountSettings;

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
  const journalKey = await store.secret('confer journalKey');
  const { reminders } = store;
  const shared = { store, reminders, now, log, metrics, tracer, pace, stopping: stopping.signal };
  const { people, begin, close } = await openAccounts(settings, { ...shared, singleSignOn: signIn });
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
  const port = await listen(server, settings).catch(failingAfter(close));
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

/** What was taken is given back before a failure is told. */
function failingAfter(giveBack: () => Promise<void>): (error: unknown) => Promise<never> {
  return async (error) => {
    await giveBack();
    throw error;
  };
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
