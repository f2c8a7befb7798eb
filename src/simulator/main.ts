import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { SimulatorStartError, SimulatorStateError } from './errors';
import type { SimulatorOptions } from './options';
import { startSimulator } from './simulator';

const DEFAULT_PORT = 4010;

const usage = `Usage: npm run simulator -- [options]

Serves a simulated Skype for Business pool (UCWA 2.0) with a small company in it.

  --second-pool          a second pool on another port, home of some people
  --cert FILE --key FILE PEM files; both given: HTTPS instead of HTTP
  --http-discovery       with HTTPS: a plain HTTP port beside it that redirects
  --state FILE           keep scheduled meetings in this file
  --time-scale NUMBER    factor on held requests and other waits; 1 is real time
  --quiet                do not print a line per request
  --help                 this text

Environment: SIMULATOR_PORT (default ${String(DEFAULT_PORT)}, 0 takes a free port), SIMULATOR_HOST (default 127.0.0.1)
`;

/** A command line or environment that cannot be followed; the message is the one sentence to print. */
class UsageError extends Error {}

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = readArguments();
  if (given.help === true) {
    console.log(usage);
    return;
  }
  const simulator = await startSimulator(await optionsFrom(given));
  const people = simulator.company.people
    .map(({ uri, password }) => `${uri.replace('sip:', '')} ${password}`)
    .join(', ');
  const plain = simulator.httpOrigin === undefined ? '' : `, plain HTTP ${simulator.httpOrigin}/`;
  console.log(
    `UCWA simulator: ${simulator.rootUrl} (status page ${simulator.origin}/_sim/${plain}). People: ${people}.`,
  );
  const stop = (): void => {
    void simulator.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  onceAlone(stop);
}

/** Read first of all: a shell that ends early must not pass for the one that was never there. */
const startedBy = process.ppid;

/** npm runs us in a shell, and a shell that is told to end does not tell us: without it nobody could stop us any more. */
function onceAlone(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

type Arguments = ReturnType<typeof readArguments>;

function readArguments(): Partial<Record<'second-pool' | 'http-discovery' | 'quiet' | 'help', boolean>> &
  Partial<Record<'cert' | 'key' | 'state' | 'time-scale', string>> {
  try {
    return parseArgs({
      options: {
        'second-pool': { type: 'boolean' },
        'http-discovery': { type: 'boolean' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        cert: { type: 'string' },
        key: { type: 'string' },
        state: { type: 'string' },
        'time-scale': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} Try --help.`);
  }
}

async function optionsFrom(given: Arguments): Promise<SimulatorOptions> {
  const { cert, key, state } = given;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together.');
  const tls = cert === undefined || key === undefined ? {} : { tls: { cert: await pem(cert), key: await pem(key) } };
  return {
    host: process.env.SIMULATOR_HOST ?? '127.0.0.1',
    port: port(process.env.SIMULATOR_PORT),
    secondPool: given['second-pool'] ?? false,
    httpDiscovery: given['http-discovery'] ?? false,
    timeScale: scale(given['time-scale']),
    ...tls,
    ...(state !== undefined && { stateFile: state }),
    ...(given.quiet !== true && { log: print }),
  };
}

function port(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (value <= 65_535) return value;
  throw new UsageError(`SIMULATOR_PORT must be a whole number from 0 to 65535, got "${text}".`);
}

function scale(text: string | undefined): number {
  const value = text === undefined ? 1 : Number(text);
  if (value > 0) return value;
  throw new UsageError(`--time-scale must be a number above 0, got "${text ?? ''}".`);
}

async function pem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}

function print({ method, path, status, ms }: { method: string; path: string; status: number; ms: number }): void {
  console.log(`${String(status)} ${method} ${path} ${String(ms)} ms`);
}

main().catch((error: unknown) => {
  const expected = [SimulatorStartError, SimulatorStateError, UsageError].some((kind) => error instanceof kind);
  console.error(expected && error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
