import { once } from 'node:events';

import { openStorage, type Storage, type StorageSettings } from '../adapters/storage/storage';
import type { OperationStore } from '../journal/ports';
import { StoppingError } from '../shared/abort';
import type { Logger } from '../shared/logger';
import { type Pace, usualPace } from '../shared/pace';
import { StartError } from '../shared/start-error';
import { noTracer, type Tracer } from '../shared/tracing';

import type { AccountSettings } from './accounts';
import { openBot } from './bot';
import { mayAnswerUnder, openDoor, readinessOf, rulesOf, signingKeysOf } from './door';
import { stopBot, stopInTime } from './stop';
import { openWatch, type WatchParts } from './watch';

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
  const { signal } = stopping;
  const keys = settings.identity.kind === 'local' ? undefined : signingKeysOf(settings, { now, log, stopping: signal });
  const watched = { store, log, droppedLines, checks: readinessOf(keys), stopping: signal };
  const { metrics, readiness, ...watch } = openWatch(settings, watched);
  const rules = rulesOf(settings);
  const told = { log, metrics, tracer };
  const { hearing, close, ...bot } = await openBot(settings, {
    ...{ ...told, store, journal, pace, now, mayAnswer: mayAnswerUnder(rules), stopping: signal },
  });
  const server = openDoor(settings, { ...told, hearing, keys, rules, now, readiness });
  const port = await listen(server, settings).catch(failingAfter(close));
  const metricsUrl = await watch.begin();
  bot.begin();
  tidyDaily(store, log, signal);

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    server.server.close();
    server.server.closeIdleConnections();
    stopping.abort(new StoppingError());
    await stopBot(log, { stop: bot.stop.bind(bot), close });
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

function tidyDaily(store: Storage, log: Logger, stopping: AbortSignal): void {
  const tidying = setInterval(() => void tidy(store, log, stopping), TIDY_MS).unref();
  stopping.addEventListener('abort', () => {
    clearInterval(tidying);
  });
  void tidy(store, log, stopping);
}

/** Forgets what has been over for long enough; another day will do when that fails. */
async function tidy(store: Storage, log: Logger, stopping: AbortSignal): Promise<void> {
  try {
    const { meetings, operations } = await store.tidy(new Date());
    if (meetings + operations > 0) log.info('store.tidied', { meetings, operations });
  } catch (error) {
    // The database closes under it when the process stops: the next start does it.
    if (!stopping.aborted) log.warn('store.notTidied', { error: String(error) });
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
