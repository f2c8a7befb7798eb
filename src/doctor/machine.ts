import { once } from 'node:events';
import { access, constants, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

import { StoreUnreadableError, StoreVersionError } from '../adapters/storage/errors';
import { examinePostgres, examineSqlite } from '../adapters/storage/examine';
import type { Config } from '../config/config';
import { deadline } from '../shared/abort';

import { type Finding, ok, problem } from './finding';

/** The oldest Node.js this program runs on, as package.json says it. */
export const OLDEST_NODE = { major: 20, minor: 19 } as const;

/** @param version - `process.versions.node`, e.g. `22.12.0`. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
  if (isNewEnough) return ok(version);
  const oldest = `${String(OLDEST_NODE.major)}.${String(OLDEST_NODE.minor)}`;
  return problem(`${version} is too old`, `Install Node.js ${oldest} or later; the newest LTS is a good choice.`);
}

/**
 * Whether Confer can work where it keeps its data. Nothing is written: a folder made here would belong to the wrong
 * account.
 */
export async function checkStorage({
  dataDir,
  databaseUrl,
}: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<Finding> {
  const finding = await checkFolder(dataDir);
  return finding.level === 'ok' && databaseUrl !== undefined ? checkDatabase(databaseUrl) : finding;
}

async function checkFolder(folder: string): Promise<Finding> {
  const shown = path.resolve(folder);
  const advice = `Set DATA_DIR to a folder that the account running Confer may write to.`;
  try {
    const existing = await nearestExisting(shown);
    if (!(await stat(existing)).isDirectory()) return problem(`DATA_DIR: ${existing} is not a folder`, advice);
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    if (existing !== shown) return ok(`${shown} will be made`);
    return await checkStoredFile(shown);
  } catch (error) {
    return problem(`DATA_DIR: ${shown} cannot be used (${codeOf(error)})`, advice);
  }
}

async function checkStoredFile(folder: string): Promise<Finding> {
  try {
    const file = examineSqlite(folder);
    if (file === undefined) return ok(`${folder} is writable`);
    await access(file, constants.R_OK | constants.W_OK);
    return ok(`${file} is readable and writable`);
  } catch (error) {
    if (!(error instanceof StoreUnreadableError)) throw error;
    const advice = 'Put back a backup of it, or move it away: Confer then starts with an empty one.';
    return problem(error.message, advice);
  }
}

/** Whether PostgreSQL answers and has the tables this program needs. */
async function checkDatabase(url: string): Promise<Finding> {
  try {
    await examinePostgres(url);
    return ok('DATABASE_URL: the database answers, its tables fit');
  } catch (error) {
    if (error instanceof StoreVersionError)
      return problem(error.message, 'Run "npm run migrate" with a user that may make tables.');
    if (!(error instanceof StoreUnreadableError)) throw error;
    return problem(error.message, 'Check the address, the user, the password and the network in DATABASE_URL.');
  }
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await access(folder, constants.F_OK);
    return folder;
  } catch (error) {
    const parent = path.dirname(folder);
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw error;
    return nearestExisting(parent);
  }
}

/** A port Confer wants, and the setting it comes from. */
interface WantedPort {
  readonly setting: string;
  readonly host: string;
  readonly port: number;
}

/** Whether Confer can listen where it wants to; a Confer that already runs there is fine. */
export async function checkPorts(config: Config, signal: AbortSignal): Promise<Finding> {
  const wanted = wantedPorts(config);
  const twice = wanted.find(
    ({ port }, index) => port !== 0 && wanted.findIndex((other) => other.port === port) < index,
  );
  if (twice !== undefined) {
    return problem(
      `${twice.setting} ${String(twice.port)} is also the port of another part`,
      'Give each part its own.',
    );
  }
  const busy: (WantedPort & { readonly code: string })[] = [];
  for (const port of wanted) {
    const code = await tryListening(port, signal);
    if (code !== undefined) busy.push({ ...port, code });
  }
  const [first] = busy;
  if (first === undefined) return ok(wanted.map(({ setting, port }) => `${setting} ${String(port)}`).join(', '));
  if (first.setting === 'PORT' && first.code === 'EADDRINUSE' && (await isConfer(first, signal))) {
    return ok(`Confer is running on PORT ${String(first.port)}`);
  }
  return busyProblem(first);
}

function busyProblem({ setting, host, port, code }: WantedPort & { readonly code: string }): Finding {
  const shown = `${setting} ${String(port)}`;
  switch (code) {
    case 'EADDRINUSE':
      return problem(`${shown} is in use by another program`, `Stop it, or set ${setting} to a free port.`);
    case 'EACCES':
      return problem(`${shown} may not be used by this account`, `Set ${setting} to a port above 1023.`);
    default:
      return problem(`${shown} cannot be used on ${host} (${code})`, `Check BIND_ADDRESS and ${setting}.`);
  }
}

function wantedPorts(config: Config): readonly WantedPort[] {
  const { port, host, localTeamsPort, simulatorPort, server } = config;
  const here = '127.0.0.1';
  return [
    { setting: 'PORT', host, port },
    ...(localTeamsPort === undefined ? [] : [{ setting: 'LOCAL_TEAMS_PORT', host: here, port: localTeamsPort }]),
    ...(server.kind === 'simulator' ? [{ setting: 'SIMULATOR_PORT', host: here, port: simulatorPort }] : []),
  ];
}

/** @returns the error code of what is in the way; undefined when the port is free. */
async function tryListening({ host, port }: WantedPort, signal: AbortSignal): Promise<string | undefined> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening', { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return codeOf(error);
  } finally {
    server.close();
  }
}

async function isConfer({ host, port }: WantedPort, signal: AbortSignal): Promise<boolean> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host;
  const { signal: limit, done } = deadline(2000, signal);
  try {
    const answer = await fetch(`http://${reachable}:${String(port)}/healthz`, { signal: limit, redirect: 'error' });
    const health: unknown = await answer.json();
    return typeof health === 'object' && health !== null && 'status' in health && health.status === 'ok';
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    done();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
