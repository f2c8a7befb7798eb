import assert from 'node:assert/strict';

import {
  type BreakerInfo,
  createUcwaAccount,
  UcwaCircuitOpenError,
  UcwaResponseError,
  UcwaTransportError,
} from '../../src/ucwa';
import { sharedOrigins } from '../../src/ucwa/politeness/origins';

import { anySignal, FastClock, optionsFor, Pool, type Reply, wireMeeting, withAccount } from './support/pool';

const busy: Reply = { status: 503, json: { code: 'ServiceUnavailable' } };

/** Counts how many requests of a kind the pool works on at the same time. */
class Crowd {
  most = 0;
  #now = 0;

  async pass(reply: Reply): Promise<Reply> {
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    this.#now -= 1;
    return reply;
  }
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.fail('It should have failed'),
    (error: unknown) => error,
  );
}

describe('Politeness towards a server', () => {
  it('signs in all accounts of one process, eight requests at a time', async function () {
    this.timeout(20_000);
    const pool = await Pool.start();
    const [signIns, commands] = [new Crowd(), new Crowd()];
    const token = { access_token: pool.token, expires_in: 28_800, token_type: 'Bearer' };
    const root = { _links: { user: { href: `${pool.origin}/user` } } };
    pool.on('GET /', async () => signIns.pass({ json: root }));
    pool.on('POST /token', async () => signIns.pass({ json: token }));
    pool.on('POST /apps', async () => commands.pass({ status: 201, json: pool.application() }));
    // Held for good; one answer each would make all clients ask again at once.
    pool.on(`GET ${pool.app}/events`, { hang: true });
    const before = sharedOrigins.size;
    const accounts = Array.from({ length: 200 }, () => createUcwaAccount(optionsFor(pool)));
    try {
      await Promise.all(accounts.map(async (account) => account.signIn(AbortSignal.timeout(15_000))));

      assert.equal(pool.count('POST /token'), 200);
      assert.deepEqual([signIns.most, commands.most], [8, 16]);
      assert.equal(sharedOrigins.size, before + 1);
    } finally {
      await Promise.allSettled(accounts.map(async (account) => account.close(AbortSignal.timeout(10_000))));
      await pool.stop();
    }
    assert.equal(sharedOrigins.size, before);
  });

  it('repeats no more than the budget of the server allows, however many calls fail', async () => {
    await withAccount(
      async (pool, account) => {
        await account.meetings.list(anySignal());
        pool.on(`GET ${pool.app}/my`, { status: 500, json: { code: 'ServiceFailure' } });
        const asked = pool.count(`GET ${pool.app}/my`);

        for (let call = 0; call < 100; call += 1) await caught(account.meetings.list(anySignal()));

        // Two for each of the first calls, out of the reserve; then one for every five.
        const repeated = pool.count(`GET ${pool.app}/my`) - asked - 100;
        assert.ok(repeated >= 10 + 17 && repeated <= 10 + 20, String(repeated));
      },
      { clock: new FastClock() },
    );
  });

  it('leaves a server alone that is down, and comes back when it works again', async () => {
    const clock = new FastClock();
    const told: BreakerInfo['state'][] = [];
    const hooks = { onBreaker: ({ state }: BreakerInfo): void => void told.push(state) };
    await withAccount(
      async (pool, account) => {
        await account.meetings.list(anySignal());
        pool.on(`GET ${pool.app}/my`, busy);
        // Three tries each; after the first call discovery answers, and then it is not asked again for a while.
        for (let call = 0; call < 3; call += 1) await caught(account.meetings.list(anySignal()));
        const asked = pool.commands().length;

        const error = await caught(account.meetings.list(anySignal()));
        assert.ok(error instanceof UcwaCircuitOpenError);
        assert.ok((error.retryAfterMs ?? 0) > 29_000);
        assert.deepEqual([error.lastFailure, error.status], ['http.503', 503]);
        assert.equal(pool.commands().length, asked);

        clock.offsetMs += 30_000;
        pool.on(`GET ${pool.app}/my`, async () => {
          await new Promise((resolve) => {
            setTimeout(resolve, 20);
          });
          return { json: { rel: 'myOnlineMeetings', _links: {} } };
        });
        const ends = await Promise.allSettled([1, 2, 3].map(async () => account.meetings.list(anySignal())));
        assert.deepEqual(
          ends.map(({ status }) => status),
          ['fulfilled', 'rejected', 'rejected'],
        );
        assert.equal(pool.commands().length, asked + 1);
        assert.deepEqual(await account.meetings.list(anySignal()), []);
      },
      { clock, hooks, limits: { breakerFailures: 6 } },
    );

    assert.deepEqual(told, ['open', 'half-open', 'closed']);
  });

  it('never leaves a server alone that answers, whatever it answers below 500', async () => {
    const told: BreakerInfo[] = [];
    await withAccount(
      async (pool, account) => {
        await account.meetings.list(anySignal());
        for (const status of [400, 403, 404, 409, 413, 429]) {
          pool.on(`GET ${pool.app}/my`, { status, json: { code: 'X', subcode: 'X' } });
          for (let call = 0; call < 4; call += 1) {
            assert.ok((await caught(account.meetings.list(anySignal()))) instanceof UcwaResponseError);
          }
        }
      },
      { hooks: { onBreaker: (info) => told.push(info) }, limits: { breakerFailures: 2 } },
    );

    assert.deepEqual(told, []);
  });

  it('leaves one server alone for all accounts that use it, and no other server', async () => {
    const pool = await Pool.start();
    const other = await Pool.start();
    const limits = { breakerFailures: 3 };
    const [first, second, third] = [pool, pool, other].map((one) => createUcwaAccount(optionsFor(one, { limits })));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    try {
      for (const account of [first, second, third]) await account.signIn(anySignal());
      pool.on(`GET ${pool.app}/my`, { cut: true });

      assert.ok((await caught(first.meetings.list(anySignal()))) instanceof UcwaTransportError);
      assert.ok((await caught(second.meetings.list(anySignal()))) instanceof UcwaCircuitOpenError);
      assert.deepEqual(await third.meetings.list(anySignal()), []);
    } finally {
      for (const account of [first, second, third]) await account.close(anySignal()).catch(() => undefined);
      await pool.stop();
      await other.stop();
    }
  });

  it('sends no P-GET while the server is left alone, and loses no event by it', async () => {
    const clock = new FastClock();
    const events: string[] = [];
    await withAccount(
      async (pool, account) => {
        const polls = (): string[] =>
          pool.requests.filter(({ path }) => path.includes('/events')).map(({ path }) => path.split('?')[1] ?? '');
        const event = { link: { rel: 'me', href: '/me' }, type: 'updated' };
        const sender = [{ rel: 'me', href: '/me', events: [event] }];
        await account.signIn(anySignal());
        pool.once(`GET ${pool.app}/my`, { cut: true }, { cut: true });
        await caught(account.meetings.list(anySignal()));
        pool.push(sender);
        pool.push(sender);
        while (events.length < 1) await new Promise(setImmediate);
        const slept = clock.slept.length;
        while (clock.slept.length < slept + 3) await new Promise(setImmediate);
        const before = pool.commands().length;
        assert.deepEqual(polls(), ['ack=1']);

        clock.offsetMs += 30_000;
        while (events.length < 2) await new Promise(setImmediate);

        assert.deepEqual(polls().slice(0, 2), ['ack=1', 'ack=2']);
        assert.deepEqual(pool.commands().slice(before), [`GET ${pool.app}`]);
      },
      {
        clock,
        limits: { breakerFailures: 2 },
        hooks: { onEvents: (info) => events.push(...info.events) },
      },
    );
  });

  it('waits for its turn outside of the time limit of the request', async () => {
    await withAccount(
      async (pool, account) => {
        await account.meetings.list(anySignal());
        const item = wireMeeting(pool);
        pool.on(`GET ${pool.app}/my`, async () => {
          await new Promise((resolve) => {
            setTimeout(resolve, 60);
          });
          return { json: { rel: 'myOnlineMeetings', _links: {}, _embedded: { myOnlineMeeting: [item] } } };
        });

        const lists = await Promise.all(Array.from({ length: 5 }, async () => account.meetings.list(anySignal())));

        assert.equal(lists.flat().length, 5);
      },
      { limits: { parallelRequests: 1 }, timeouts: { requestMs: 150, operationMs: 1_500 } },
    );
  });
});
