import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ConfigError, loadConfig } from '../../src/config/config';
import { PUBLIC_CLOUD } from '../../src/shared/bot-cloud';
import { short } from '../support/short';

const GUID = '11111111-2222-3333-4444-555555555555';
const APP = { MICROSOFT_APP_ID: GUID, MICROSOFT_APP_TENANT_ID: GUID, MICROSOFT_APP_PASSWORD: 'app-secret' };
const MODERN = {
  ...APP,
  ...{ UCWA_SIP_DOMAIN: 'contoso.com', UCWA_SIGN_IN: 'modern', MICROSOFT_APP_OAUTH_CONNECTION: 'confer' },
};
const OTHER = '99999999-2222-3333-4444-555555555555';
const MANAGED = { MICROSOFT_APP_PASSWORD: '', MICROSOFT_APP_MANAGED_IDENTITY: 'on' };
const LOCAL_MODERN = { UCWA_SIGN_IN: 'modern', MICROSOFT_APP_OAUTH_CONNECTION: 'confer' };
const METADATA = 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration';
const CLOUD = { BOT_OPENID_METADATA_URL: METADATA, BOT_TOKEN_ISSUER: 'https://api.botframework.us' };
const SERVER = { UCWA_SIP_DOMAIN: 'contoso.com', UCWA_USERNAME: 'confer@contoso.com', UCWA_PASSWORD: 'pw' };

