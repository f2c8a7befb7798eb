import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { UcwaTransportError } from '../../src/ucwa';
import { decodeEventPackage } from '../../src/ucwa/resources/event-package';
import { Transport } from '../../src/ucwa/transport';

import { anySignal } from './support/pool';

/** Sends one GET to a server that answers like this, with a limit of 300 ms for one request. */
async function ask(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  const transport = new Transport({ timeouts: { requestMs: 300 } }, 'Test/1.0');
  try {
    return await transport.send({ method: 'GET', url }, anySignal());
  } finally {
    transport.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Writes `piece` as fast as it is read, for ever. */
function pour(response: ServerResponse, piece: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
}

function failsWith(kind: UcwaTransportError['kind']): (error: unknown) => boolean {
  return (error) => error instanceof UcwaTransportError && error.kind === kind;
}

/** How much the process grows while `work` runs, in MiB. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  await work();
  return (process.memoryUsage().rss - before) / 1024 / 1024;
}

describe('A hostile server', () => {
  it('that never stops sending is left, in bounded memory', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');

    const grown = await growth(async () => {
      const asking = ask((_request, response) => {
        pour(response, piece);
      });
      await assert.rejects(asking, failsWith('too-large'));
    });

    assert.ok(grown < 100, `grew by ${String(grown)} MiB`);
  });

  it('that sends a gzip bomb is left, in bounded memory', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));

    const grown = await growth(async () => {
      const asking = ask((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(bomb);
      });
      await assert.rejects(asking, failsWith('too-large'));
    });

    assert.ok(grown < 100, `grew by ${String(grown)} MiB`);
  }).timeout(5_000);

  it('that drips for ever is left when the time is up', async () => {
    let dripping: NodeJS.Timeout | undefined;
    try {
      const asking = ask((_request, response) => {
        dripping = setInterval(() => response.write(' '), 20);
      });
      await assert.rejects(asking, failsWith('timeout'));
    } finally {
      clearInterval(dripping);
    }
  });

  it('that tells of a million senders is read in bounded time', () => {
    const senders = Array.from({ length: 1_000_000 }, () => ({}));
    const began = performance.now();

    const { events } = decodeEventPackage({ sender: senders }, new URL('https://pool.contoso.com/events'));

    assert.deepEqual(events, []);
    assert.ok(performance.now() - began < 10_000);
  }).timeout(15_000);
});
