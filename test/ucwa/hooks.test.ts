import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import {
  createUcwaAccount,
  type FailureInfo,
  type QueuedInfo,
  type RequestInfo,
  type ResponseInfo,
  type RetryInfo,
  type UcwaHooks,
} from '../../src/ucwa';

import { anySignal, FastClock, html, optionsFor, Pool, wireMeeting } from './support/pool';

interface Heard {
  readonly hook: keyof UcwaHooks;
  readonly info: RequestInfo & Partial<ResponseInfo & FailureInfo & RetryInfo & QueuedInfo>;
}

/** What must never be told: password, token and conference key; the cookie and the header's name speak for themselves. */
const canaries = [
  'CANARY-PASSWORD',
  'CANARY-TOKEN',
  'CANARY-COOKIE',
  'CANARYKY',
  'CANARY-QUERY',
  'authorization',
  'bearer',
];

function listenTo(heard: Heard[]): Required<UcwaHooks> {
  const listen =
    (hook: keyof UcwaHooks) =>
    (info: object): void => {
      heard.push({ hook, info: info as Heard['info'] });
    };
  return {
    onQueued: listen('onQueued'),
    onRequest: listen('onRequest'),
    onResponse: listen('onResponse'),
    onFailure: listen('onFailure'),
    onRetry: listen('onRetry'),
    onEvents: listen('onEvents'),
    onState: listen('onState'),
    onBreaker: listen('onBreaker'),
  };
}