/** Settings that are wrong, and the sentence that says so. */
const WRONG = (
  [
    [{ PORT: '80a' }, /^PORT must be a whole number from 0 to 65535, got "80a"$/u],
    [{ PORT: '70000' }, /^PORT must be/u],
    [{ METRICS_PORT: 'on' }, /^METRICS_PORT must be a whole number from 0 to 65535, got "on"$/u],
    [{ METRICS_PORT: '3978' }, /^METRICS_PORT must be another port than PORT/u],
    [{ PORT: '80', METRICS_PORT: '80' }, /^METRICS_PORT must be another port than PORT/u],
    [{ PORT: '-1' }, /^PORT must be/u],
    [{ PORT: '1e3' }, /^PORT must be/u],
    [{ SIMULATOR_PORT: 'x' }, /^SIMULATOR_PORT must be/u],
    [{ LOCAL_TEAMS_PORT: '3.5' }, /^LOCAL_TEAMS_PORT must be/u],
    [{ LOCAL_TEAMS: 'maybe' }, /^LOCAL_TEAMS must be one of on, off, got "maybe"$/u],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of error, warn, info, debug/u],
    [{ START_STAY_MINUTES: '241' }, /^START_STAY_MINUTES must be a whole number from 0 to 240/u],
    [{ LIMIT_PER_PERSON_PER_MINUTE: '-1' }, /^LIMIT_PER_PERSON_PER_MINUTE must be a whole number from 0 to 10000/u],
    [{ LIMIT_PER_CONVERSATION_PER_MINUTE: 'off' }, /^LIMIT_PER_CONVERSATION_PER_MINUTE must be a whole number/u],
    [{ UCWA_FORMAT: 'yaml' }, /^UCWA_FORMAT must be one of json, xml/u],
    [{ UCWA_REQUEST_TIMEOUT_SECONDS: '0' }, /^UCWA_REQUEST_TIMEOUT_SECONDS must be/u],
    [{ ...SERVER, UCWA_ROOT_URL: 'pool.contoso.com' }, /^UCWA_ROOT_URL must be an absolute http or https URL/u],
    [{ ...SERVER, UCWA_ROOT_URL: 'ftp://pool.contoso.com' }, /^UCWA_ROOT_URL must be an absolute/u],
    [{ ...SERVER, UCWA_ROOT_URL: 'http://pool.contoso.com/' }, /^UCWA_ROOT_URL must be https/u],
    [{ ...SERVER, UCWA_ROOT_URL: 'http://127.0.0.1.evil.example/' }, /^UCWA_ROOT_URL must be https/u],
    [{ ...SERVER, UCWA_SIP_DOMAIN: 'https://contoso.com' }, /^UCWA_SIP_DOMAIN must be a domain such as/u],
    [{ ...SERVER, UCWA_USERNAME: '' }, /^UCWA_USERNAME must be set/u],
    [{ ...SERVER, UCWA_PASSWORD: '' }, /^UCWA_PASSWORD or UCWA_PASSWORD_FILE must be set/u],
    [{ ...SERVER, UCWA_PASSWORD_FILE: 'package.json' }, /^Set UCWA_PASSWORD or UCWA_PASSWORD_FILE, not both$/u],
    [
      { ...SERVER, UCWA_PASSWORD: '', UCWA_PASSWORD_FILE: '/nowhere/pw' },
      /^UCWA_PASSWORD_FILE names a file that cannot be read \(ENOENT\): \/nowhere\/pw$/u,
    ],
    [{ UCWA_CA_FILE: 'package.json' }, /^UCWA_CA_FILE must hold a certificate in PEM form$/u],
    [{ UCWA_CA_FILE: '/nowhere.pem' }, /^UCWA_CA_FILE names a file that cannot be read/u],
    [{ UCWA_ALLOWED_DOMAINS: 'a.com, b/c' }, /^UCWA_ALLOWED_DOMAINS must be host names.*got "b\/c"$/u],
    [{ UCWA_ALLOWED_ADDRESSES: '10.0.0.0/8, relay' }, /^UCWA_ALLOWED_ADDRESSES must be addresses.*got "relay"$/u],
    [{ UCWA_ALLOWED_ADDRESSES: '10.0.0.0/33' }, /^UCWA_ALLOWED_ADDRESSES must be addresses/u],
    [{ UCWA_MEET_HOSTS: 'https://meet.contoso.com' }, /^UCWA_MEET_HOSTS must be host names/u],
    [{ ...APP, MICROSOFT_APP_ID: 'confer' }, /^MICROSOFT_APP_ID must be a GUID/u],
    [{ MICROSOFT_APP_PASSWORD: 'app-secret' }, /^MICROSOFT_APP_ID must be set, or none of/u],
    [{ ...APP, MICROSOFT_APP_TENANT_ID: '' }, /^MICROSOFT_APP_TENANT_ID must be set together/u],
    [{ ...APP, MICROSOFT_APP_PASSWORD: '' }, /^MICROSOFT_APP_ID needs exactly one of/u],
    [{ ...APP, MICROSOFT_APP_MANAGED_IDENTITY: 'on' }, /^MICROSOFT_APP_ID needs exactly one of/u],
    [
      { ...APP, MICROSOFT_APP_PASSWORD_FILE: 'package.json' },
      /^Set MICROSOFT_APP_PASSWORD or MICROSOFT_APP_PASSWORD_FILE, not both$/u,
    ],
    [
      { ...APP, MICROSOFT_APP_PASSWORD: '', MICROSOFT_APP_PASSWORD_FILE: '/nowhere/secret' },
      /^MICROSOFT_APP_PASSWORD_FILE names a file that cannot be read \(ENOENT\)/u,
    ],
    [{ DATABASE_URL_FILE: '/nowhere/url' }, /^DATABASE_URL_FILE names a file that cannot be read \(ENOENT\)/u],
    [
      { DATABASE_URL: 'postgres://db/confer', DATABASE_URL_FILE: 'package.json' },
      /^Set DATABASE_URL or DATABASE_URL_FILE, not both$/u,
    ],
    [{ ...APP, LOCAL_TEAMS: 'on' }, /^LOCAL_TEAMS=on works without MICROSOFT_APP_ID only$/u],
    [{ ...APP, MICROSOFT_APP_MANAGED_IDENTITY: 'yes' }, /^MICROSOFT_APP_MANAGED_IDENTITY must be one of/u],
    [{ ...SERVER, UCWA_SIGN_IN: 'password,modern' }, /^UCWA_SIGN_IN must be password, modern, or modern,password/u],
    [{ ...SERVER, UCWA_SIGN_IN: 'ntlm' }, /^UCWA_SIGN_IN must be .*got "ntlm"$/u],
    [{ ...MODERN, MICROSOFT_APP_OAUTH_CONNECTION: '' }, /^MICROSOFT_APP_OAUTH_CONNECTION must be set when/u],
    [{ ...MODERN, UCWA_SIGN_IN: 'modern,password', UCWA_PASSWORD: 'pw' }, /^UCWA_USERNAME must be set/u],
    [{ ...MODERN, UCWA_SIP_DOMAIN: '' }, /^UCWA_SIP_DOMAIN or UCWA_ROOT_URL must be set when UCWA_SIGN_IN has/u],
    [{ ...SERVER, ...LOCAL_MODERN }, /^MICROSOFT_APP_ID must be set when UCWA_SIGN_IN has modern/u],
    [{ ...MODERN, ...MANAGED, MICROSOFT_APP_SIGN_IN_ID: 'x' }, /^MICROSOFT_APP_SIGN_IN_ID must be a GUID$/u],
    [{ ...MODERN, MICROSOFT_APP_SIGN_IN_ID: OTHER }, /^MICROSOFT_APP_SIGN_IN_ID works with MICROSOFT_APP_MANAGED/u],
    [{ ...MODERN, ...MANAGED }, /^MICROSOFT_APP_SIGN_IN_ID must be set when UCWA_SIGN_IN has modern/u],
    [{ AZURE_AUTHORITY_HOST: 'https://login.contoso.com/tenant' }, /^AZURE_AUTHORITY_HOST must not have a path/u],
    [{ ...SERVER, NODE_ENV: 'production' }, /^MICROSOFT_APP_ID must be set when NODE_ENV=production/u],
    [
      { ...APP, ALLOWED_TENANTS: GUID, NODE_ENV: 'production' },
      /^UCWA_SIP_DOMAIN or UCWA_ROOT_URL must be set when NODE_ENV=production$/u,
    ],
    [{ ...APP, ...SERVER, NODE_ENV: 'production' }, /^ALLOWED_TENANTS must be set when NODE_ENV=production/u],
    [{ ...APP, ALLOWED_TENANTS: `${GUID}, contoso.com` }, /^ALLOWED_TENANTS must be GUIDs.*got "contoso\.com"$/u],
    [{ ADMINISTRATORS: 'anna@contoso.com' }, /^ADMINISTRATORS must be GUIDs.*got "anna@contoso\.com"$/u],
    [{ BOT_TOKEN_ISSUER: 'https://api.botframework.us' }, /^BOT_OPENID_METADATA_URL and BOT_TOKEN_ISSUER must be set/u],
    [{ BOT_OPENID_METADATA_URL: METADATA }, /^BOT_OPENID_METADATA_URL and BOT_TOKEN_ISSUER must be set together/u],
    [{ ...CLOUD, BOT_TOKEN_ISSUER: 'api.botframework.us' }, /^BOT_TOKEN_ISSUER must be an https URL/u],
    [{ ...CLOUD, BOT_TOKEN_ISSUER: 'http://api.botframework.us' }, /^BOT_TOKEN_ISSUER must be an https URL/u],
    [
      { ...CLOUD, BOT_OPENID_METADATA_URL: 'login.botframework.azure.us' },
      /^BOT_OPENID_METADATA_URL must be an absolute/u,
    ],
    [{ ...CLOUD, BOT_OPENID_METADATA_URL: 'http://127.0.0.1/' }, /^BOT_OPENID_METADATA_URL must be https/u],
    [
      { ...CLOUD, BOT_OPENID_METADATA_URL: 'http://login.contoso.com/', NODE_ENV: 'test' },
      /^BOT_OPENID_METADATA_URL must be https/u,
    ],
    [
      { ...CLOUD, BOT_OPENID_METADATA_URL: 'https://a:b@login.contoso.com/' },
      /^BOT_OPENID_METADATA_URL must not hold/u,
    ],
    [{ BOT_SERVICE_URL_HOSTS: 'https://smba.trafficmanager.net/' }, /^BOT_SERVICE_URL_HOSTS must be host names/u],
    [{ AZURE_AUTHORITY_HOST: 'http://login.microsoftonline.us' }, /^AZURE_AUTHORITY_HOST must be https/u],
    [{ AZURE_AUTHORITY_HOST: 'login.microsoftonline.us' }, /^AZURE_AUTHORITY_HOST must be an absolute/u],
  ] as const
).map(([env, sentence]) => ({ title: short(env), env, sentence }));

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.code, 'config.invalid');
    return error.problems;
  }
}

