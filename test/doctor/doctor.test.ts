import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { examine } from '../../src/doctor/doctor';
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../../src/simulator';
import { testAuthority, testServer } from '../support/tls';

const CANARY = 'canary-5up3r-s3cret';
const freePorts = { PORT: '0', LOCAL_TEAMS_PORT: '0', SIMULATOR_PORT: '0', LOG_LEVEL: 'error' };

describe('the doctor', () => {
  let folder: string;
  const simulators: RunningSimulator[] = [];
  const servers: Server[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-doctor-'));
  });

  afterEach(async () => {
    for (const simulator of simulators.splice(0)) await simulator.stop();
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    await rm(folder, { recursive: true });
  });

  async function simulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
    const started = await startSimulator(options);
    simulators.push(started);
    return started;
  }

  /** A server that answers everything in the same way. */
  async function stranger(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  }

  async function report(
    env: Record<string, string>,
    options: { limitMs?: number; startDemoServer?: () => Promise<RunningSimulator> } = {},
  ): Promise<{ isFine: boolean; text: string; line: (name: string) => string }> {
    const lines: string[] = [];
    const isFine = await examine(
      {
        env: { ...freePorts, DATA_DIR: folder, ...env },
        nodeVersion: '22.12.0',
        now: () => new Date(),
        startDemoServer: options.startDemoServer ?? (async () => startSimulator()),
        write: (line) => lines.push(line),
        limitMs: options.limitMs ?? 10_000,
      },
      new AbortController().signal,
    );
    const line = (name: string): string => lines.find((one) => one.slice(13).startsWith(`${name} `)) ?? '';
    return { isFine, text: lines.join('\n'), line };
  }

  it('finds nothing wrong where nothing is configured, and stops the demo server again', async () => {
    const started: RunningSimulator[] = [];
    const startDemoServer = async (): Promise<RunningSimulator> => {
      started.push(await simulator());
      return started[0] ?? simulator();
    };

    const { isFine, text, line } = await report({}, { startDemoServer });

    assert.equal(isFine, true, text);
    assert.deepEqual(
      text.split('\n').filter((one) => !one.startsWith('ok ')),
      ['Nothing is wrong.'],
    );
    assert.match(line('server'), /npm start uses the built-in simulator/);
    await assert.rejects(fetch(started[0]?.rootUrl ?? ''));
  });

  it('leaves no application behind on the server', async () => {
    const { rootUrl, demoAccount, requests } = await simulator();

    await report({ UCWA_ROOT_URL: rootUrl, UCWA_USERNAME: demoAccount.username, UCWA_PASSWORD: demoAccount.password });

    const deleted = requests.filter(
      ({ method, path: where }) => method === 'DELETE' && /applications\/[^/]+$/.test(where),
    );
    assert.deepEqual(
      deleted.map(({ status }) => status),
      [204],
    );
  });

  it('reports a wrong password once, without trying it again or showing it', async () => {
    const { rootUrl, demoAccount, requests } = await simulator();

    const { isFine, text, line } = await report({
      UCWA_ROOT_URL: rootUrl,
      UCWA_USERNAME: demoAccount.username,
      UCWA_PASSWORD: CANARY,
    });

    assert.equal(isFine, false);
    assert.match(line('sign-in'), /^problem .* -> Check UCWA_USERNAME and its password/);
    assert.match(line('policy'), /^not checked .* because "sign-in" failed/);
    assert.equal(requests.filter(({ method, path: where }) => method === 'POST' && /token/i.test(where)).length, 1);
    assert.doesNotMatch(text, new RegExp(CANARY));
  });

  it('reports a server that does not answer, and what was not checked because of it', async () => {
    const { isFine, line } = await report({
      UCWA_ROOT_URL: 'http://127.0.0.1:1/',
      UCWA_USERNAME: 'confer@contoso.com',
      UCWA_PASSWORD: CANARY,
    });

    assert.equal(isFine, false);
    assert.match(line('discovery'), /^problem .* -> Check that the firewall/);
    assert.match(line('certificate'), /^not checked/);
    assert.match(line('grants'), /^not checked .* because "discovery" failed/);
    assert.match(line('clock'), /^not checked .* because "discovery" failed/);
    assert.match(line('sign-in'), /^not checked .* because "discovery" failed/);
    assert.match(line('meet hosts'), /^not checked .* because "discovery" failed/);
  });

  it('reports a web page in place of a server', async () => {
    const rootUrl = await stranger((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<html>Please log in</html>');
    });

    const { line } = await report({ UCWA_ROOT_URL: rootUrl, UCWA_USERNAME: 'a@contoso.com', UCWA_PASSWORD: CANARY });

    assert.match(line('discovery'), /^problem .* -> Check that no proxy or login page/);
  });

  it('reports a server that is silent for too long', async () => {
    const rootUrl = await stranger(() => undefined);

    const { line } = await report(
      { UCWA_ROOT_URL: rootUrl, UCWA_USERNAME: 'a@contoso.com', UCWA_PASSWORD: CANARY },
      { limitMs: 100 },
    );

    assert.match(line('discovery'), /^problem .* no result after 0\.1 seconds/);
  });

  it('reports clocks that are far apart', async () => {
    const { rootUrl, demoAccount } = await simulator();
    const late = new Date(Date.now() - 20 * 60_000).toUTCString();
    const headers = { ...challenge(rootUrl, 'password'), Date: late };
    await disturb(rootUrl, { match: { path: 'oauth/user' }, times: 1, status: 401, headers });

    const { line } = await report({
      UCWA_ROOT_URL: rootUrl,
      UCWA_USERNAME: demoAccount.username,
      UCWA_PASSWORD: demoAccount.password,
    });

    assert.match(line('clock'), /^problem .*ahead of the server/);
  });

  it('sends no password to a server that does not take one', async () => {
    const { rootUrl, demoAccount, requests } = await simulator();
    await disturb(rootUrl, {
      match: { path: 'oauth/user' },
      times: 1,
      status: 401,
      headers: challenge(rootUrl, 'urn:microsoft.rtc:windows'),
    });

    const { line } = await report({
      UCWA_ROOT_URL: rootUrl,
      UCWA_USERNAME: demoAccount.username,
      UCWA_PASSWORD: demoAccount.password,
    });

    assert.match(line('grants'), /^problem .*does not offer password; it offers Windows \(NTLM\/Negotiate\)/);
    assert.match(line('sign-in'), /^not checked .* because "grants" failed/);
    assert.match(line('clock'), /^ok/);
    assert.equal(
      requests.filter(({ method, path: where }) => method === 'POST' && !where.startsWith('/_sim')).length,
      0,
    );
  });

  describe('over https', () => {
    it('trusts a private authority that is configured', async () => {
      const { rootUrl, demoAccount } = await simulator({ tls: testServer });
      const authority = path.join(folder, 'ca.pem');
      await writeFile(authority, testAuthority);

      const { isFine, text, line } = await report({
        UCWA_ROOT_URL: rootUrl,
        UCWA_CA_FILE: authority,
        UCWA_USERNAME: demoAccount.username,
        UCWA_PASSWORD: demoAccount.password,
      });

      assert.match(line('certificate'), /^ok .* is trusted until 21/);
      assert.equal(isFine, true, text);
    });

    it('shows the certificate nobody trusts, and names the setting that helps', async () => {
      const { rootUrl } = await simulator({ tls: testServer });

      const { line } = await report({ UCWA_ROOT_URL: rootUrl, UCWA_USERNAME: 'a@contoso.com', UCWA_PASSWORD: CANARY });

      assert.match(line('discovery'), /^problem .* -> Set UCWA_CA_FILE/);
      assert.match(line('certificate'), /^problem .*"Doctor test authority".* -> Set UCWA_CA_FILE/);
    });
  });

  it('gives every wrong setting a line, and checks nothing that builds on them', async () => {
    const { isFine, text, line } = await report({
      PORT: '80a',
      UCWA_ROOT_URL: `ftp://confer:${CANARY}@pool.contoso.com`,
      UCWA_PASSWORD: CANARY,
      MICROSOFT_APP_ID: 'not-a-guid',
      MICROSOFT_APP_PASSWORD: `${CANARY}-2`,
    });

    assert.equal(isFine, false);
    assert.ok((text.match(/^problem +settings /gm) ?? []).length >= 4, text);
    assert.match(line('identity'), /^not checked .* because "settings" failed/);
    assert.match(line('server'), /^not checked .* because "settings" failed/);
    assert.doesNotMatch(text, new RegExp(CANARY));
  });

  it('warns of a setting that Confer does not know', async () => {
    const { isFine, text } = await report({ UCWA_PASWORD: CANARY });

    assert.equal(isFine, true, text);
    assert.match(text, /^warning +settings +UCWA_PASWORD is set, but Confer knows no such setting/m);
    assert.doesNotMatch(text, new RegExp(CANARY));
  });

  it('takes the password out of a file and shows it nowhere', async () => {
    const { rootUrl, demoAccount } = await simulator();
    const file = path.join(folder, 'password');
    await writeFile(file, `${CANARY}\n`);

    const { text, line } = await report({
      UCWA_ROOT_URL: rootUrl,
      UCWA_USERNAME: demoAccount.username,
      UCWA_PASSWORD_FILE: file,
    });

    assert.match(line('sign-in'), /^problem/);
    assert.doesNotMatch(text, new RegExp(CANARY));
  });
});

/** Makes the next answers of the simulator go wrong. */
async function disturb(rootUrl: string, fault: object): Promise<void> {
  const answer = await fetch(new URL('/_sim/faults', rootUrl), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(fault),
  });
  assert.ok(answer.ok, String(answer.status));
}

/** The challenge of a pool that takes `grant`. */
function challenge(rootUrl: string, grant: string): Record<string, string> {
  const href = new URL('/WebTicket/oauthtoken', rootUrl).href;
  return { 'WWW-Authenticate': `MsRtcOAuth href="${href}",grant_type="${grant}"` };
}
