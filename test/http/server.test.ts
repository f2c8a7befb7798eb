import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import { MAX_BODY_BYTES } from '../../src/http/body';
import { HandOver } from '../../src/shared/hand-over';

import { HttpHarness, type Sent } from './http-client';

const JSON_TYPE = { 'content-type': 'application/json' };

const ACTIVITY = {
  type: 'message',
  from: { id: '29:anna' },
  conversation: { id: 'a:1' },
  serviceUrl: 'http://127.0.0.1:3979/',
  text: 'help',
};

function post(value: unknown, headers: Readonly<Record<string, string>> = JSON_TYPE): Sent {
  return { headers, body: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** What is refused, and how. */
const REFUSED: readonly (Sent & { readonly title: string; readonly status: number; readonly code: string })[] = [
  { title: 'no content type', ...post(ACTIVITY, {}), status: 415, code: 'ContentTypeNotJson' },
  {
    title: 'a form',
    ...post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    status: 415,
    code: 'ContentTypeNotJson',
  },
  { title: 'text', ...post(ACTIVITY, { 'content-type': 'text/plain' }), status: 415, code: 'ContentTypeNotJson' },
  {
    title: 'JSON of another kind',
    ...post(ACTIVITY, { 'content-type': 'application/json-patch' }),
    status: 415,
    code: 'ContentTypeNotJson',
  },
  {
    title: 'a compressed body',
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    body: gzipSync('{}'),
    status: 415,
    code: 'ContentEncodingNotSupported',
  },
  {
    title: 'a body that says it is too large',
    ...post('x'.repeat(MAX_BODY_BYTES + 1)),
    status: 413,
    code: 'BodyTooLarge',
  },
  {
    title: 'a body that grows too large',
    headers: JSON_TYPE,
    chunks: Array.from({ length: 5 }, () => Buffer.alloc(64 * 1024, 0x20)),
    status: 413,
    code: 'BodyTooLarge',
  },
  { title: 'no body', ...post(''), status: 400, code: 'BodyNotJsonObject' },
  { title: 'broken JSON', ...post('{"type":'), status: 400, code: 'BodyNotJsonObject' },
  { title: 'a list', ...post([ACTIVITY]), status: 400, code: 'BodyNotJsonObject' },
  { title: 'null', ...post('null'), status: 400, code: 'BodyNotJsonObject' },
  { title: 'a text', ...post('"x"'), status: 400, code: 'BodyNotJsonObject' },
  { title: 'very deep brackets', ...post('['.repeat(100_000)), status: 400, code: 'BodyNotJsonObject' },
  { title: 'an empty object', ...post({}), status: 400, code: 'ActivityTypeMissing' },
  { title: 'a type that is no text', ...post({ ...ACTIVITY, type: 5 }), status: 400, code: 'ActivityTypeMissing' },
  { title: 'no sender', ...post({ ...ACTIVITY, from: undefined }), status: 400, code: 'ActivityFromMissing' },
  {
    title: 'a sender without an id',
    ...post({ ...ACTIVITY, from: { name: 'x' } }),
    status: 400,
    code: 'ActivityFromMissing',
  },
  { title: 'a sender that is null', ...post({ ...ACTIVITY, from: null }), status: 400, code: 'ActivityFromMissing' },
  {
    title: 'a sender with an empty id',
    ...post({ ...ACTIVITY, from: { id: '' } }),
    status: 400,
    code: 'ActivityFromMissing',
  },
  {
    title: 'no conversation',
    ...post({ ...ACTIVITY, conversation: undefined }),
    status: 400,
    code: 'ActivityConversationMissing',
  },
  {
    title: 'a conversation with a number',
    ...post({ ...ACTIVITY, conversation: { id: 5 } }),
    status: 400,
    code: 'ActivityConversationMissing',
  },
  {
    title: 'no service URL',
    ...post({ ...ACTIVITY, serviceUrl: undefined }),
    status: 400,
    code: 'ServiceUrlNotAllowed',
  },
  {
    title: 'a foreign service URL',
    ...post({ ...ACTIVITY, serviceUrl: 'https://evil.example/' }),
    status: 400,
    code: 'ServiceUrlNotAllowed',
  },
  { title: 'another path', ...post(ACTIVITY), path: '/api/other', status: 404, code: 'NotFound' },
  { title: 'a path that climbs', ...post(ACTIVITY), path: '/../../etc/passwd', status: 404, code: 'NotFound' },
  { title: 'another method', method: 'GET', status: 405, code: 'RequestRefused' },
  { title: 'a posted health check', ...post({}), path: '/healthz', status: 405, code: 'RequestRefused' },
];

describe('the HTTP server', () => {
  let http: HttpHarness;

  beforeEach(async () => {
    http = new HttpHarness();
    await http.start();
  });

  afterEach(async () => {
    await http.stop();
  });

  it('hands an activity over with who called, and gives back what came of it', async () => {
    http.result = { status: 200, body: { type: 'x', value: 1 } };

    const got = await http.send(post(ACTIVITY));

    assert.deepEqual([got.status, got.body], [200, { type: 'x', value: 1 }]);
    assert.deepEqual(http.received, [{ activity: ACTIVITY, caller: { kind: 'local' } }]);
  });

  it('takes content types with parameters, in any letter case', async () => {
    const got = await http.send(post(ACTIVITY, { 'content-type': 'Application/JSON; charset=utf-8' }));

    assert.equal(got.status, 200);
  });

  it('answers an empty object when there is nothing to say', async () => {
    http.result = { status: 201 };

    const got = await http.send(post(ACTIVITY));

    assert.deepEqual([got.status, got.body], [201, {}]);
  });

  it('tells whether an answer was handed over', async () => {
    const handOver = new HandOver();
    http.result = { status: 200, handOver };

    await http.send(post(ACTIVITY));

    assert.equal(await handOver.done, true);
  });

  it('tells that an answer was not handed over when the caller was gone before', async () => {
    const handOver = new HandOver();
    const gone = new AbortController();
    http.result = { status: 200, handOver };
    http.beforeAnswer = async () => {
      gone.abort();
      while (http.connections > 0) await new Promise(setImmediate);
    };

    await assert.rejects(http.send({ ...post(ACTIVITY), signal: gone.signal }));

    assert.equal(await handOver.done, false);
  });

  it('keeps letters that are spread over two pieces of a body', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...ACTIVITY, text: 'süß €' }));
    const middle = bytes.indexOf('ü') + 1;

    await http.send({ headers: JSON_TYPE, chunks: [bytes.subarray(0, middle), bytes.subarray(middle)] });

    assert.equal(http.received[0]?.activity.text, 'süß €');
  });

  it('takes a body of exactly the limit', async () => {
    const json = JSON.stringify(ACTIVITY);

    const got = await http.send(post(json.padEnd(MAX_BODY_BYTES)));

    assert.equal(got.status, 200);
  });

  it('says that it is well', async () => {
    const got = await http.send({ method: 'GET', path: '/healthz' });

    assert.deepEqual([got.status, got.body], [200, { status: 'ok' }]);
  });

  it('says whether it should get work', async () => {
    const ready = await http.send({ method: 'GET', path: '/readyz' });
    http.isReady = false;
    const notReady = await http.send({ method: 'GET', path: '/readyz' });

    assert.deepEqual([ready.status, ready.body], [200, { status: 'ready', waitingFor: [] }]);
    assert.deepEqual([notReady.status, notReady.body], [503, { status: 'notReady', waitingFor: ['storage'] }]);
  });

  it('does not tell a caller what went wrong inside', async () => {
    http.result = new TypeError('secret detail');

    const got = await http.send(post(ACTIVITY));

    assert.deepEqual([got.status, got.body], [500, { code: 'Internal' }]);
    assert.match(String(http.log.of('http.failed')[0]?.fields.error), /secret detail/u);
  });

  for (const path of ['/healthz', '/readyz', '/api/messages', '/nothing']) {
    it(`protects what ${path} answers, and does not name its software`, async () => {
      const { headers } = await http.send({ method: 'GET', path });

      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.match(String(headers['content-security-policy']), /default-src 'none'/u);
      assert.equal(headers['strict-transport-security'], 'max-age=31536000');
      assert.match(String(headers['content-type']), /^application\/json/u);
      assert.equal(headers.server, undefined);
      assert.equal(headers['x-powered-by'], undefined);
    });
  }

  for (const { title, status, code, ...sent } of REFUSED) {
    it(`refuses ${title} with a fixed body, and hands nothing over`, async () => {
      const got = await http.send(sent);

      assert.deepEqual([got.status, got.body], [status, { code }]);
      assert.deepEqual(http.received, []);
    });
  }

  it('goes on after a caller hung up in the middle of a body', async () => {
    await assert.rejects(
      http.send({ headers: { ...JSON_TYPE, 'content-length': '100' }, chunks: [Buffer.from('{')], hangUp: true }),
    );

    assert.equal((await http.send(post(ACTIVITY))).status, 200);
  });
});