describe('loadConfig', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'confer-config-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function file(name: string, content: string): string {
    const full = path.join(folder, name);
    writeFileSync(full, content);
    return full;
  }

  it('gives metrics away only where it is told to, and to this machine unless it is told otherwise', () => {
    assert.equal(loadConfig({ METRICS_BIND_ADDRESS: '10.0.0.1' }).metrics, undefined);
    assert.deepEqual(loadConfig({ METRICS_PORT: '9464' }).metrics, { port: 9464, host: '127.0.0.1' });
    assert.deepEqual(loadConfig({ METRICS_PORT: '9464', METRICS_BIND_ADDRESS: '0.0.0.0' }).metrics, {
      ...{ port: 9464, host: '0.0.0.0' },
    });
  });

  it('runs a complete demo on this machine without any setting', () => {
    assert.deepEqual(loadConfig({}), {
      port: 3978,
      host: '127.0.0.1',
      identity: { kind: 'local' },
      cloud: PUBLIC_CLOUD,
      allowedTenants: [],
      administrators: [],
      server: { kind: 'simulator' },
      signIn: { kind: 'password' },
      account: undefined,
      caCertificate: undefined,
      allowedDomains: [],
      allowedAddresses: [],
      meetHosts: [],
      simulatorPort: 4010,
      localTeamsPort: 3979,
      dataDir: '.data',
      databaseUrl: undefined,
      stayMs: 600_000,
      floodLimits: { perPerson: 20, perConversation: 60 },
      requestTimeoutMs: 8000,
      wireFormat: 'json',
      logLevel: 'warn',
      metrics: undefined,
      tracing: undefined,
    });
  });

  it('takes every setting', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

    const config = loadConfig({
      ...APP,
      ...SERVER,
      ...{ PORT: '8080', BIND_ADDRESS: '10.0.0.5', UCWA_ROOT_URL: 'https://pool.contoso.com/autodiscover' },
      ...{ UCWA_CA_FILE: file('ca.pem', certificate), UCWA_ALLOWED_DOMAINS: 'Fabrikam.com, ' },
      UCWA_ALLOWED_ADDRESSES: '127.0.1.1, fd00::/8',
      ...{ UCWA_MEET_HOSTS: 'meet.contoso.com, JOIN.contoso.com:8443', UCWA_REQUEST_TIMEOUT_SECONDS: '20' },
      ...{ UCWA_FORMAT: 'XML' },
      ...{ UCWA_SIGN_IN: 'Modern, password', MICROSOFT_APP_OAUTH_CONNECTION: 'confer' },
      ...{ METRICS_PORT: '9464', METRICS_BIND_ADDRESS: '10.0.0.6' },
      ...{ START_STAY_MINUTES: '0', DATA_DIR: '/var/confer', SIMULATOR_PORT: '0', LOG_LEVEL: 'DEBUG' },
      ...{ LIMIT_PER_PERSON_PER_MINUTE: '0', LIMIT_PER_CONVERSATION_PER_MINUTE: '500' },
      ...{ DATABASE_URL_FILE: file('database', 'postgres://confer:pw@db.contoso.com/confer\n') },
    });

    assert.deepEqual(config, {
      port: 8080,
      host: '10.0.0.5',
      identity: { kind: 'secret', appId: GUID, tenantId: GUID, secret: 'app-secret' },
      cloud: PUBLIC_CLOUD,
      allowedTenants: [GUID],
      administrators: [],
      server: { kind: 'root', rootUrl: 'https://pool.contoso.com/autodiscover', sipDomain: 'contoso.com' },
      signIn: { kind: 'modern', withPassword: true, connection: 'confer', clientId: GUID },
      account: { username: 'confer@contoso.com', password: 'pw' },
      caCertificate: certificate,
      allowedDomains: ['fabrikam.com'],
      allowedAddresses: ['127.0.1.1', 'fd00::/8'],
      meetHosts: ['meet.contoso.com', 'join.contoso.com:8443'],
      simulatorPort: 0,
      localTeamsPort: undefined,
      dataDir: '/var/confer',
      databaseUrl: 'postgres://confer:pw@db.contoso.com/confer',
      stayMs: 0,
      floodLimits: { perPerson: 0, perConversation: 500 },
      requestTimeoutMs: 20_000,
      wireFormat: 'xml',
      logLevel: 'debug',
      metrics: { port: 9464, host: '10.0.0.6' },
      tracing: undefined,
    });
  });

  it('says what is wrong with the address of the database without repeating it', () => {
    const both = { DATABASE_URL: 'postgres://a:canary@b/c', DATABASE_URL_FILE: file('database', 'postgres://a@b/c') };

    assert.match(problemsOf({ DATABASE_URL: 'mysql://a:canary@b/c' }).join(), /^DATABASE_URL must be like postgres:/u);
    assert.match(problemsOf({ DATABASE_URL: 'canary' }).join(), /^DATABASE_URL must be like postgres:/u);
    assert.deepEqual(problemsOf(both), ['Set DATABASE_URL or DATABASE_URL_FILE, not both']);
  });

  it('listens on this machine only in local mode, whatever is set', () => {
    assert.equal(loadConfig({ BIND_ADDRESS: '0.0.0.0' }).host, '127.0.0.1');
  });

  it('finds the server by its domain, in lower case', () => {
    const { server } = loadConfig({ ...SERVER, UCWA_SIP_DOMAIN: 'Contoso.COM' });

    assert.deepEqual(server, { kind: 'domain', sipDomain: 'contoso.com' });
  });

  for (const root of ['http://127.0.0.1:4010/', 'http://localhost:4010/', 'http://[::1]:4010/']) {
    it(`takes plain http on this machine: ${root}`, () => {
      assert.deepEqual(loadConfig({ ...SERVER, UCWA_SIP_DOMAIN: '', UCWA_ROOT_URL: root }).server, {
        ...{ kind: 'root', rootUrl: root, sipDomain: undefined },
      });
    });
  }

  it('reads the password from a file, without the end of its line only', () => {
    const env = { ...SERVER, UCWA_PASSWORD: '', UCWA_PASSWORD_FILE: file('pw', ' with blanks \r\n') };

    assert.equal(loadConfig(env).account?.password, ' with blanks ');
  });

  it('reads the secret of the app and the address of the database from files, too', () => {
    const config = loadConfig({
      ...{ ...APP, MICROSOFT_APP_PASSWORD: '', MICROSOFT_APP_PASSWORD_FILE: file('secret', 'from~a.file\n') },
      DATABASE_URL_FILE: file('url', 'postgres://confer:pw@db:5432/confer\n'),
    });

    assert.deepEqual(config.identity, { kind: 'secret', appId: GUID, tenantId: GUID, secret: 'from~a.file' });
    assert.equal(config.databaseUrl, 'postgres://confer:pw@db:5432/confer');
  });

  it('refuses an empty password file', () => {
    const env = { ...SERVER, UCWA_PASSWORD: '', UCWA_PASSWORD_FILE: file('none', '\n') };

    assert.match(problemsOf(env).join(), /UCWA_PASSWORD_FILE/u);
  });

  it('knows a certificate and a managed identity', () => {
    const certificatePath = file('app.pem', 'x');
    const none = { ...APP, MICROSOFT_APP_PASSWORD: '' };

    assert.deepEqual(loadConfig({ ...none, MICROSOFT_APP_CERTIFICATE_FILE: certificatePath }).identity, {
      ...{ kind: 'certificate', appId: GUID, tenantId: GUID, certificatePath },
    });
    assert.deepEqual(loadConfig({ ...none, MICROSOFT_APP_MANAGED_IDENTITY: 'on' }).identity, {
      ...{ kind: 'managedIdentity', appId: GUID, tenantId: GUID },
    });
  });

  it('needs no account where everybody acts as themself', () => {
    const { signIn, account } = loadConfig(MODERN);

    assert.deepEqual(signIn, { kind: 'modern', withPassword: false, connection: 'confer', clientId: GUID });
    assert.equal(account, undefined);
  });

  it('lets people sign in to an app of their own where the bot is a managed identity', () => {
    const { signIn } = loadConfig({ ...MODERN, ...MANAGED, MICROSOFT_APP_SIGN_IN_ID: OTHER });

    assert.ok(signIn.kind === 'modern');
    assert.equal(signIn.clientId, OTHER);
  });

  it('turns the local Teams off', () => {
    assert.equal(loadConfig({ LOCAL_TEAMS: 'OFF' }).localTeamsPort, undefined);
  });

  it('runs in production with an app id and a server', () => {
    assert.equal(loadConfig({ ...APP, ...SERVER, ALLOWED_TENANTS: GUID, NODE_ENV: 'production' }).logLevel, 'info');
  });

  for (const { title, env, sentence } of WRONG) {
    it(`refuses ${title} in one sentence`, () => {
      const problems = problemsOf(env);

      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', sentence);
    });
  }

  it('knows administrators by their object ids, whatever their case, and none when none are named', () => {
    const { administrators } = loadConfig({ ADMINISTRATORS: `AAAAAAAA-2222-3333-4444-555555555555 , ${GUID},` });

    assert.deepEqual(administrators, ['aaaaaaaa-2222-3333-4444-555555555555', GUID]);
    assert.deepEqual(loadConfig({}).administrators, []);
  });

  it('reports every mistake at once', () => {
    const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'y', UCWA_ROOT_URL: 'z', DATA_DIR: '' });

    assert.equal(problems.length, 3);
  });

  it('never repeats a secret', () => {
    const env = { ...APP, ...SERVER, UCWA_PASSWORD_FILE: '/nowhere', PORT: 'x', MICROSOFT_APP_MANAGED_IDENTITY: 'on' };

    assert.doesNotMatch(problemsOf(env).join('\n'), /app-secret|\bpw\b/u);
  });

  it('names the public cloud and the own tenant unless told otherwise', () => {
    const { cloud, allowedTenants } = loadConfig(APP);

    assert.deepEqual([cloud, allowedTenants], [PUBLIC_CLOUD, [GUID]]);
    assert.deepEqual(loadConfig({}).allowedTenants, []);
  });

  it('names another cloud and other tenants', () => {
    const { cloud, allowedTenants } = loadConfig({
      ...APP,
      ...CLOUD,
      BOT_SERVICE_URL_HOSTS: 'smba.infra.gov.teams.microsoft.us',
      AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us/',
      ALLOWED_TENANTS: `${GUID}, AAAAAAAA-2222-3333-4444-555555555555`,
    });

    assert.deepEqual(allowedTenants, [GUID, 'aaaaaaaa-2222-3333-4444-555555555555']);
    assert.deepEqual(cloud, {
      openIdMetadataUrl: METADATA,
      tokenIssuer: 'https://api.botframework.us',
      serviceUrlHosts: ['smba.infra.gov.teams.microsoft.us'],
      authorityHost: 'https://login.microsoftonline.us',
      plainHttp: false,
    });
  });

  it('lets addresses of this machine be plain http in tests only', () => {
    const env = { ...CLOUD, BOT_OPENID_METADATA_URL: 'http://127.0.0.1:4000/keys', NODE_ENV: 'test' };

    const { cloud } = loadConfig(env);

    assert.deepEqual([cloud.openIdMetadataUrl, cloud.plainHttp], ['http://127.0.0.1:4000/keys', true]);
  });
});
