import path from 'node:path';

import { commands, summaries } from './commands';
import { openStore, type RunningConfer, startConfer } from './compose';
import { openTracer } from './compose/tracing';
import { type Config, ConfigError, loadConfig } from './config/config';
import { loadEnvFile } from './config/env-file';
import { ProcessEnd } from './process-end';
import { AppError } from './shared/app-error';
import { createJsonLogger } from './shared/json-logger';
import { openLogOutput } from './shared/log-output';
import type { Logger } from './shared/logger';
import { StartError } from './shared/start-error';

/** Something that was started and has to be stopped. */
interface Part {
  stop(): Promise<void>;
}

/** Parts, each above those it needs; stopped from the top. */
const running: Part[] = [];

const output = openLogOutput();

const end = new ProcessEnd({
  stop: stopAll,
  flush: output.flush,
  exit: (code) => process.exit(code),
  complain: console.error,
  now: () => performance.now(),
});

async function start(): Promise<void> {
  loadEnvFile();
  const config = loadConfig(process.env);
  const logTo = { level: config.logLevel, now: () => new Date(), write: output.write };
  const store = await openStore(config, createJsonLogger(logTo));
  // All processes on one store hide the same id behind the same digest.
  const log = createJsonLogger({ ...logTo, idKey: await store.secret('confer logKey') });
  end.log = log;
  const { server, account } = await serverOf(config, log);
  const tracer = await openTracer(config, log);
  // Below the bot, whose end is traced, too.
  if (tracer !== undefined) running.push(tracer);
  const parts = { log, store, droppedLines: () => output.dropped, ...(tracer === undefined ? {} : { tracer }) };
  const confer = await startConfer({ ...config, server, account }, parts);
  running.push(confer);
  const page = await startPage(config, confer, log);
  log.info('started', {
    bot: confer.origin,
    metrics: confer.metricsUrl,
    server: server.kind === 'root' ? server.rootUrl : server.sipDomain,
    page,
  });
  announce(config, confer, page);
}

/** The configured server, or the simulator when there is none. */
async function serverOf(
  config: Config,
  log: Logger,
): Promise<Pick<Parameters<typeof startConfer>[0], 'server' | 'account'>> {
  if (config.server.kind !== 'simulator') {
    return { server: config.server, account: config.account };
  }
  const { startSimulator } = await import('./simulator/index.js');
  const simulator = await startSimulator({
    port: config.simulatorPort,
    stateFile: path.join(config.dataDir, 'simulator.json'),
    log: ({ method, status, ms }) => {
      log.debug('simulator.request', { method, status, ms });
    },
  }).catch((error: unknown) => {
    throw partError('SIMULATOR_PORT', error);
  });
  running.push(simulator);
  const { rootUrl, sipDomain, demoAccount } = simulator;
  return { server: { kind: 'root', rootUrl, sipDomain }, account: demoAccount };
}

/** The local Teams, where it is wanted. @returns the address of its page. */
async function startPage(config: Config, confer: RunningConfer, log: Logger): Promise<string | undefined> {
  if (config.localTeamsPort === undefined) return undefined;
  const { startLocalTeams } = await import('./local-teams/index.js');
  const localTeams = await startLocalTeams({
    port: config.localTeamsPort,
    botEndpoint: `${confer.origin}/api/messages`,
    commands: summaries('en')
      .filter(({ name }) => commands.find((command) => command.name === name)?.menus.includes('personal') ?? false)
      .map(({ name, description }) => ({ title: name, description })),
    stateFile: path.join(config.dataDir, 'local-teams.json'),
    log: ({ method, status, ms }) => {
      log.debug('localTeams.request', { method, status, ms });
    },
  }).catch((error: unknown) => {
    throw partError('LOCAL_TEAMS_PORT', error);
  });
  // Below the bot, which still has answers to post while it stops.
  running.splice(-1, 0, localTeams);
  return localTeams.url;
}

function announce(config: Config, confer: RunningConfer, page: string | undefined): void {
  if (config.identity.kind === 'local') {
    say('Local mode: no MICROSOFT_APP_ID is set, so Confer talks to programs on this machine only.');
  }
  if (page !== undefined) {
    say(`Confer is ready. Open ${page} in your browser and type: start Budget review`);
    return;
  }
  say(`Confer is ready. It takes activities at ${confer.origin}/api/messages`);
}

/** Between the lines of the log, in their order. */
function say(sentence: string): void {
  output.write(`${sentence}\n`);
}

function partError(setting: string, error: unknown): StartError {
  const message = error instanceof Error ? error.message : String(error);
  return new StartError(message.includes(setting) ? message : `${setting}: ${message}`, { cause: error });
}

/** From the top; what was not stopped yet. */
async function stopAll(): Promise<void> {
  for (const part of running.splice(0).reverse()) await part.stop();
}

/** npm runs us in a shell, and a shell that is told to end does not tell us: without it nobody could stop us any more. */
function stopWithShell(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watching);
    end.begin();
  }, 500).unref();
}

stopWithShell();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    end.asked();
  });
}
for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(kind, (error: unknown) => {
    end.fault(kind, error);
  });
}

start().catch(async (error: unknown) => {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) console.error(`Confer cannot start: ${problem}.`);
  } else if (error instanceof AppError) console.error(`Confer cannot start: ${error.message}`);
  else console.error(error);
  await stopAll();
  await output.flush();
  process.exit(1);
});
