import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { SimulatorScenarioError, SimulatorUsageError } from './errors';
import type { SimulatorOptions } from './options';
import { readScenario, type Scenario } from './scenario/scenario';

const DEFAULT_PORT = 4010;

/** What the program is called with; npm tells how the person wrote it. */
export function usage(invocation: string): string {
  return `Usage: ${invocation}[options]

Serves a simulated Skype for Business pool (UCWA 2.0) with a small company in it. A browser shows at its address what
it holds and what it was asked.

What is served
  --scenario FILE        people, meetings, policies, switches and faults from a JSON file; default: the built-in Contoso
  --print-scenario       print the scenario, ready to be changed, and end
  --print-schema         print the JSON Schema of scenario files and end
  --state FILE           keep scheduled meetings in this file; default: they are gone at the end

Where it listens
  --port NUMBER          default ${String(DEFAULT_PORT)}; 0 takes a free one
  --host ADDRESS         default 127.0.0.1, this machine only
  --second-pool          a second pool on another free port, home of some people; default: as the scenario says
  --cert FILE --key FILE PEM files; both given: HTTPS instead of HTTP
  --http-discovery       with HTTPS: a plain HTTP port beside it that redirects

How it behaves
  --time-scale NUMBER    factor on held requests and other waits; default 1, real time
  --quiet                do not print a line per request
  --help, -h             this text

Environment: SIMULATOR_PORT and SIMULATOR_HOST, where --port and --host are not given.

Examples
  ${invocation}--port 0 --quiet
  ${invocation.replace('npm run', 'npm run --silent')}--print-scenario > office.json
  ${invocation}--scenario office.json --time-scale 0.1
`;
}

/** The command line, taken apart. */
export interface Arguments {
  readonly action: 'serve' | 'help' | 'print-scenario' | 'print-schema';
  readonly values: Readonly<Partial<Record<Text, string>>>;
  readonly flags: Readonly<Partial<Record<Flag, boolean>>>;
}

type Text = (typeof texts)[number];
type Flag = (typeof flags)[number];

const texts = ['scenario', 'state', 'port', 'host', 'cert', 'key', 'time-scale'] as const;
const flags = ['second-pool', 'http-discovery', 'quiet', 'help', 'print-scenario', 'print-schema'] as const;

/**
 * Takes the command line apart.
 *
 * @throws SimulatorUsageError for an option that is not known or lacks its value.
 */
export function readArguments(args: readonly string[]): Arguments {
  const values = parsed(args);
  const named = <N extends string, T>(names: readonly N[], of: (value: unknown) => value is T): Partial<Record<N, T>> =>
    Object.fromEntries(names.flatMap((name) => (of(values[name]) ? [[name, values[name]]] : []))) as Partial<
      Record<N, T>
    >;
  const given = named(flags, (value): value is boolean => typeof value === 'boolean');
  const action = (['help', 'print-schema', 'print-scenario'] as const).find((name) => given[name] === true);
  return {
    action: action ?? 'serve',
    values: named(texts, (value): value is string => typeof value === 'string'),
    flags: given,
  };
}

function parsed(args: readonly string[]): Readonly<Record<string, unknown>> {
  const options = {
    ...Object.fromEntries(texts.map((name) => [name, { type: 'string' } as const])),
    ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' } as const])),
    help: { type: 'boolean', short: 'h' } as const,
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new SimulatorUsageError(`${error instanceof Error ? error.message : String(error)} Try --help.`);
  }
}

/**
 * What to start, from command line and environment.
 *
 * @throws SimulatorUsageError; SimulatorScenarioError with the name of the file.
 */
export async function optionsFrom(
  { values, flags: given }: Arguments,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SimulatorOptions> {
  const { cert, key, state, scenario } = values;
  if ((cert === undefined) !== (key === undefined)) throw new SimulatorUsageError('--cert and --key go together.');
  const tls = cert === undefined || key === undefined ? {} : { tls: { cert: await read(cert), key: await read(key) } };
  return {
    host: values.host ?? env.SIMULATOR_HOST ?? '127.0.0.1',
    port: values.port === undefined ? port('SIMULATOR_PORT', env.SIMULATOR_PORT) : port('--port', values.port),
    ...(given['second-pool'] === true && { secondPool: true }),
    httpDiscovery: given['http-discovery'] ?? false,
    timeScale: scale(values['time-scale']),
    ...tls,
    ...(state !== undefined && { stateFile: state }),
    ...(scenario !== undefined && { scenario: await scenarioIn(scenario) }),
  };
}

/**
 * Reads a scenario file.
 *
 * @throws SimulatorUsageError when it cannot be read or is no JSON; SimulatorScenarioError with the name of the file.
 */
export async function scenarioIn(path: string): Promise<Scenario> {
  const content = parse(path, await read(path));
  try {
    return readScenario(content);
  } catch (error) {
    if (!(error instanceof SimulatorScenarioError)) throw error;
    throw new SimulatorScenarioError(error.problems, path);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SimulatorUsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function port(name: string, text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (value <= 65_535) return value;
  throw new SimulatorUsageError(`${name} must be a whole number from 0 to 65535, got "${text}".`);
}

function scale(text: string | undefined): number {
  const value = text === undefined ? 1 : Number(text);
  if (value > 0) return value;
  throw new SimulatorUsageError(`--time-scale must be a number above 0, got "${text ?? ''}".`);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new SimulatorUsageError(`${path} cannot be read.`);
  }
}
