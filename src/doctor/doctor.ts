import { type Config, ConfigError, loadConfig, VARIABLES } from '../config/config';
import type { Env } from '../config/env-reader';
import { type ChallengeReport, readChallenges, usableCredentials } from '../ucwa';

import { checkDialIn, checkMeetHosts, checkPolicy, checkSignIn } from './account-checks';
import { Examination, type Known, type Result } from './examination';
import { type Finding, ok, problem, warning } from './finding';
import { checkIdentity } from './identity';
import { checkNode, checkPorts, checkStorage } from './machine';
import { formatLine, formatSummary, redactor } from './report';
import { checkCertificates, checkDiscovery, type Found, judgeClock, judgeGrants } from './server-checks';
import { type DemoServer, type Target, targetOf } from './target';

/** What the doctor needs from its surroundings. */
export interface DoctorOptions {
  readonly env: Env;
  /** `process.versions.node` */
  readonly nodeVersion: string;
  readonly now: () => Date;
  /** Starts the server that `npm start` would use when none is configured. */
  readonly startDemoServer: () => Promise<DemoServer>;
  /** Takes the report line by line, without line ends and without secrets. */
  readonly write: (line: string) => void;
  /** Longest time of one check, in milliseconds; default 30 000. */
  readonly limitMs?: number;
}

/**
 * Examines settings, machine and server, and writes one line for each check.
 *
 * @returns whether nothing is wrong; warnings are not wrong.
 */
export async function examine(options: DoctorOptions, signal: AbortSignal): Promise<boolean> {
  let redact = redactor(secretsIn(options.env));
  const examination = new Examination({
    limitMs: options.limitMs ?? 30_000,
    signal,
    onLine: (line) => {
      options.write(redact(formatLine(line)));
    },
  });
  await examination.check('Node.js', async () => single(checkNode(options.nodeVersion)));
  const settings = await examination.check('settings', async () => Promise.resolve(readSettings(options.env)));
  if (settings.kind === 'known') redact = redactor([...secretsIn(options.env), ...secretsOf(settings.value)]);
  await examineMachine(examination, settings, options.now);
  const open: { stop(): Promise<void> }[] = [];
  try {
    const target = await examination.after(settings, 'server', async (config) => openTarget(config, options, open));
    await examineServer(examination, target, options.now);
  } finally {
    for (const part of open.reverse()) await part.stop();
  }
  options.write(formatSummary(examination.lines));
  return examination.lines.every(({ level }) => level !== 'problem');
}

/** Every mistake gets a line of its own. */
function readSettings(env: Env): Result<Config> {
  try {
    const value = loadConfig(env);
    const unknown = unknownSettings(env).map((name) =>
      warning(`${name} is set, but Confer knows no such setting`, 'Check its spelling against .env.example.'),
    );
    return { findings: unknown.length > 0 ? unknown : [ok('complete and well-formed')], value };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { findings: error.problems.map((told) => problem(told, 'Correct it in .env; .env.example explains it.')) };
  }
}

/** A misspelt name would otherwise look like a setting that was never made. */
function unknownSettings(env: Env): readonly string[] {
  const known: readonly string[] = VARIABLES;
  return Object.keys(env).filter((name) => /^(?:UCWA|MICROSOFT_APP)_/u.test(name) && !known.includes(name));
}

async function examineMachine(examination: Examination, settings: Known<Config>, now: () => Date): Promise<void> {
  await examination.after(settings, 'identity', async (config) => single(await checkIdentity(config, now())));
  await examination.after(settings, 'storage', async (config) => single(await checkStorage(config)));
  await examination.after(settings, 'ports', async (config, signal) => single(await checkPorts(config, signal)));
}

async function openTarget(
  config: Config,
  options: DoctorOptions,
  open: { stop(): Promise<void> }[],
): Promise<Result<Target>> {
  const demo = config.server.kind === 'simulator' ? await options.startDemoServer() : undefined;
  if (demo !== undefined) open.push(demo);
  const target = targetOf(config, demo);
  open.push({
    stop: async () => target.account.close(AbortSignal.timeout(5000)).catch(() => undefined),
  });
  return { findings: [target.finding], value: target };
}

/** In the order in which Confer itself meets them, so that the first problem is the one to solve. */
async function examineServer(examination: Examination, target: Known<Target>, now: () => Date): Promise<void> {
  const found = await examination.after(target, 'discovery', async ({ connection }, signal) =>
    checkDiscovery(connection, signal),
  );
  await examination.after(both(found, target), 'certificate', async ([where, { connection }], signal) =>
    single(await checkCertificates(where, { connection, now: now() }, signal)),
  );
  const offer = await examination.after(
    both(userUrl(found), target),
    'grants',
    async ([url, { connection, credentials }], signal) => {
      const value = await readChallenges(url, connection, signal);
      const finding = judgeGrants(value, credentials);
      return { findings: [finding], value: { ...value, isFine: finding.level === 'ok' } };
    },
  );
  await examination.after(offer, 'clock', async ({ clockSkewMs }) => single(judgeClock(clockSkewMs)));
  if (target.kind === 'known' && isPersonal(target.value, offer)) return;
  const mayTry: Known<unknown> = offer.kind === 'known' && !offer.value.isFine ? failed('grants') : offer;
  const account = await examination.after(both(target, mayTry), 'sign-in', async ([{ account: user }], signal) => ({
    findings: [await checkSignIn(user, signal)],
    value: user,
  }));
  const scheduling = await examination.after(account, 'policy', async (user, signal) => ({
    findings: [await checkPolicy(user, signal)],
    value: user,
  }));
  await examination.after(scheduling, 'dial-in', async (user, signal) => single(await checkDialIn(user, signal)));
  await examination.after(both(scheduling, target), 'meet hosts', async ([user, { meet }], signal) =>
    single(await checkMeetHosts(meet, user, signal)),
  );
}

/** Nobody can sign in for people: what is theirs shows in Teams. */
function isPersonal({ credentials }: Target, offer: Known<ChallengeReport>): boolean {
  const used = offer.kind === 'known' ? usableCredentials(credentials, offer.value)[0] : undefined;
  return used?.kind === 'modern' || !credentials.some(({ kind }) => kind === 'password');
}

async function single(finding: Finding): Promise<Result> {
  return Promise.resolve({ findings: [finding] });
}

function userUrl(found: Known<Found>): Known<string> {
  if (found.kind === 'unknown') return found;
  return found.value.userUrl === undefined ? failed('discovery') : { kind: 'known', value: found.value.userUrl };
}

function failed(because: string): { kind: 'unknown'; because: string } {
  return { kind: 'unknown', because };
}

function both<One, Other>(one: Known<One>, other: Known<Other>): Known<readonly [One, Other]> {
  if (one.kind === 'unknown') return one;
  return other.kind === 'unknown' ? other : { kind: 'known', value: [one.value, other.value] };
}

function secretsIn(env: Env): readonly string[] {
  return [env.UCWA_PASSWORD, env.MICROSOFT_APP_PASSWORD].flatMap((secret) => secret?.trim() ?? []);
}

function secretsOf({ account, identity }: Config): readonly string[] {
  return [account?.password ?? '', identity.kind === 'secret' ? identity.secret : ''];
}
