import assert from 'node:assert/strict';

import { type BreakerInfo, UcwaCircuitOpenError } from '../../../src/ucwa';
import { type Departure, type LaneName, Origins, type OriginUser } from '../../../src/ucwa/politeness/origins';
import { anySignal } from '../support/pool';

const pool = 'https://pool.contoso.com';

function user(changes: Partial<OriginUser> = {}): OriginUser {
  return { clock: { now: () => 0 }, ...changes };
}

/** A request that is under way until it is told to end. */
class Request implements Departure<string> {
  readonly lane: LaneName;
  sent = false;
  queued = 0;
  end: (value: string) => void = () => undefined;
  readonly judge = (): { health: 'up' } => ({ health: 'up' });

  constructor(lane: LaneName) {
    this.lane = lane;
  }

  readonly send = async (): Promise<string> => {
    this.sent = true;
    return new Promise((resolve) => {
      this.end = resolve;
    });
  };

  readonly onQueued = (): void => {
    this.queued += 1;
  };
}

function requests(count: number, lane: LaneName): Request[] {
  return Array.from({ length: count }, () => new Request(lane));
}

const sentOf = (list: readonly Request[]): number => list.filter(({ sent }) => sent).length;

describe('Origins', () => {
  it('has one origin for all its users, and forgets it with the last of them', () => {
    const origins = new Origins();
    const users = Array.from({ length: 1_000 }, () => user());
    const joined = new Set(users.map((one) => origins.join(pool, one)));
    assert.deepEqual([joined.size, origins.size], [1, 1]);

    for (const one of users.slice(1)) origins.leave(pool, one);
    assert.equal(origins.size, 1);
    for (const one of users) origins.leave(pool, one);
    assert.equal(origins.size, 0);
    origins.leave(pool, user());
    assert.ok(!joined.has(origins.join(pool, user())));
  });

  it('lets 16 requests and 8 sign-ins go at a time, whoever sends them, and any number of P-GETs', async () => {
    const origins = new Origins();
    const lists = [requests(40, 'command'), requests(20, 'sign-in'), requests(50, 'poll')] as const;
    const running = lists.flat().map(async (request) => origins.join(pool, user()).run(request, anySignal()));
    await new Promise(setImmediate);
    assert.deepEqual(lists.map(sentOf), [16, 8, 50]);
    const [commands, signIns] = lists;
    assert.deepEqual(
      [commands, signIns].map((list) => list.filter(({ queued }) => queued > 0).length),
      [24, 12],
    );

    commands[0]?.end('done');
    assert.equal(await running[0], 'done');
    await new Promise(setImmediate);
    assert.deepEqual([sentOf(commands), commands[16]?.sent, commands[17]?.sent], [17, true, false]);

    while (sentOf(commands) < 40 || sentOf(signIns) < 20) {
      for (const request of lists.flat()) request.end('done');
      await new Promise(setImmediate);
    }
    for (const request of lists.flat()) request.end('done');
    await Promise.all(running);
  });

  it('takes the numbers of whoever came first', async () => {
    const origins = new Origins();
    const list = requests(5, 'command');
    const first = origins.join(pool, user({ limits: { parallelRequests: 2 } }));
    const second = origins.join(pool, user({ limits: { parallelRequests: 5 } }));
    const running = list.map(async (request, index) => (index < 1 ? first : second).run(request, anySignal()));
    await new Promise(setImmediate);

    assert.equal(sentOf(list), 2);
    while (sentOf(list) < 5) {
      for (const request of list) request.end('done');
      await new Promise(setImmediate);
    }
    for (const request of list) request.end('done');
    await Promise.all(running);
  });

  it('gives the place back when sending fails, and when whoever waits gives up', async () => {
    const origin = new Origins().join(pool, user({ limits: { parallelRequests: 1 } }));
    const failing: Departure<string> = {
      lane: 'command',
      send: async () => Promise.reject(new RangeError('no')),
      judge: () => ({ health: 'unsaid' }),
      onQueued: () => assert.fail('There is room'),
    };
    await assert.rejects(origin.run(failing, anySignal()), RangeError);

    const [inside, given, next] = requests(3, 'command') as [Request, Request, Request];
    const controller = new AbortController();
    const running = [origin.run(inside, anySignal()), origin.run(given, controller.signal)];
    const last = origin.run(next, anySignal());
    controller.abort(new RangeError('turn ended'));
    await assert.rejects(running[1] ?? Promise.resolve(), RangeError);
    inside.end('done');
    await running[0];
    await new Promise(setImmediate);

    assert.deepEqual([given.sent, next.sent], [false, true]);
    next.end('done');
    await last;
  });

  it('tells all users when a server is left alone, and sends away at once who waits', async () => {
    const told: BreakerInfo[] = [];
    const origins = new Origins();
    const limits = { parallelRequests: 1, breakerFailures: 2 };
    const listener = user({ limits, onBreaker: (info) => told.push(info) });
    origins.join(pool, listener);
    const origin = origins.join(pool, user({ onBreaker: (info) => told.push(info) }));
    const failing: Departure<string> = {
      lane: 'command',
      send: async () => Promise.reject(new RangeError('no')),
      judge: () => ({ health: 'down', code: 'transport.reset' }),
      onQueued: () => undefined,
    };

    const ends = await Promise.allSettled([1, 2, 3, 4].map(async () => origin.run(failing, anySignal())));

    const reasons = ends.map((end) => (end.status === 'rejected' ? (end.reason as Error).name : 'done'));
    assert.deepEqual(reasons, ['RangeError', 'RangeError', 'UcwaCircuitOpenError', 'UcwaCircuitOpenError']);
    const opened = { origin: pool, state: 'open', retryAfterMs: 30_000, reason: 'transport.reset' };
    assert.deepEqual(told, [opened, opened]);
    await assert.rejects(origin.run(new Request('poll'), anySignal()), UcwaCircuitOpenError);
  });
});
