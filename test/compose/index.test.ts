import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import { openStore, type RunningConfer, startConfer } from '../../src/compose';
import { loadConfig } from '../../src/config/config';
import { KeyServer } from '../front-door/key-server';
import { APP_ID, CONNECTOR_KEY, ISSUER, STRANGE_KEY, TENANT_ID, TestKey, tokenFor } from '../front-door/tokens';
import { RecordingLogger } from '../support/recording-logger';

const SERVICE_URL = 'http://127.0.0.1:9/';
const FOREIGN_KEY = new TestKey('foreign-1');

const APP = { MICROSOFT_APP_ID: APP_ID, MICROSOFT_APP_TENANT_ID: TENANT_ID, MICROSOFT_APP_PASSWORD: 's' };

/** No server is there: nothing of these tests gets so far. */
const SERVER = { UCWA_ROOT_URL: 'http://127.0.0.1:9/', UCWA_USERNAME: 'confer@contoso.com', UCWA_PASSWORD: 'pw' };

/** Something Teams reports, and nobody answers. */
function reaction(): object {
  return {
    ...{ type: 'messageReaction', id: 'r-1', channelId: 'msteams', serviceUrl: SERVICE_URL },
    ...{ from: { id: '29:anna' }, recipient: { id: '28:confer' }, timestamp: new Date().toISOString() },
    conversation: { id: 'a:1', tenantId: TENANT_ID },
    channelData: { tenant: { id: TENANT_ID } },
  };
}

/** A button that somebody pressed. */
function click(verb: string): object {
  return {
    ...reaction(),
    ...{ type: 'invoke', name: 'adaptiveCard/action', id: `click-${verb}`, replyToId: 'card-1' },
    value: { action: { type: 'Action.Execute', verb, data: { verb } } },
  };
}

describe('startConfer', () => {
  let folder: string;
  let keyServer: KeyServer;
  let confer: RunningConfer | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'confer-test-'));
    keyServer = await KeyServer.start();
    keyServer.keys = { json: { keys: [CONNECTOR_KEY.entry(), STRANGE_KEY.entry({ endorsements: ['webchat'] })] } };
  });

  afterEach(async () => {
    await confer?.stop();
    confer = undefined;
    await keyServer.stop();
    await rm(folder, { recursive: true });
  });

  /** The product as main.ts starts it, with these settings. */
  async function start(env: Readonly<Record<string, string>>): Promise<RunningConfer> {
    const config = loadConfig({ ...SERVER, ...env, PORT: '0', BIND_ADDRESS: '127.0.0.1', DATA_DIR: folder });
    const { server, account } = config;
    assert.ok(server.kind !== 'simulator' && account !== undefined);
    const log = new RecordingLogger();
    const store = await openStore(config, log);
    confer = await startConfer({ ...config, server, account }, { log, store });
    return confer;
  }

  /** With an app id, and with the doubles in place of the public cloud. */
  async function startWithApp(env: Readonly<Record<string, string>> = {}): Promise<RunningConfer> {
    return start({
      ...APP,
      ...env,
      NODE_ENV: 'test',
      BOT_OPENID_METADATA_URL: keyServer.metadataUrl.href,
      BOT_TOKEN_ISSUER: ISSUER,
      BOT_SERVICE_URL_HOSTS: new URL(SERVICE_URL).host,
    });
  }

  async function post({ origin }: RunningConfer, activity: object, authorization?: string): Promise<number> {
    const headers = { 'Content-Type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
    const { status } = await fetch(`${origin}/api/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify(activity),
    });
    return status;
  }

  it('lets in whoever has a token of the Bot Connector, and nobody else', async () => {
    const running = await startWithApp();
    const now = new Date();

    const statuses = [
      await post(running, reaction(), `Bearer ${tokenFor(SERVICE_URL, { now })}`),
      await post(running, reaction(), `Bearer ${tokenFor(SERVICE_URL, { now, key: FOREIGN_KEY })}`),
      await post(running, reaction(), `Bearer ${tokenFor(SERVICE_URL, { now, key: STRANGE_KEY })}`),
      await post(running, reaction()),
    ];

    assert.deepEqual(statuses, [200, 401, 401, 401]);
  });

  it('F-40: answers a click while the authority gives no token', async () => {
    const { origin } = await startWithApp({ AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9' });
    const headers = {
      'Content-Type': 'application/json',
      authorization: `Bearer ${tokenFor(SERVICE_URL, { now: new Date() })}`,
    };

    const answers = await Promise.all(
      ['list.nothing', 'help.run'].map(async (verb) => {
        const body = JSON.stringify(click(verb));
        const answer = await fetch(`${origin}/api/messages`, { method: 'POST', headers, body });
        return { status: answer.status, body: await answer.text() };
      }),
    );

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    for (const { body } of answers) assert.match(body, /"statusCode":200.*activity\.message/u);
  });

  it('has the keys before the first activity, and is ready then', async () => {
    const { origin } = await startWithApp();
    while (keyServer.keyRequests === 0) await turn();

    const deadline = Date.now() + 1000;
    let ready = await fetch(`${origin}/readyz`);
    while (!ready.ok && Date.now() < deadline) ready = await fetch(`${origin}/readyz`);

    assert.deepEqual(await ready.json(), { status: 'ready', waitingFor: [] });
  });

  it('is alive and not ready without keys', async () => {
    keyServer.keys = { status: 503 };
    const { origin } = await startWithApp();

    const alive = await fetch(`${origin}/healthz`);
    const ready = await fetch(`${origin}/readyz`);

    assert.deepEqual([alive.status, ready.status], [200, 503]);
    assert.deepEqual(await ready.json(), { status: 'notReady', waitingFor: ['keys'] });
  });

  it('asks nobody for a token in local mode, and for no keys either', async () => {
    const running = await start({});

    const status = await post(running, { ...reaction(), channelId: 'emulator', timestamp: undefined });
    const ready = await fetch(`${running.origin}/readyz`);

    assert.deepEqual([status, ready.status, keyServer.requests], [200, 200, []]);
  });

  it('A-37: counts what was refused, and says so on another port only', async () => {
    const running = await start({ METRICS_PORT: '0' });
    await fetch(`${running.origin}/nowhere`);

    const here = await fetch(`${running.origin}/metrics`);
    const there = await fetch(running.metricsUrl ?? '');

    assert.equal(here.status, 404);
    assert.match(await there.text(), /^confer_refused_requests_total\{code="NotFound"\} 2$/mu);
  });

  it('P-35: is ready while the Skype for Business server does not answer', async () => {
    const running = await start({ UCWA_ROOT_URL: 'http://127.0.0.1:9/' });

    const ready = await fetch(`${running.origin}/readyz`);

    assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready', waitingFor: [] }]);
  });
});
