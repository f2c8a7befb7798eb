import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createMetricsServer } from '../../src/http/metrics-server';
import { RecordingLogger } from '../support/recording-logger';

describe('the server of metrics', () => {
  let server: Server;
  let log: RecordingLogger;
  let failing: boolean;

  beforeEach(async () => {
    failing = false;
    log = new RecordingLogger();
    server = createMetricsServer({
      log,
      page: async () =>
        failing ? Promise.reject(new Error('no page')) : Promise.resolve({ type: 'text/plain', text: 'up 1\n' }),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** By Node's own client: fetch knows no TRACE. */
  async function ask(method: string, path: string): Promise<{ status: number; body: string; headers: object }> {
    const { port } = server.address() as AddressInfo;
    const sent = request({ port, method, path, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: response.headers };
  }

  it('gives the metrics away', async () => {
    const { status, body, headers } = await ask('GET', '/metrics');

    assert.deepEqual([status, body], [200, 'up 1\n']);
    assert.deepEqual(
      { ...headers, date: '', 'keep-alive': '' },
      {
        ...headers,
        ...{ date: '', 'keep-alive': '', 'content-type': 'text/plain', 'cache-control': 'no-store' },
        'x-content-type-options': 'nosniff',
      },
    );
  });

  it('tells their length to whoever asks for that only', async () => {
    const { status, body } = await ask('HEAD', '/metrics');

    assert.deepEqual([status, body], [200, '']);
  });

  for (const [method, path, status] of [
    ['GET', '/', 404],
    ['GET', '/healthz', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/metrics/../api/messages', 404],
    ['POST', '/api/messages', 404],
    ['POST', '/metrics', 405],
    ['TRACE', '/metrics', 405],
    ['OPTIONS', '/metrics', 405],
    ['DELETE', '/metrics', 405],
  ] as const) {
    it(`A-37: refuses ${method} ${path} with fixed words`, async () => {
      const answer = await ask(method, path);

      assert.equal(answer.status, status);
      assert.deepEqual(JSON.parse(answer.body), { code: status === 404 ? 'NotFound' : 'RequestRefused' });
    });
  }

  it('says nothing about its own mistakes', async () => {
    failing = true;

    const { status, body } = await ask('GET', '/metrics');

    assert.deepEqual([status, body], [500, '{"code":"Internal"}']);
    assert.equal(log.of('metrics.failed').length, 1);
  });
});
