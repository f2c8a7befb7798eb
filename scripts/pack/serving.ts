import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { PackError } from './errors';
import { outsideEnvironment, type RunSetting } from './run';

/** Starts a simulator, lets `work` use it at its root URL, and ends it whatever happens. */
export async function whileServing(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, signal }: RunSetting,
  work: (rootUrl: string) => Promise<void>,
): Promise<void> {
  const child = spawn(program, args, { cwd, signal, env: outsideEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  // Looked at below; a start that fails is told by the missing line.
  ended.catch(() => undefined);
  try {
    await work(await rootUrlOf(child));
  } finally {
    child.kill('SIGTERM');
    await ended.catch(() => undefined);
  }
}

async function rootUrlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout })) {
      const rootUrl = /^UCWA simulator: (\S+)/u.exec(line)?.[1];
      if (rootUrl !== undefined) return rootUrl;
    }
  }
  throw new PackError('The simulator did not start.');
}
