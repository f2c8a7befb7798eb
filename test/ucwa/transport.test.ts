import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { UcwaTransportError } from '../../src/ucwa';
import { Transport } from '../../src/ucwa/transport';

import { anySignal } from './support/pool';

function answer(
  response: ServerResponse,
  head: [number, Record<string, string | string[]>],
  content?: string | Buffer,
): void {
  response.writeHead(...head); // not chained: restify, once loaded, returns nothing
  response.end(content);
}

describe('Transport', () => {
  let server: Server;
  let listener: RequestListener;
  let transport: Transport;
  let url: URL;

  beforeEach(async () => {
    server = createServer((request, response) => {
      listener(request, response);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/x`);
    transport = new Transport({ timeouts: { requestMs: 1_000 } }, 'Confer/1.0 ä\r\nX-Evil: 1');
  });

  afterEach(async () => {
    transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  const isKind =
    (kind: string, ambiguous: boolean) =>
    (error: unknown): boolean =>
      error instanceof UcwaTransportError && error.kind === kind && error.ambiguous === ambiguous;

  it('takes every status for an answer and joins repeated headers', async () => {
    listener = (_request, response) => {
      answer(response, [500, { 'www-authenticate': ['Bearer a="1"', 'NTLM'] }], 'x');
    };
    const received = await transport.send({ method: 'GET', url }, anySignal());
    assert.deepEqual([received.status, received.text], [500, 'x']);
    assert.equal(received.headers['www-authenticate'], 'Bearer a="1", NTLM');
  });

  it('follows no redirect', async () => {
    listener = (_request, response) => {
      answer(response, [302, { location: 'http://127.0.0.1:1/' }]);
    };
    assert.equal((await transport.send({ method: 'GET', url }, anySignal())).status, 302);
  });

  it('ignores a proxy of the environment', async () => {
    listener = (_request, response) => response.end('direct');
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://127.0.0.1:1';
    try {
      assert.equal((await transport.send({ method: 'GET', url }, anySignal())).text, 'direct');
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });

  it('sends a name without anything that could break the header', async () => {
    let seen: unknown;
    listener = (request, response) => {
      seen = [request.headers['user-agent'], request.headers['x-evil'], request.headers.accept];
      response.end();
    };
    await transport.send({ method: 'GET', url }, anySignal());
    assert.deepEqual(seen, ['Confer/1.0 X-Evil: 1', undefined, 'application/json']);
  });

  it('sends a POST without body with length 0', async () => {
    let length: string | undefined;
    listener = (request, response) => {
      length = request.headers['content-length'];
      response.end();
    };
    await transport.send({ method: 'POST', url }, anySignal());
    assert.equal(length, '0');
  });

  it('gives up on an answer that is too large, also when it is compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(5 * 1024 * 1024, 0x20));
    listener = (_request, response) => {
      answer(response, [200, { 'content-encoding': 'gzip' }], bomb);
    };
    await assert.rejects(transport.send({ method: 'GET', url }, anySignal()), isKind('too-large', true));
    await assert.rejects(
      transport.send({ method: 'GET', url, maxBytes: 1_000 }, anySignal()),
      isKind('too-large', true),
    );
  });

  it('F-22: gives up after the time limit, and drops the connection', async () => {
    const dropped = new Promise((resolve) => {
      listener = (request) => request.socket.once('close', resolve);
    });
    await assert.rejects(transport.send({ method: 'GET', url, timeoutMs: 30 }, anySignal()), isKind('timeout', true));
    await dropped;
  });

  it('gives up on an answer that stops in the middle', async () => {
    listener = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('abc');
      setTimeout(() => response.destroy(), 5);
    };
    await assert.rejects(transport.send({ method: 'GET', url }, anySignal()), isKind('reset', true));
  });

  it('knows a reset from a refusal', async () => {
    listener = (request) => request.socket.destroy();
    await assert.rejects(transport.send({ method: 'POST', url }, anySignal()), isKind('reset', true));
    const refused = transport.send({ method: 'POST', url: new URL('http://127.0.0.1:1/') }, anySignal());
    await assert.rejects(refused, isKind('refused', false));
  });

  it('throws the reason of the caller, before and while sending', async () => {
    listener = () => undefined;
    const reason = new RangeError('turn ended');
    await assert.rejects(transport.send({ method: 'GET', url }, AbortSignal.abort(reason)), reason);
    const controller = new AbortController();
    const sending = transport.send({ method: 'GET', url }, controller.signal);
    setTimeout(() => {
      controller.abort(reason);
    }, 10);
    await assert.rejects(sending, reason);
  });

  it('uses a connection of its own where asked to, and shares otherwise', async () => {
    const ports: unknown[] = [];
    listener = (request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    };
    for (const ownConnection of [false, false, true])
      await transport.send({ method: 'GET', url, ownConnection }, anySignal());
    assert.equal(ports[0], ports[1]);
    assert.notEqual(ports[1], ports[2]);
  });
});
