import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { openStore, startConfer } from '../../src/compose';
import { loadConfig } from '../../src/config/config';
import { createJsonLogger } from '../../src/shared/json-logger';
import { contoso, type RunningSimulator, startSimulator } from '../../src/simulator';
import { KeyServer } from '../front-door/key-server';
import { APP_ID, CONNECTOR_KEY, ISSUER, TENANT_ID, tokenFor } from '../front-door/tokens';
import { LocalChat } from '../support/local-chat';
import { RunningConfer } from '../support/running-confer';

/** Secrets of tests: whatever of them is found in a log was leaked. */
const CANARY = {
  password: 'Canary-Password-4711',
  wrongPassword: 'Canary-Wrong-Password-0815',
  ticket: 'cwt=CanaryTicketAAEBHAEFAAAA',
  token: 'eyJDYW5hcnkiOjF9.eyJDYW5hcnkiOjJ9.Q2FuYXJ5VG9rZW4',
  clientSecret: 'Canary~Client~Secret',
  joinKey: 'CANARY77',
  pin: '80150042',
  person: 'canary.person@contoso.com',
  words: 'CanaryWordsOfAPerson',
} as const;

/** What a careless server says: everything it was told. */
const ECHO = [
  `Authorization: Bearer ${CANARY.ticket}`,
  `Cookie: session=${CANARY.token}`,
  `grant_type=password&username=${CANARY.person}&password=${CANARY.password}`,
  `join https://meet.contoso.com/canary/${CANARY.joinKey} conference ID ${CANARY.pin} PIN: ${CANARY.pin}`,
].join('\r\n');

function company(password: string): typeof contoso {
  const { people, serviceAccount } = contoso;
  return {
    ...contoso,
    people: people.map((person) => (person.account === serviceAccount ? { ...person, password } : person)),
  };
}

