import assert from 'node:assert/strict';

import { startSimulator } from '../../src/simulator';
import {
  createUcwaAccount,
  type UcwaAccount,
  type UcwaFormat,
  UcwaNotFoundError,
  UcwaResponseError,
  UcwaTransportError,
} from '../../src/ucwa';

import { anySignal, FastClock, html, optionsFor, Pool, type Received, type Reply, wireMeeting } from './support/pool';
import { toXml } from './support/xml-form';

const xmlType = 'application/vnd.microsoft.com.ucwa+xml';
const appGone: Reply = { status: 404, json: { code: 'NotFound', subcode: 'ApplicationNotFound' } };

/** A pool whose collection has links only, and that takes batches; `parts` answers for single items inside of them. */
class BatchingPool {
  readonly pool: Pool;
  readonly clock = new FastClock();
  readonly account: UcwaAccount;
  readonly parts = new Map<string, Reply>();
  readonly sizes: number[] = [];

  private constructor(pool: Pool, format: UcwaFormat) {
    this.pool = pool;
    this.account = createUcwaAccount(optionsFor(pool, { format, clock: this.clock }));
    pool.on('POST /apps', () => ({ status: 201, json: this.#application() }));
    pool.on(`GET ${pool.app}`, () => ({ json: this.#application() }));
    pool.on(`POST ${pool.app}/batch`, (request) => this.answer(request));
  }

  static async with(format: UcwaFormat, test: (server: BatchingPool) => Promise<void>): Promise<void> {
    const server = new BatchingPool(await Pool.start(), format);
    try {
      await server.account.signIn(anySignal());
      await test(server);
    } finally {
      await server.account.close(anySignal()).catch(() => undefined);
      await server.pool.stop();
    }
  }

  /** Puts so many meetings into the collection. */
  hold(count: number): readonly string[] {
    const ids = Array.from({ length: count }, (_, index) => `M${String(index)}`);
    const href = (id: string): string => `${this.pool.app}/my/${id}`;
    this.pool.on(`GET ${this.pool.app}/my`, {
      json: { rel: 'myOnlineMeetings', _links: { myOnlineMeeting: ids.map((id) => ({ href: href(id) })) } },
    });
    for (const id of ids) this.pool.on(`GET ${href(id)}`, { json: wireMeeting(this.pool, { onlineMeetingId: id }) });
    return ids;
  }

  async list(): Promise<readonly string[]> {
    return (await this.account.meetings.list(anySignal())).map(({ id }) => id);
  }

  /** How many items were read by requests of their own. */
  get single(): number {
    return this.pool.commands().filter((line) => line.startsWith(`GET ${this.pool.app}/my/`)).length;
  }

  /** What a server makes of a batch. */
  answer(request: Received): Reply {
    const paths = [...request.body.matchAll(/^GET (\S+) HTTP\/1\.1\r$/gm)].map(([, path = '']) => path);
    this.sizes.push(paths.length);
    assert.equal(request.headers.accept, 'multipart/batching');
    assert.doesNotMatch(request.body, /authorization/i);
    const isXml = request.body.includes(`Accept: ${xmlType}`);
    const answers = paths.map((path) => {
      const id = path.split('/').at(-1) ?? '';
      const {
        status = 200,
        json,
        text,
        headers,
      } = this.parts.get(id) ?? {
        json: wireMeeting(this.pool, { onlineMeetingId: id }),
        headers: { etag: '"17"' },
      };
      const type = json === undefined ? 'text/html' : isXml ? `${xmlType}; charset=utf-8` : 'application/json';
      const body = isXml && json !== undefined ? toXml(json as Record<string, unknown>) : JSON.stringify(json);
      const lines = Object.entries({ 'Content-Type': type, ...headers }).map(([name, value]) => `${name}: ${value}`);
      const content = json === undefined ? (text ?? '') : `${isXml ? '' : '\uFEFF'}${body}`;
      return `HTTP/1.1 ${String(status)} Whatever\r\n${lines.join('\r\n')}\r\n\r\n${content}`;
    });
    const written = answers.map(
      (answer) => `--b1\r\nContent-Type: application/http; msgtype=response\r\n\r\n${answer}\r\n`,
    );
    return { headers: { 'content-type': 'multipart/batching; boundary="b1"' }, text: `${written.join('')}--b1--\r\n` };
  }

  #application(): Record<string, unknown> {
    const application = this.pool.application() as { _links: Record<string, unknown> };
    return { ...application, _links: { ...application._links, batch: { href: `${this.pool.app}/batch` } } };
  }
}

/** Batches that fail as a whole, and after which everything is read one by one. */
const failing: readonly (readonly [name: string, reply: Reply, barred: boolean])[] = [
  ['404', { status: 404, json: { code: 'NotFound' } }, true],
  ['405', { status: 405 }, true],
  ['HTML', html, true],
  ['403', { status: 403, json: { code: 'Forbidden' } }, true],
  ['JSON', { json: { rel: 'batch' } }, true],
  ['500', { status: 500, json: { code: 'ServiceFailure' } }, false],
  ['503 of a proxy', { ...html, status: 503 }, false],
  ['a cut connection', { cut: true }, false],
];

for (const format of ['json', 'xml'] as const) {
  describe(`A collection of links, in ${format}`, () => {
    it('is read in batches of a hundred, in its own order', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(250);
        const before = server.pool.commands().length;

        assert.deepEqual(await server.list(), ids);

        assert.deepEqual(server.sizes, [100, 100, 50]);
        assert.equal(server.pool.commands().length - before, 1 + 3);
      });
    });

    it('gives meetings that can be changed', async () => {
      await BatchingPool.with(format, async (server) => {
        server.hold(2);
        const [meeting] = await server.account.meetings.list(anySignal());

        assert.deepEqual([meeting?.etag, meeting?.subject], ['17', 'Budget sync']);
        assert.equal(meeting?.href, `${server.pool.origin}${server.pool.app}/my/M0`);
      });
    });

    it('is read one by one where no batch is offered, or there is but one', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(1);
        assert.deepEqual(await server.list(), ids);
      });
      const pool = await Pool.start();
      const account = createUcwaAccount(optionsFor(pool, { format }));
      try {
        const href = (id: string): string => `${pool.app}/my/${id}`;
        const links = ['A', 'B', 'C'].map((id) => ({ href: href(id) }));
        pool.on(`GET ${pool.app}/my`, { json: { rel: 'myOnlineMeetings', _links: { myOnlineMeeting: links } } });
        for (const id of ['A', 'B', 'C']) {
          pool.on(`GET ${href(id)}`, { json: wireMeeting(pool, { onlineMeetingId: id }) });
        }

        assert.deepEqual(
          (await account.meetings.list(anySignal())).map(({ id }) => id),
          ['A', 'B', 'C'],
        );
      } finally {
        await account.close(anySignal()).catch(() => undefined);
        await pool.stop();
      }
    });

    it('leaves out what is gone, and reads alone what failed in the batch', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(6);
        server.parts.set('M1', { status: 404, json: { code: 'NotFound' } });
        server.parts.set('M2', { status: 500, json: { code: 'ServiceFailure' } });
        server.parts.set('M3', { ...html, status: 200 });
        server.parts.set('M4', { status: 401, text: '' });

        assert.deepEqual(
          await server.list(),
          ids.filter((id) => id !== 'M1'),
        );
        assert.deepEqual([server.sizes, server.single], [[6], 3]);
      });
    });

    it('asks the application when a part says that it is not found', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(4);
        server.parts.set('M1', appGone);
        server.parts.set('M2', appGone);
        const { pool } = server;
        const before = pool.count(`GET ${pool.app}`);
        assert.deepEqual(await server.list(), [ids[0], ids[3]]);
        assert.equal(pool.count(`GET ${pool.app}`), before + 1);

        pool.on(`GET ${pool.app}`, appGone);
        pool.on('POST /apps', appGone);
        await assert.rejects(server.list(), UcwaNotFoundError);
      });
    });

    for (const [name, reply, barred] of failing) {
      it(`is read one by one when the batch is answered with ${name}`, async () => {
        await BatchingPool.with(format, async (server) => {
          const ids = server.hold(9);
          server.pool.on(`POST ${server.pool.app}/batch`, reply);

          assert.deepEqual(await server.list(), ids);
          assert.equal(server.pool.count(`POST ${server.pool.app}/batch`), 1);
          assert.equal(server.single, 9);

          await server.list();
          assert.equal(server.pool.count(`POST ${server.pool.app}/batch`), barred ? 1 : 2);
          server.clock.offsetMs += 600_000;
          await server.list();
          assert.equal(server.pool.count(`POST ${server.pool.app}/batch`), barred ? 2 : 3);
        });
      });
    }

    it('asks for half as many after 429, when the server said, and goes on so', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(120);
        const busy: Reply = { status: 429, headers: { 'retry-after': '1' }, json: { code: 'TooManyRequests' } };
        server.pool.once(`POST ${server.pool.app}/batch`, busy);

        assert.deepEqual(await server.list(), ids);
        assert.deepEqual([server.sizes, server.clock.slept], [[50, 50, 20], [1_000]]);
      });
    });

    it('asks for half as many, and one by one in the end, when it is too much', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(10);
        server.pool.on(`POST ${server.pool.app}/batch`, (request) => {
          const reply = server.answer(request);
          return (server.sizes.at(-1) ?? 0) > 3 ? { status: 413, json: { code: 'EntityTooLarge' } } : reply;
        });
        assert.deepEqual(await server.list(), ids);
        assert.deepEqual([server.sizes, server.single], [[10, 5, 2, 2, 2, 2, 2], 0]);

        server.pool.on(`POST ${server.pool.app}/batch`, { status: 413 });
        assert.deepEqual(await server.list(), ids);
        assert.equal(server.single, 10);
      });
    });

    it('gives batches up after the third 429', async () => {
      await BatchingPool.with(format, async (server) => {
        const ids = server.hold(8);
        server.pool.on(`POST ${server.pool.app}/batch`, { status: 429, headers: { 'retry-after': '1' } });

        assert.deepEqual(await server.list(), ids);
        assert.equal(server.pool.count(`POST ${server.pool.app}/batch`), 3);
      });
    });

    it('sends one batch at a time, for all callers', async () => {
      await BatchingPool.with(format, async (server) => {
        server.hold(150);
        let [inside, most] = [0, 0];
        server.pool.on(`POST ${server.pool.app}/batch`, async (request) => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
          inside -= 1;
          return server.answer(request);
        });

        await Promise.all([server.list(), server.list(), server.list()]);

        assert.deepEqual([most, server.sizes.length], [1, 6]);
      });
    });

    it('is not read at all from a server that does not let us', async () => {
      await BatchingPool.with(format, async (server) => {
        server.hold(40);
        server.parts.set('M7', { status: 500, json: { code: 'ServiceFailure' } });
        server.pool.on(`GET ${server.pool.app}/my/M7`, { status: 403, json: { code: 'Forbidden' } });
        await assert.rejects(server.list(), UcwaResponseError);

        server.pool.on(`POST ${server.pool.app}/batch`, { status: 410, json: { code: 'Gone' } });
        const before = server.single;
        await assert.rejects(server.list(), UcwaResponseError);
        assert.equal(server.single, before);
      });
    });

    it('ends with the reason of the caller', async () => {
      await BatchingPool.with(format, async (server) => {
        server.hold(5);
        const controller = new AbortController();
        const reason = new RangeError('turn ended');
        server.pool.on(`POST ${server.pool.app}/batch`, () => {
          controller.abort(reason);
          return { hang: true };
        });

        await assert.rejects(server.account.meetings.list(controller.signal), reason);
        assert.equal(server.single, 0);
      });
    });

    it('is read in batches from the simulator too', async function () {
      this.timeout(10_000);
      const simulator = await startSimulator({
        timeScale: 0.01,
        switches: { linksOnlyCollection: true, meetingQuota: 300 },
      });
      const sent: string[] = [];
      const { username, password } = simulator.demoAccount;
      const account = createUcwaAccount({
        format,
        application: { userAgent: 'Confer/1.0', endpointId: 'endpoint-1', culture: 'en-US' },
        server: { kind: 'root', rootUrl: simulator.rootUrl, sipDomain: simulator.sipDomain },
        credentials: { kind: 'password', username, password: async () => Promise.resolve(password) },
        hooks: {
          onResponse: ({ method, url, status }) => {
            if (!url.endsWith('/events')) sent.push(`${method} ${new URL(url).pathname} ${String(status)}`);
          },
        },
      });
      try {
        const before = await account.meetings.list(anySignal());
        const subjects = Array.from({ length: 250 - before.length }, (_, index) => `Täglich ${String(index)} 😀`);
        await Promise.all(
          subjects.map(async (subject) => account.meetings.create({ subject }, AbortSignal.timeout(8_000))),
        );
        sent.length = 0;

        const meetings = await account.meetings.list(anySignal());

        assert.equal(meetings.length, 250);
        assert.deepEqual(
          subjects.filter((subject) => !meetings.some((meeting) => meeting.subject === subject)),
          [],
        );
        const batch = 'POST /ucwa/oauth/v1/applications/*/batch 200';
        const list = 'GET /ucwa/oauth/v1/applications/*/onlineMeetings/myOnlineMeetings 200';
        assert.deepEqual(sent, [list, batch, batch, batch]);
      } finally {
        await account.close(anySignal()).catch((error: unknown) => {
          assert.ok(error instanceof UcwaTransportError);
        });
        await simulator.stop();
      }
    });
  });
}
