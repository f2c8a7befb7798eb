import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { PackError } from './errors';

/** Where and how long a program runs. */
export interface RunSetting {
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** What `npm run` tells its children about our own package; an npm inside an npm takes it for the other project's. */
const OURS = /^(?:npm_package_|npm_lifecycle_|npm_command$|npm_config_local_prefix$|INIT_CWD$)/u;

/** The environment without what belongs to this repository. */
export function outsideEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws PackError when it ends with another code than 0, with all that it said.
 */
export async function run(program: string, args: readonly string[], { cwd, signal }: RunSetting): Promise<string> {
  const { code, output, said } = await outcomeOf(program, args, { cwd, signal });
  if (code === 0) return output;
  throw new PackError(`${[program, ...args].join(' ')} ended with code ${String(code)}:\n${said.trim()}`);
}

/** How a program ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
  /** Output and errors. */
  readonly said: string;
}

/** Runs a program to its end, however that is. */
export async function outcomeOf(
  program: string,
  args: readonly string[],
  { cwd, signal }: RunSetting,
): Promise<Outcome> {
  const options = { cwd, signal, env: outsideEnvironment(), maxBuffer: 16 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], options);
    return { code: 0, output: stdout, said: stdout + stderr };
  } catch (error) {
    signal.throwIfAborted();
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, output: stdout ?? '', said: `${stdout ?? ''}${stderr ?? ''}` };
  }
}

/** Runs npm, the one that called us if one did. */
export async function npm(args: readonly string[], setting: RunSetting): Promise<string> {
  const cli = process.env.npm_execpath;
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline'];
  if (cli?.endsWith('.js') === true) return run(process.execPath, [cli, ...quiet, ...args], setting);
  return run('npm', [...quiet, ...args], setting);
}
