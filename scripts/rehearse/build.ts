import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Stage } from './dockerfile';
import { RehearsalError } from './errors';

const run = promisify(execFile);

/** Copies what `.dockerignore` lets into the context: everything is out, and lines with `!` are in again. */
export async function copyContext(root: string, context: string): Promise<void> {
  const lines = (await readFile(path.join(root, '.dockerignore'), 'utf8')).split('\n').map((line) => line.trim());
  const [first, ...others] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*' || others.some((line) => !/^![\w./-]+$/u.test(line))) {
    throw new RehearsalError('.dockerignore must keep everything out, and let in what it names');
  }
  for (const name of others.map((line) => line.slice(1))) {
    await cp(path.join(root, name), path.join(context, name), { recursive: true });
  }
}

/** Does what the stages say, each in a folder of its own; the base image is whatever Node.js runs this. @returns the last. */
export async function buildStages(
  stages: readonly Stage[],
  { context, folder, signal }: { context: string; folder: string; signal: AbortSignal },
): Promise<string> {
  const built = new Map<string, string>();
  let last = '';
  for (const [number, { name, instructions }] of stages.entries()) {
    last = path.join(folder, `stage-${String(number)}`);
    await mkdir(last);
    let workdir = last;
    for (const { word, rest } of instructions) {
      if (word === 'WORKDIR') await mkdir((workdir = path.join(last, rest)), { recursive: true });
      if (word === 'COPY') await copy(rest, { context, built, workdir });
      if (word === 'RUN') await shell(rest, workdir, signal);
    }
    if (name !== undefined) built.set(name, last);
  }
  return last;
}

/** `COPY [--from=stage] source… target`, as Docker does it: of a folder its content, into a folder by the same name. */
async function copy(
  rest: string,
  { context, built, workdir }: { context: string; built: ReadonlyMap<string, string>; workdir: string },
): Promise<void> {
  const words = rest.split(' ');
  const stage = /^--from=(\w+)$/u.exec(words[0] ?? '')?.[1];
  if (stage !== undefined) words.shift();
  const from = stage === undefined ? context : built.get(stage);
  const target = words.pop();
  if (from === undefined || target === undefined) throw new RehearsalError(`Not understood: COPY ${rest}`);
  for (const source of words) {
    const to = path.join(workdir, target, target.endsWith('/') ? path.basename(source) : '');
    await cp(path.join(from, source), to, { recursive: true, verbatimSymlinks: true });
  }
}

async function shell(command: string, cwd: string, signal: AbortSignal): Promise<void> {
  // Of the machine only what is needed to find Node.js and the packages.
  const names = ['PATH', 'HOME', 'npm_config_cache', 'npm_config_registry', 'npm_config_userconfig'];
  const env = Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  try {
    await run('sh', ['-c', command], { cwd, env, signal, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new RehearsalError(`"${command}" failed:\n${output.slice(-2000)}`, { cause: error });
  }
}