describe('Hooks', () => {
  let pool: Pool;
  let heard: Heard[];
  let clock: FastClock;

  beforeEach(async () => {
    pool = await Pool.start();
    pool.password = 'CANARY-PASSWORD';
    pool.token = 'CANARY-TOKEN';
    heard = [];
    clock = new FastClock();
  });

  afterEach(async () => {
    await pool.stop();
  });

  function open(limits = {}): ReturnType<typeof createUcwaAccount> {
    return createUcwaAccount(
      optionsFor(pool, {
        credentials: {
          kind: 'password',
          username: 'annab@contoso.com',
          password: async () => Promise.resolve(pool.password),
        },
        timeouts: { requestMs: 300, operationMs: 20_000 },
        hooks: listenTo(heard),
        clock,
        limits,
      }),
    );
  }

  const of = (hook: keyof UcwaHooks): Heard['info'][] =>
    heard.filter((one) => one.hook === hook).map(({ info }) => info);

  /** Everything that was told about the request whose first mention fits. */
  function lifeOf(fits: (info: Heard['info']) => boolean): string[] {
    const id = heard.find(({ info }) => fits(info))?.info.id;
    return heard
      .filter(({ info }) => info.id === id)
      .map(({ hook, info }) => `${hook} ${String(info.attempt)} ${String(info.status ?? info.code ?? '')}`.trim());
  }

  it('tell the whole life of a request, its tries linked by one id', async () => {
    const account = open();
    await account.signIn(anySignal());
    heard.length = 0;
    pool.once(`GET ${pool.app}/my`, { status: 503, json: { code: 'ServiceUnavailable' } }, { cut: true });
    await account.meetings.list(anySignal());
    await account.close(anySignal());

    assert.deepEqual(
      lifeOf(({ method, url }) => method === 'GET' && url.endsWith('/*/*')),
      [
        'onRequest 1',
        'onResponse 1 503',
        'onRetry 1',
        'onRequest 2',
        'onFailure 2 transport.reset',
        'onRetry 2',
        'onRequest 3',
        'onResponse 3 200',
      ],
    );
    const [failure] = of('onFailure');
    assert.deepEqual([failure?.networkCode, failure?.ambiguous], ['ECONNRESET', true]);
    assert.ok(typeof failure?.elapsedMs === 'number');
  });

  it('tell who waits, what was never sent, and what the caller gave up', async () => {
    const account = open({ parallelRequests: 1, breakerFailures: 2 });
    await account.signIn(anySignal());
    pool.once(`GET ${pool.app}/my`, { hang: true });
    const controller = new AbortController();
    const given = account.meetings.list(controller.signal);
    while (pool.count(`GET ${pool.app}/my`) < 2) await new Promise(setImmediate);
    const waiting = account.meetings.list(anySignal());
    while (of('onQueued').length === 0) await new Promise(setImmediate);
    controller.abort(new RangeError('turn ended'));
    await assert.rejects(given, RangeError);
    await waiting;

    const [queued] = of('onQueued');
    assert.equal(queued?.waiting, 1);
    assert.deepEqual(
      of('onFailure').map(({ code }) => code),
      ['aborted'],
    );
    assert.deepEqual(
      lifeOf(({ id }) => id === queued.id),
      ['onQueued 1', 'onRequest 1', 'onResponse 1 200'],
    );

    pool.on(`GET ${pool.app}/my`, { status: 503 });
    await assert.rejects(account.meetings.list(anySignal()));
    const opened = of('onBreaker').at(-1);
    assert.ok(opened !== undefined);
    assert.equal(of('onFailure').at(-1)?.code, 'circuit.open');
    await account.close(anySignal()).catch(() => undefined);
  });

  it('name the P-GET that brought the events', async () => {
    const account = open();
    await account.signIn(anySignal());
    pool.push([{ rel: 'me', href: '/me', events: [{ link: { rel: 'me', href: '/me' }, type: 'updated' }] }]);
    while (of('onEvents').length === 0) await new Promise(setImmediate);

    const [told] = of('onEvents');
    assert.deepEqual(
      lifeOf(({ id }) => id === told?.id),
      ['onRequest 1', 'onResponse 1 200', 'onEvents undefined'],
    );
    await account.close(anySignal());
  });

  it('show no password, token, header, cookie, conference key or query in a whole session', async () => {
    const account = open({ parallelRequests: 1, breakerFailures: 4 });
    const meeting = wireMeeting(pool, {
      onlineMeetingId: 'CANARYKY',
      _links: { self: { href: `${pool.app}/myOnlineMeetings/CANARYKY?key=CANARY-QUERY` } },
    });
    const item = `${pool.app}/myOnlineMeetings/CANARYKY`;
    const cookie = { 'set-cookie': 'session=CANARY-COOKIE' };
    const route = `${pool.app}/my`;
    pool.on(`POST ${route}`, { status: 201, headers: cookie, json: meeting });
    pool.on(`GET ${item}`, { headers: cookie, json: meeting });
    pool.on(`PUT ${item}`, { headers: cookie, json: meeting });
    pool.on(`DELETE ${item}`, { status: 204, headers: cookie });
    pool.on('GET /annab/CANARYKY', { ...html, status: 404, headers: cookie });
    pool.on(`POST ${pool.app}/start`, { ...html, status: 503, text: 'CANARY-TOKEN' });

    const created = await account.meetings.create({ subject: 'x' }, anySignal());
    pool.once(`GET ${item}`, { status: 500, headers: cookie, text: 'CANARY-TOKEN' }, { cut: true });
    await account.meetings.get(created.id, anySignal());
    await Promise.all([1, 2].map(async () => account.meetings.update(created, { subject: 'y' }, anySignal())));
    await account.meetings.remove(created.id, anySignal());
    pool.once(`GET ${route}`, () => pool.challenge());
    await account.meetings.list(anySignal());
    const host = new URL(pool.origin).host;
    await account
      .resolveJoinUrl(`${pool.origin}/annab/CANARYKY?x=CANARY-QUERY`, { meetHosts: [host] }, anySignal())
      .catch((error: unknown) => heard.push({ hook: 'onFailure', info: error as Heard['info'] }));
    pool.push([{ rel: 'me', href: '/me', events: [{ link: { rel: 'me', href: '/CANARYKY' }, type: 'updated' }] }]);
    while (of('onEvents').length === 0) await new Promise(setImmediate);
    await account.startOnlineMeeting({ subject: 'CANARYKY' }, AbortSignal.timeout(500)).catch(() => undefined);
    pool.on(`GET ${route}`, { status: 503, headers: cookie });
    for (let call = 0; call < 3; call += 1) await account.meetings.list(anySignal()).catch(() => undefined);
    await account.close(anySignal()).catch(() => undefined);

    assert.deepEqual(
      Object.keys(listenTo([])).filter((hook) => of(hook as keyof UcwaHooks).length === 0),
      [],
    );
    const everything = inspect(heard, { depth: 9, maxArrayLength: null, showHidden: true }).toLowerCase();
    assert.deepEqual(
      canaries.filter((canary) => everything.includes(canary.toLowerCase())),
      [],
    );
  });
});