function assertNoCanary(lines: readonly string[], more: readonly string[] = []): void {
  const text = lines.join('\n');
  for (const secret of [...Object.values(CANARY), ...more]) {
    const at = text.toLowerCase().indexOf(secret.toLowerCase());
    assert.equal(at, -1, `"${secret}" in the log: ${text.slice(Math.max(0, at - 300), at + 100)}`);
  }
  assert.doesNotMatch(text, /cwt=(?!\[)|eyJ|Bearer (?!\[)/u);
}

describe('the log', () => {
  describe('of the whole product, at its most talkative', function () {
    this.timeout(60_000);

    let server: RunningSimulator;

    beforeEach(async () => {
      server = await startSimulator({ company: company(CANARY.password), timeScale: 0.1 });
    });

    afterEach(async () => {
      await RunningConfer.stopAll();
      await server.stop();
    });

    async function start(): Promise<RunningConfer> {
      const { rootUrl, demoAccount } = server;
      const account = { UCWA_USERNAME: demoAccount.username, UCWA_PASSWORD: CANARY.password };
      return RunningConfer.start({ LOG_LEVEL: 'debug', UCWA_ROOT_URL: rootUrl, ...account });
    }

    async function fail(confer: RunningConfer, match: object, answer: object): Promise<void> {
      await confer.control('POST', '/_sim/faults', { match, body: ECHO, ...answer });
    }

    it('A-30: holds no secret of what people said and of meetings that were made', async () => {
      const confer = await start();
      const chat = new LocalChat(confer.page);

      const made = JSON.stringify(
        await chat.say(`new ${CANARY.words}, with ${CANARY.person}`, 'Your meeting is ready'),
      );
      await chat.say(`start ${CANARY.words}`, 'Your meeting is on');
      await chat.say(`join https://meet.contoso.com/canary/${CANARY.joinKey}`, '');
      await chat.say(`join ${CANARY.pin}`, '');
      await chat.say(`show ${CANARY.joinKey}`, '');
      await chat.say(`what is ${CANARY.token}, password=${CANARY.wrongPassword}?`, '');
      const { meetings } = (await confer.control('GET', '/_sim/state')) as {
        meetings: readonly { onlineMeetingId: string; organizer: string }[];
      };
      await confer.stop();

      assert.match(made, /Conference ID/u);
      const [, conferenceId = 'none'] = /"text":"(\d{8})"/u.exec(made) ?? [];
      assert.match(conferenceId, /^\d{8}$/u);
      assert.ok(meetings.length > 1 && confer.lines.length > 20);
      assert.match(confer.lines.join('\n'), /"event":"ucwa.response"[^\n]*\n(?:.*\n)*.*"event":"meeting.started"/u);
      assertNoCanary(confer.lines, [conferenceId, ...meetings.map(({ onlineMeetingId }) => onlineMeetingId)]);
    });

    it('A-30: holds nothing that a careless server repeats', async () => {
      const confer = await start();
      const chat = new LocalChat(confer.page);
      await chat.say('list', 'meetings');

      await fail(confer, { path: 'myOnlineMeetings' }, { status: 500, times: 20 });
      await chat.say('list', 'Reference');
      await confer.control('DELETE', '/_sim/faults');
      const json = { contentType: 'application/json' };
      const error = JSON.stringify({
        code: 'BadRequest',
        subcode: CANARY.ticket,
        message: ECHO,
        debugInfo: { x: ECHO },
      });
      await fail(
        confer,
        { method: 'POST', path: 'myOnlineMeetings' },
        { ...json, status: 400, times: 20, body: error },
      );
      await chat.say('new Echo', 'Reference');
      await confer.control('DELETE', '/_sim/faults');
      await fail(confer, { path: 'myOnlineMeetings' }, { ...json, status: 200, body: ECHO, times: 20 });
      await chat.say('list', 'Reference');
      await confer.stop();

      assert.match(confer.lines.join('\n'), /turn\.(?:problem|failed)/u);
      assertNoCanary(confer.lines);
    });

    it('A-30: holds no password that is refused, and no ticket that is not taken', async () => {
      const { rootUrl, demoAccount } = server;
      const account = { UCWA_USERNAME: demoAccount.username, UCWA_PASSWORD: CANARY.wrongPassword };
      const refused = await RunningConfer.start({ LOG_LEVEL: 'debug', UCWA_ROOT_URL: rootUrl, ...account });
      await new LocalChat(refused.page).say('list', 'Reference');
      await refused.stop();

      const ticket = JSON.stringify({ access_token: CANARY.ticket, expires_in: 3600, ms_rtc_identityscope: 'local' });
      const confer = await start();
      const json = { contentType: 'application/json' };
      await fail(confer, { method: 'POST', path: '[Tt]oken' }, { ...json, status: 200, body: ticket, times: 20 });
      // Afterwards: Confer may be signing in just now, and takes no good ticket between the two.
      await confer.control('POST', '/_sim/tokens/expire');
      await new LocalChat(confer.page).say('list', 'Reference');
      await confer.stop();

      assert.ok(refused.lines.some((line) => line.includes('server.signInRefused')));
      assertNoCanary([...refused.lines, ...confer.lines]);
    });
  });

  describe('of a bot with an app id', function () {
    this.timeout(30_000);

    let folder: string;
    let keys: KeyServer;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'confer-test-'));
      keys = await KeyServer.start();
      keys.keys = { json: { keys: [CONNECTOR_KEY.entry()] } };
    });

    afterEach(async () => {
      await keys.stop();
      await rm(folder, { recursive: true });
    });

    it('A-30, A-32: holds neither the client secret nor what a caller sent', async () => {
      const lines: string[] = [];
      const log = createJsonLogger({ level: 'debug', now: () => new Date(), write: (line) => lines.push(line) });
      const serviceUrl = 'http://127.0.0.1:9/';
      const config = loadConfig({
        ...{
          MICROSOFT_APP_ID: APP_ID,
          MICROSOFT_APP_TENANT_ID: TENANT_ID,
          MICROSOFT_APP_PASSWORD: CANARY.clientSecret,
        },
        ...{ NODE_ENV: 'test', BOT_OPENID_METADATA_URL: keys.metadataUrl.href, BOT_TOKEN_ISSUER: ISSUER },
        ...{ BOT_SERVICE_URL_HOSTS: '127.0.0.1:9', AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9' },
        ...{ UCWA_ROOT_URL: serviceUrl, UCWA_USERNAME: 'confer@contoso.com', UCWA_PASSWORD: CANARY.password },
        ...{ PORT: '0', BIND_ADDRESS: '127.0.0.1', DATA_DIR: folder },
      });
      const { server, account } = config;
      assert.ok(server.kind !== 'simulator' && account !== undefined);
      const confer = await startConfer({ ...config, server, account }, { log, store: await openStore(config, log) });
      const now = new Date();
      const tenant = { id: TENANT_ID };
      const activity = {
        ...{ type: 'message', id: 'm-1', channelId: 'msteams', serviceUrl, timestamp: now.toISOString() },
        ...{ from: { id: '29:anna', name: CANARY.person, aadObjectId: 'a-1' }, recipient: { id: '28:confer' } },
        ...{ conversation: { id: 'a:1', conversationType: 'personal', tenantId: TENANT_ID }, channelData: { tenant } },
        text: `list ${CANARY.words} ${CANARY.token}`,
      };
      const post = async (place: string, body: object, authorization: string): Promise<number> => {
        const headers = { 'Content-Type': 'application/json', authorization };
        return (await fetch(`${confer.origin}${place}`, { method: 'POST', headers, body: JSON.stringify(body) }))
          .status;
      };

      const statuses = [
        await post('/api/messages', activity, `Bearer ${tokenFor(serviceUrl, { now })}`),
        await post('/api/messages', activity, `Bearer ${CANARY.token}`),
        await post(`/${CANARY.ticket}?password=${CANARY.password}`, activity, `Bearer ${CANARY.token}`),
        await post('/api/messages', { ...activity, type: `x\r\n\u001b[31m${CANARY.words}` }, 'Bearer'),
      ];
      await confer.stop();

      assert.deepEqual(statuses, [200, 401, 404, 401]);
      const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
      for (const event of ['auth.refused', 'http.refused', 'reply.undelivered'])
        assert.ok(events.includes(event), event);
      for (const line of lines) assert.match(line, /^[\x20-\x7e]+\n$/u);
      assertNoCanary(lines);
    });
  });
});
