import { AppError } from '../shared/app-error';
import type { BotCloud } from '../shared/bot-cloud';
import type { BotIdentity } from '../shared/bot-identity';
import { LOG_LEVELS, type LogLevel } from '../shared/logger';
import { isLoopback } from '../shared/loopback';

import { readCloud, readGuids, readTenants } from './cloud-settings';
import { type Env, EnvReader } from './env-reader';
import { readSignIn, type SignInConfig } from './sign-in';
import { readTracing, type TracingConfig } from './tracing-settings';

/** Where meetings are kept. `simulator` means: none configured, start our own. */
export type ServerConfig =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'root'; readonly rootUrl: string; readonly sipDomain: string | undefined }
  | { readonly kind: 'domain'; readonly sipDomain: string };

/** The account Confer works with on the Skype for Business server. */
export interface AccountConfig {
  readonly username: string;
  readonly password: string;
}

/** Both mean the same to a server; XML helps where a proxy stumbles over the other. */
export type WireFormat = 'json' | 'xml';

/** Settings, read once at start-up. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly identity: BotIdentity;
  readonly cloud: BotCloud;
  /** Tenants whose people Confer works for, in lower case; none in local mode. */
  readonly allowedTenants: readonly string[];
  /** Directory object ids of people who may change every meeting, in lower case. */
  readonly administrators: readonly string[];
  readonly server: ServerConfig;
  readonly signIn: SignInConfig;
  /** Undefined with the simulator, which brings its own, and where everybody acts as themself only. */
  readonly account: AccountConfig | undefined;
  /** PEM text of a private certificate authority. */
  readonly caCertificate: string | undefined;
  readonly allowedDomains: readonly string[];
  /** Addresses and ranges names of servers may have although they lead to this machine. */
  readonly allowedAddresses: readonly string[];
  readonly meetHosts: readonly string[];
  readonly simulatorPort: number;
  /** Undefined: no local Teams. */
  readonly localTeamsPort: number | undefined;
  readonly dataDir: string;
  /** PostgreSQL in place of the embedded database. */
  readonly databaseUrl: string | undefined;
  /** How long Confer waits in a meeting it started, in milliseconds. */
  readonly stayMs: number;
  readonly requestTimeoutMs: number;
  /** How many commands and clicks are taken in a minute; 0: as many as come. */
  readonly floodLimits: { readonly perPerson: number; readonly perConversation: number };
  /** How resources are written on the wire of the server. */
  readonly wireFormat: WireFormat;
  readonly logLevel: LogLevel;
  /** Where metrics are given away; undefined: nowhere. */
  readonly metrics: { readonly port: number; readonly host: string } | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing: TracingConfig | undefined;
}

