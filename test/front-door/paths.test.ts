import assert from 'node:assert/strict';

import { DoorHarness } from './door-harness';

/** Ways to ask for what is not there. */
const ASKED = [
  { method: 'GET', path: '/metrics', status: 404 },
  { method: 'GET', path: '/', status: 404 },
  { method: 'GET', path: '/favicon.ico', status: 404 },
  { method: 'POST', path: '/api/messages/', status: 404 },
  { method: 'POST', path: '/api/Messages', status: 404 },
  { method: 'POST', path: '/api//messages', status: 404 },
  { method: 'POST', path: '/api/messages%00', status: 404 },
  { method: 'POST', path: '/api/%2e%2e/api/messages', status: 404 },
  { method: 'POST', path: '/%zz', status: 404 },
  { method: 'GET', path: '/api/messages', status: 405 },
  { method: 'PUT', path: '/api/messages', status: 405 },
  { method: 'DELETE', path: '/api/messages', status: 405 },
  { method: 'PATCH', path: '/api/messages', status: 405 },
  { method: 'TRACE', path: '/api/messages', status: 405 },
  { method: 'OPTIONS', path: '/api/messages', status: 405 },
  { method: 'PROPFIND', path: '/api/messages', status: 405 },
  { method: 'POST', path: '/healthz', status: 405 },
  { method: 'OPTIONS', path: '/healthz', status: 405 },
].map((asked) => ({ ...asked, title: `${asked.method} ${asked.path} with ${String(asked.status)}` }));

/** Requests that no client library would make. */
const ODD = [
  { title: 'a tunnel', head: 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example', status: 405 },
  { title: 'a whole URL', head: 'GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example', status: 400 },
  { title: 'a star', head: 'OPTIONS * HTTP/1.1\r\nHost: confer', status: 400 },
  { title: 'a method nobody knows', head: 'STEAL /healthz HTTP/1.1\r\nHost: confer', status: 400 },
  { title: 'no HTTP at all', head: '\u0016\u0003\u0001', status: 400 },
  { title: 'a wish nobody knows', head: 'GET /healthz HTTP/1.1\r\nHost: confer\r\nExpect: tea', status: 417 },
  {
    title: 'another protocol',
    head: 'GET /nothing HTTP/1.1\r\nHost: confer\r\nConnection: Upgrade\r\nUpgrade: websocket',
    status: 404,
  },
].map((odd) => ({ ...odd, title: `${odd.title} with ${String(odd.status)}` }));

const SECURITY = [
  'cache-control: no-store',
  "content-security-policy: default-src 'none'; frame-ancestors 'none'",
  'content-type: application/json; charset=utf-8',
  'referrer-policy: no-referrer',
  'strict-transport-security: max-age=31536000',
  'x-content-type-options: nosniff',
] as const;

describe('what may be asked for', function () {
  this.timeout(10_000);

  let door: DoorHarness;

  beforeEach(async () => {
    door = await DoorHarness.start({ keepAliveTimeout: 100 });
  });

  afterEach(async () => {
    await door.stop();
  });

  /** What is sent back, byte by byte, until the server closes. */
  async function ask(head: string): Promise<string> {
    const line = await door.open();
    line.write(`${head}\r\n\r\n`);
    await line.closed();
    return line.received;
  }

  for (const { title, method, path, status } of ASKED) {
    it(`A-37: answers ${title}, before anything else is looked at`, async () => {
      const { text, ...got } = await door.knock({ method, path, authorization: [], body: '' });

      assert.equal(got.status, status);
      assert.match(text, /^\{"code":"(?:NotFound|RequestRefused|BadRequest)"\}$/u);
      assert.equal(got.headers.server, undefined);
      assert.equal(door.log.of('http.refused').length, 1);
      assert.doesNotMatch(JSON.stringify(door.log.records), /metrics|favicon/u);
    });
  }

  for (const { title, head, status } of ODD) {
    it(`A-37: answers ${title} and a fixed body`, async () => {
      const received = await ask(head);

      assert.ok(received.startsWith(`HTTP/1.1 ${String(status)} `), received);
      for (const header of SECURITY) assert.ok(received.toLowerCase().includes(header), `${header}\n${received}`);
      assert.match(received, /\r\n\r\n\{"code":"\w+"\}$/u);
      assert.doesNotMatch(received, /evil|^server:|x-powered-by/imu);
      assert.equal(door.log.of('http.refused').length, 1);
    });
  }

  it('A-37: does not care which host it is called by', async () => {
    const plain = await door.knock({ method: 'GET', path: '/healthz', authorization: [] });
    const called = await door.knock({
      method: 'GET',
      path: '/healthz',
      authorization: [],
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-original-url': '/metrics' },
    });

    assert.deepEqual([called.status, called.text], [plain.status, plain.text]);
    assert.doesNotMatch(JSON.stringify(called.headers), /evil/u);
  });

  it('P-35 says that it is alive before it is ready, and ready when it has keys', async () => {
    const ask = async (path: string) => door.knock({ method: 'GET', path, authorization: [] });

    const early = [await ask('/healthz'), await ask('/readyz')];
    door.keys.renew();
    await door.say();
    const late = await ask('/readyz');

    assert.deepEqual(
      [...early, late].map(({ status, text }) => `${String(status)} ${text}`),
      [
        '200 {"status":"ok"}',
        '503 {"status":"notReady","waitingFor":["keys"]}',
        '200 {"status":"ready","waitingFor":[]}',
      ],
    );
  });
});
