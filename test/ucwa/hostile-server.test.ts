import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Server as SocketServer,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';

import { UcwaError, UcwaTransportError } from '../../src/ucwa';
import { Transport } from '../../src/ucwa/transport';

import { acceptMeetings, MeetingEvents } from './support/packages';
import { anySignal, type Pool, withAccount } from './support/pool';

/** What a hostile server may get rid of before it is left: our limit for one answer, and what the buffers between hold. */
const acceptedBytes = 24 * 1024 * 1024;

/** A server, and a transport whose requests may take so long; `ask` sends one GET. */
async function withServer(
  server: Server | SocketServer,
  test: (ask: () => Promise<{ readonly text: string }>) => Promise<void>,
  requestMs = 300,
): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  const transport = new Transport({ timeouts: { requestMs } }, 'Test/1.0');
  try {
    await test(async () => transport.send({ method: 'GET', url }, anySignal()));
  } finally {
    transport.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** Sends one GET to a server that answers like this. */
async function ask(answer: RequestListener, requestMs = 1_800): Promise<void> {
  const send = async (sendOne: () => Promise<unknown>): Promise<void> => {
    await sendOne();
  };
  await withServer(createServer(answer), send, requestMs);
}

/** A server that says exactly this to every request on a connection, whatever HTTP thinks of it. */
function saying(...answers: readonly string[]): SocketServer {
  return createSocketServer((socket) => {
    const left = [...answers];
    socket.on('data', () => {
      socket.write(left.shift() ?? '');
    });
  });
}

/** Writes pieces as fast as they are taken, for ever; tells how many bytes were. */
function pour(stream: Writable, piece: Buffer | string): { bytes: number } {
  const poured = { bytes: 0 };
  const more = (): void => {
    while (!stream.destroyed && stream.writable) {
      poured.bytes += piece.length;
      if (!stream.write(piece)) return;
    }
  };
  stream.on('drain', more);
  stream.on('error', () => undefined);
  more();
  return poured;
}

function failsWith(...kinds: readonly UcwaTransportError['kind'][]): (error: unknown) => boolean {
  return (error) => error instanceof UcwaTransportError && kinds.includes(error.kind);
}

const ok = (text: string, length = text.length): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${String(length)}\r\n\r\n${text}`;

/** Does what may fail, and counts what the pool was asked meanwhile. */
async function countRequests(pool: Pool, work: () => Promise<unknown>): Promise<number> {
  const before = pool.requests.length;
  await work().catch((error: unknown) => {
    if (!(error instanceof UcwaError)) throw error;
  });
  return pool.requests.length - before;
}

describe('A hostile server', () => {
  it('A-19: that never stops sending is left after a few megabytes', async () => {
    let poured = { bytes: 0 };

    const asking = ask((_request, response) => {
      poured = pour(response, Buffer.alloc(64 * 1024, 'x'));
    });
    await assert.rejects(asking, failsWith('too-large'));

    assert.ok(poured.bytes < acceptedBytes, `it got rid of ${String(poured.bytes)} bytes`);
  });

  it('A-19: that claims half a gigabyte is left after a few megabytes', async () => {
    let poured = { bytes: 0 };

    const asking = ask((_request, response) => {
      response.setHeader('content-length', 500 * 1024 * 1024);
      poured = pour(response, Buffer.alloc(64 * 1024, 'x'));
    });
    await assert.rejects(asking, failsWith('too-large'));

    assert.ok(poured.bytes < acceptedBytes, `it got rid of ${String(poured.bytes)} bytes`);
  });

  it('A-19: that sends a gzip bomb is left before it has gone off', async () => {
    const gzip = createGzip();
    let poured = { bytes: 0 };

    const asking = ask((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      gzip.pipe(response);
      response.on('close', () => gzip.destroy());
      poured = pour(gzip, Buffer.alloc(64 * 1024));
    });
    await assert.rejects(asking, failsWith('too-large'));

    gzip.destroy();
    assert.ok(poured.bytes < 256 * 1024 * 1024, `it packed ${String(poured.bytes)} bytes`);
  });

  it('A-20: is read in little memory, whatever it packs into its megabytes', async () => {
    const script = join(__dirname, 'support', 'hostile-documents.ts');
    const child = spawn(process.execPath, ['--max-old-space-size=256', '--import=tsx', script], { stdio: 'inherit' });

    const [code] = (await once(child, 'exit')) as [number | null];

    assert.equal(code, 0);
  }).timeout(60_000);

  it('A-19: that drips for ever is left when the time is up', async () => {
    let dripping: NodeJS.Timeout | undefined;
    try {
      const asking = ask((_request, response) => {
        dripping = setInterval(() => response.write(' '), 20);
      }, 300);
      await assert.rejects(asking, failsWith('timeout'));
    } finally {
      clearInterval(dripping);
    }
  });

  it('A-19: whose headers never end is left after a few kilobytes', async () => {
    let poured = { bytes: 0 };
    const server = createSocketServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        poured = pour(socket, `X-More: ${'x'.repeat(1_000)}\r\n`);
      });
    });

    await withServer(server, async (send) => {
      await assert.rejects(send(), failsWith('unknown', 'reset'));
    });

    assert.ok(poured.bytes < acceptedBytes, `it got rid of ${String(poured.bytes)} bytes`);
  });

  it('A-19: that always says it is about to answer is left when the time is up', async () => {
    const server = createSocketServer((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)), 5);
      socket.on('close', () => {
        clearInterval(timer);
      });
    });

    await withServer(server, async (send) => {
      await assert.rejects(send(), failsWith('timeout'));
    });
  });

  it('that says more than it was asked does not answer the next request with it', async () => {
    const server = saying(`${ok('{"a":1}')}${ok('{"evil":1}')}`, ok('{"b":2}'));

    await withServer(server, async (send) => {
      const answers = [await send(), await send()].map(({ text }) => text);

      assert.ok(!answers.join('').includes('evil'), answers.join(' '));
    });
  });

  it('that claims more than it sends is left when the time is up', async () => {
    await withServer(saying(ok('{"a":1}', 5_000)), async (send) => {
      await assert.rejects(send(), failsWith('timeout'));
    });
  });

  it('that sends more than it claims is not believed', async () => {
    await withServer(saying(ok('{"a":1}garbage', 7)), async (send) => {
      await assert.rejects(send(), failsWith('unknown', 'reset'));
    });
  });

  for (const [name, length] of [
    ['a length that is none', 'Content-Length: many'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
  ] as const) {
    it(`that sends ${name} is not believed`, async () => {
      await withServer(saying(`HTTP/1.1 200 OK\r\n${length}\r\n\r\n{}`), async (send) => {
        await assert.rejects(send(), failsWith('unknown', 'reset', 'timeout'));
      });
    });
  }

  it('A-20: whose collection is an entry of itself is asked for it once', async () => {
    await withAccount(async (pool, account) => {
      const self = { href: `${pool.app}/my` };
      pool.on(`GET ${pool.app}/my`, {
        json: { rel: 'myOnlineMeetings', _links: { self, myOnlineMeeting: [self, self] } },
      });
      await account.signIn(anySignal());

      const asked = await countRequests(pool, async () => account.meetings.list(anySignal()));

      assert.ok(asked <= 2, String(asked));
    });
  });

  it('A-20: whose invitation leads back to itself is asked for it a few times', async () => {
    await withAccount(
      async (pool, account) => {
        const events = new MeetingEvents(pool, 'operation');
        acceptMeetings(pool, events);
        const here = { href: events.invitation };
        const loop = { state: 'Connected', _links: { self: here, conversation: here, onlineMeeting: here } };
        pool.on(`GET ${events.invitation}`, { json: loop });
        const link = { rel: 'onlineMeetingInvitation', ...here };
        pool.push([events.communication({ link, type: 'completed', _embedded: { onlineMeetingInvitation: loop } })]);
        await account.signIn(anySignal());

        const asked = await countRequests(pool, async () =>
          account.startOnlineMeeting({ operationId: 'operation' }, anySignal()),
        );

        assert.ok(asked <= 6, String(asked));
      },
      { timeouts: { requestMs: 300, operationMs: 600 } },
    );
  });
});