/** Start-up refused: lists every bad setting, not only the first. */
export class ConfigError extends AppError {
  readonly code = 'config.invalid';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Names of every variable read, in the order of .env.example. */
export const VARIABLES = [
  'MICROSOFT_APP_ID',
  'MICROSOFT_APP_TENANT_ID',
  'MICROSOFT_APP_PASSWORD',
  'MICROSOFT_APP_PASSWORD_FILE',
  'MICROSOFT_APP_CERTIFICATE_FILE',
  'MICROSOFT_APP_MANAGED_IDENTITY',
  'MICROSOFT_APP_OAUTH_CONNECTION',
  'MICROSOFT_APP_SIGN_IN_ID',
  'ALLOWED_TENANTS',
  'ADMINISTRATORS',
  'BOT_OPENID_METADATA_URL',
  'BOT_TOKEN_ISSUER',
  'BOT_SERVICE_URL_HOSTS',
  'AZURE_AUTHORITY_HOST',
  'PORT',
  'BIND_ADDRESS',
  'METRICS_PORT',
  'METRICS_BIND_ADDRESS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_HEADERS_FILE',
  'OTEL_SERVICE_NAME',
  'UCWA_ROOT_URL',
  'UCWA_SIP_DOMAIN',
  'UCWA_SIGN_IN',
  'UCWA_USERNAME',
  'UCWA_PASSWORD',
  'UCWA_PASSWORD_FILE',
  'UCWA_CA_FILE',
  'UCWA_ALLOWED_DOMAINS',
  'UCWA_ALLOWED_ADDRESSES',
  'UCWA_MEET_HOSTS',
  'UCWA_REQUEST_TIMEOUT_SECONDS',
  'UCWA_FORMAT',
  'START_STAY_MINUTES',
  'LIMIT_PER_PERSON_PER_MINUTE',
  'LIMIT_PER_CONVERSATION_PER_MINUTE',
  'DATA_DIR',
  'DATABASE_URL',
  'DATABASE_URL_FILE',
  'LOCAL_TEAMS',
  'LOCAL_TEAMS_PORT',
  'SIMULATOR_PORT',
  'LOG_LEVEL',
] as const;

/** Variables of the tools around the bot, which the bot itself does not read; the rest of .env.example. */
export const TOOL_VARIABLES = [
  'TEAMS_APP_ID',
  'TEAMS_APP_VERSION',
  'DEVELOPER_NAME',
  'DEVELOPER_WEBSITE_URL',
  'DEVELOPER_PRIVACY_URL',
  'DEVELOPER_TERMS_URL',
  'SIMULATOR_HOST',
  'LOCAL_TEAMS_BOT',
  'UCWA_LIVE_ROOT_URL',
  'UCWA_LIVE_USERNAME',
  'UCWA_LIVE_PASSWORD',
  'CHROME_PATH',
] as const;

/**
 * Turns environment variables into a {@link Config}.
 *
 * @param env - `process.env` in main.ts; a literal in tests.
 * @throws ConfigError naming every missing or malformed variable.
 */
export function loadConfig(env: Env): Config {
  const reader = new EnvReader(env);
  const identity = readIdentity(reader);
  const server = readServer(reader);
  const signIn = readSignIn(reader, { identity, hasServer: server.kind !== 'simulator' });
  const config: Config = {
    port: reader.integer('PORT', { fallback: 3978, min: 0, max: 65_535 }),
    host: identity.kind === 'local' ? '127.0.0.1' : (reader.text('BIND_ADDRESS') ?? '0.0.0.0'),
    identity,
    cloud: readCloud(reader, env),
    allowedTenants: readTenants(reader, env, identity),
    administrators: readGuids(reader, 'ADMINISTRATORS'),
    server,
    signIn,
    account: readAccount(reader, { server, signIn }),
    caCertificate: readCertificate(reader),
    allowedDomains: reader.hosts('UCWA_ALLOWED_DOMAINS'),
    allowedAddresses: reader.addresses('UCWA_ALLOWED_ADDRESSES'),
    meetHosts: reader.hosts('UCWA_MEET_HOSTS'),
    simulatorPort: reader.integer('SIMULATOR_PORT', { fallback: 4010, min: 0, max: 65_535 }),
    localTeamsPort: readLocalTeams(reader, identity),
    dataDir: reader.text('DATA_DIR') ?? '.data',
    databaseUrl: readDatabaseUrl(reader),
    stayMs: reader.integer('START_STAY_MINUTES', { fallback: 10, min: 0, max: 240 }) * 60_000,
    requestTimeoutMs: reader.integer('UCWA_REQUEST_TIMEOUT_SECONDS', { fallback: 8, min: 1, max: 60 }) * 1000,
    floodLimits: {
      perPerson: reader.integer('LIMIT_PER_PERSON_PER_MINUTE', { fallback: 20, min: 0, max: 10_000 }),
      perConversation: reader.integer('LIMIT_PER_CONVERSATION_PER_MINUTE', { fallback: 60, min: 0, max: 10_000 }),
    },
    wireFormat: reader.choice<WireFormat>('UCWA_FORMAT', ['json', 'xml'], 'json'),
    metrics: readMetrics(reader),
    tracing: readTracing(reader),
    logLevel: reader.choice<LogLevel>('LOG_LEVEL', LOG_LEVELS, identity.kind === 'local' ? 'warn' : 'info'),
  };
  checkProduction(env, config, reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

function readIdentity(reader: EnvReader): BotIdentity {
  const appId = reader.text('MICROSOFT_APP_ID');
  const tenantId = reader.text('MICROSOFT_APP_TENANT_ID') ?? '';
  const hasSecret = reader.hasSecret('MICROSOFT_APP_PASSWORD');
  const secret = reader.secret('MICROSOFT_APP_PASSWORD') ?? '';
  const certificatePath = reader.text('MICROSOFT_APP_CERTIFICATE_FILE');
  const managed = reader.choice('MICROSOFT_APP_MANAGED_IDENTITY', ['on', 'off'], 'off') === 'on';
  const ways = [hasSecret, certificatePath !== undefined, managed].filter((isSet) => isSet).length;
  if (appId === undefined) {
    if (tenantId !== '' || ways > 0) {
      reader.problems.push('MICROSOFT_APP_ID must be set, or none of the other MICROSOFT_APP_ settings');
    }
    return { kind: 'local' };
  }
  checkIds(reader, appId, tenantId);
  if (ways !== 1) {
    reader.problems.push(
      'MICROSOFT_APP_ID needs exactly one of MICROSOFT_APP_PASSWORD (or MICROSOFT_APP_PASSWORD_FILE), MICROSOFT_APP_CERTIFICATE_FILE or MICROSOFT_APP_MANAGED_IDENTITY=on',
    );
  }
  if (certificatePath !== undefined) {
    reader.file('MICROSOFT_APP_CERTIFICATE_FILE');
    return { kind: 'certificate', appId, tenantId, certificatePath };
  }
  return hasSecret ? { kind: 'secret', appId, tenantId, secret } : { kind: 'managedIdentity', appId, tenantId };
}

/** A secret may stand in the wrong line: values around the identity are never repeated. */
function checkIds(reader: EnvReader, appId: string, tenantId: string): void {
  if (!GUID.test(appId)) reader.problems.push('MICROSOFT_APP_ID must be a GUID');
  if (tenantId === '') reader.problems.push('MICROSOFT_APP_TENANT_ID must be set together with MICROSOFT_APP_ID');
  else if (!GUID.test(tenantId)) reader.problems.push('MICROSOFT_APP_TENANT_ID must be a GUID');
}

function readServer(reader: EnvReader): ServerConfig {
  const rootUrl = reader.url('UCWA_ROOT_URL');
  const sipDomain = reader.text('UCWA_SIP_DOMAIN')?.toLowerCase();
  if (sipDomain !== undefined && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/u.test(sipDomain)) {
    reader.problems.push(`UCWA_SIP_DOMAIN must be a domain such as contoso.com, got "${sipDomain}"`);
  }
  if (rootUrl !== undefined) {
    if (rootUrl.protocol === 'http:' && !isLoopback(rootUrl.hostname)) {
      reader.problems.push(
        'UCWA_ROOT_URL must be https; plain http is for this machine only (127.0.0.1, ::1, localhost)',
      );
    }
    if (rootUrl.username !== '' || rootUrl.password !== '') {
      reader.problems.push('UCWA_ROOT_URL must not hold a user name or password; set UCWA_USERNAME and UCWA_PASSWORD');
    }
    return { kind: 'root', rootUrl: rootUrl.href, sipDomain };
  }
  return sipDomain === undefined ? { kind: 'simulator' } : { kind: 'domain', sipDomain };
}

function readAccount(
  reader: EnvReader,
  { server, signIn }: { server: ServerConfig; signIn: SignInConfig },
): AccountConfig | undefined {
  const username = reader.text('UCWA_USERNAME');
  const password = reader.secret('UCWA_PASSWORD');
  if (server.kind === 'simulator' || !hasAccount(signIn)) return undefined;
  if (username === undefined) reader.problems.push('UCWA_USERNAME must be set: the account Confer works with');
  if (!reader.hasSecret('UCWA_PASSWORD')) {
    reader.problems.push('UCWA_PASSWORD or UCWA_PASSWORD_FILE must be set: the password of UCWA_USERNAME');
  }
  return { username: username ?? '', password: password ?? '' };
}

/** It holds a password: what is wrong with it is said without repeating it. */
function readDatabaseUrl(reader: EnvReader): string | undefined {
  const url = reader.secret('DATABASE_URL')?.trim();
  if (url === undefined) return undefined;
  const isPostgres = URL.canParse(url) && /^postgres(?:ql)?:$/u.test(new URL(url).protocol);
  if (!isPostgres) reader.problems.push('DATABASE_URL must be like postgres://user:password@host:5432/database');
  return url;
}

function hasAccount(signIn: SignInConfig): boolean {
  return signIn.kind === 'password' || signIn.withPassword;
}

function readCertificate(reader: EnvReader): string | undefined {
  const pem = reader.file('UCWA_CA_FILE');
  if (pem !== undefined && !pem.includes('-----BEGIN CERTIFICATE-----')) {
    reader.problems.push('UCWA_CA_FILE must hold a certificate in PEM form');
  }
  return pem;
}

/** Metrics need no token, so they stay on this machine unless somebody says otherwise. */
function readMetrics(reader: EnvReader): Config['metrics'] {
  const port = reader.text('METRICS_PORT');
  if (port === undefined) return undefined;
  if (port === (reader.text('PORT') ?? '3978') && port !== '0') {
    reader.problems.push('METRICS_PORT must be another port than PORT: metrics are not for everybody');
  }
  return {
    port: reader.integer('METRICS_PORT', { fallback: 0, min: 0, max: 65_535 }),
    host: reader.text('METRICS_BIND_ADDRESS') ?? '127.0.0.1',
  };
}

function readLocalTeams(reader: EnvReader, identity: BotIdentity): number | undefined {
  const port = reader.integer('LOCAL_TEAMS_PORT', { fallback: 3979, min: 0, max: 65_535 });
  const wanted = reader.choice('LOCAL_TEAMS', ['on', 'off'], identity.kind === 'local' ? 'on' : 'off');
  if (wanted === 'off') return undefined;
  if (identity.kind !== 'local') reader.problems.push('LOCAL_TEAMS=on works without MICROSOFT_APP_ID only');
  return port;
}

function checkProduction(env: Env, config: Config, reader: EnvReader): void {
  if (env.NODE_ENV !== 'production') return;
  if (config.identity.kind === 'local') {
    reader.problems.push(
      'MICROSOFT_APP_ID must be set when NODE_ENV=production: without it anybody could speak to the bot',
    );
  }
  if (config.server.kind === 'simulator') {
    reader.problems.push('UCWA_SIP_DOMAIN or UCWA_ROOT_URL must be set when NODE_ENV=production');
  }
}
