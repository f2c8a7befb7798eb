import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import type { Database } from '../../src/adapters/storage/database';
import { migrate } from '../../src/adapters/storage/migrate';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { usualPace } from '../../src/shared/pace';
import { type RunningSimulator, startSimulator } from '../../src/simulator';
import { LocalChat } from '../support/local-chat';
import { sharedPostgres } from '../support/postgres';
import { RunningConfer } from '../support/running-confer';

const HOUR_MS = 3_600_000;

/** The row of an operation that somebody works on, in milliseconds of the database's clock. */
interface Work {
  readonly id: string;
  readonly now: number;
  readonly acceptedAt: number;
  readonly leaseUntil: number;
  readonly cardSentAt: number | null;
  readonly isOver: boolean;
}

describe('a process in trouble', function () {
  this.timeout(60_000);

  let simulator: RunningSimulator;
  let database: Database;
  let settings: Record<string, string>;

  beforeEach(async () => {
    const url = await (await sharedPostgres()).createDatabase();
    database = await openPostgres({ url });
    await migrate(database);
    simulator = await startSimulator();
    const { username, password } = simulator.demoAccount;
    settings = {
      ...{ DATABASE_URL: url, METRICS_PORT: '0' },
      ...{ UCWA_ROOT_URL: simulator.rootUrl, UCWA_USERNAME: username, UCWA_PASSWORD: password },
    };
  });

  afterEach(async () => {
    await RunningConfer.stopAll();
    await simulator.stop();
    await database.close();
  });

  async function start(mishap: Readonly<Record<string, string>> = {}): Promise<RunningConfer> {
    const preload = `--require ${path.resolve('test/support/mishaps.cjs')}`;
    const options = `${process.env.NODE_OPTIONS ?? ''} ${preload}`.trim();
    return RunningConfer.start({ ...settings, ...mishap, NODE_OPTIONS: options });
  }

  /** From now on the Skype for Business server takes requests and does not answer. */
  async function hangServer(confer: RunningConfer, match: object = {}): Promise<void> {
    await confer.control('POST', '/_sim/faults', { match, delayMs: 120_000, times: 1000 });
  }

  async function work(): Promise<Work | undefined> {
    const { rows } = await sql<Work>`
      select id, (extract(epoch from clock_timestamp()) * 1000)::bigint as now, accepted_at as "acceptedAt",
        lease_until as "leaseUntil", card_sent_at as "cardSentAt",
        ended_at is not null as "isOver"
      from operations`.execute(database.db);
    return rows[0];
  }

  async function workUntil(isSo: (work: Work) => boolean): Promise<Work> {
    const latest = performance.now() + 20_000;
    while (performance.now() < latest) {
      const now = await work();
      if (now !== undefined && isSo(now)) return now;
      await pause(50);
    }
    return assert.fail(`the operation never was so: ${JSON.stringify(await work())}`);
  }

  const isWorkedOn = ({ now, leaseUntil }: Work): boolean => leaseUntil > now;

  async function waitingFor({ bot }: RunningConfer): Promise<readonly string[]> {
    const report = (await (await fetch(`${bot}/readyz`)).json()) as { waitingFor: readonly string[] };
    return report.waitingFor;
  }

  /** Says that a person says something, where answers go to a server of its own. */
  async function tell({ bot }: RunningConfer, text: string, serviceUrl: string): Promise<number> {
    const activity = {
      ...{ type: 'message', id: 'm-1', channelId: 'msteams', text, serviceUrl, timestamp: new Date().toISOString() },
      ...{ from: { id: '29:anna', name: 'Anna', aadObjectId: '11111111-1111-4111-8111-111111111111' } },
      ...{ recipient: { id: '28:confer' }, conversation: { id: 'a:1', conversationType: 'personal' } },
    };
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch(`${bot}/api/messages`, { method: 'POST', headers, body: JSON.stringify(activity) })).status;
  }

  it('P-31: exits with 0 within 20 seconds while both servers hang, and gives back what it worked on', async () => {
    const connector = await HangingServer.start();
    const confer = await start();
    await new LocalChat(confer.page).say('list', 'meetings');
    await hangServer(confer);
    const status = await tell(confer, 'new Hung', connector.url);
    const begun = await workUntil((one) => isWorkedOn(one) && one.cardSentAt !== null);

    const askedAt = performance.now();
    confer.signal('SIGTERM');
    await pause(250);
    const refused = await fetch(`${confer.bot}/readyz`).then(
      () => false,
      () => true,
    );
    const code = await confer.ended();
    const tookMs = performance.now() - askedAt;
    connector.stop();

    const left = await work();
    assert.equal(status, 200);
    assert.equal(refused, true, 'it took work while it was ending');
    assert.equal(code, 0, confer.lines.join('\n'));
    assert.ok(tookMs < 20_000, String(tookMs));
    assert.ok(left?.id === begun.id && !left.isOver && !isWorkedOn(left), JSON.stringify(left));
  });

  it('P-31: a second signal ends it at once', async () => {
    const connector = await HangingServer.start();
    const confer = await start();
    await tell(confer, 'new Hung', connector.url);
    await hangServer(confer);
    await workUntil(isWorkedOn);
    confer.signal('SIGTERM');
    await pause(1200);

    const askedAt = performance.now();
    confer.signal('SIGTERM');
    const code = await confer.ended();
    connector.stop();

    assert.equal(code, 1);
    assert.ok(performance.now() - askedAt < 1000);
  });

  for (const [mishap, kind] of [
    ['rejection', 'unhandledRejection'],
    ['exception', 'uncaughtException'],
  ] as const) {
    it(`P-30: writes down an ${kind}, ends with 1, and loses nothing that was asked for`, async () => {
      const confer = await start({ MISHAP: mishap });
      await hangServer(confer, { method: 'POST', path: 'Meetings' });
      await new LocalChat(confer.page).say('new Not lost', 'I am working on it');

      const failedAt = performance.now();
      confer.signal('SIGUSR2');
      const code = await confer.ended();
      const tookMs = performance.now() - failedAt;

      const left = await work();
      const fault = confer.lines.map(parse).find(({ event }) => event === 'process.fault');
      assert.deepEqual([fault?.level, fault?.reason], ['error', kind]);
      assert.match(String(fault?.error), /a mishap nobody/u);
      assert.equal(code, 1);
      assert.ok(tookMs < 20_000, String(tookMs));
      assert.ok(left?.isOver === false && !isWorkedOn(left), JSON.stringify(left));
    });
  }

  for (const [off, offMs] of [
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ] as const) {
    it(`F-41: is not ready with a clock ${off}, and its leases go by the database's clock`, async () => {
      const confer = await start({ MISHAP_CLOCK_MS: String(offMs) });
      const latest = performance.now() + 10_000;
      let reasons = await waitingFor(confer);
      while (reasons.length === 0 && performance.now() < latest) reasons = await waitingFor(confer);
      await hangServer(confer, { method: 'POST', path: 'Meetings' });
      await new LocalChat(confer.page).say('new By whose clock', 'I am working on it');
      const { now, acceptedAt, leaseUntil } = await workUntil(isWorkedOn);

      assert.deepEqual(reasons, ['clock']);
      assert.ok(Math.abs(now - acceptedAt) < 30_000, `accepted ${String(now - acceptedAt)} ms ago`);
      assert.ok(leaseUntil - now <= usualPace.leaseMs, `leased for ${String(leaseUntil - now)} ms`);
    });
  }

  it('F-44: keeps its leases over five seconds in which it does nothing, and shows them', async () => {
    const confer = await start({ MISHAP: 'block' });
    const others = new SqlOperationStore(database);
    await confer.control('POST', '/_sim/faults', { match: { method: 'POST', path: 'Meetings' }, delayMs: 6000 });
    await new LocalChat(confer.page).say('new Blocked', 'I am working on it');
    await workUntil(isWorkedOn);

    confer.signal('SIGUSR2');
    const blockedUntil = performance.now() + 5000;
    let taken = 0;
    while (performance.now() < blockedUntil) {
      if ((await others.claim('somebody else', 30_000)) !== undefined) taken += 1;
      await pause(100);
    }
    const answer = await new LocalChat(confer.page).say('list', 'Blocked');
    const metrics = parse(confer.lines.find((line) => line.includes('"event":"started"')) ?? '{}').metrics ?? '';
    const page = await (await fetch(metrics)).text();

    const lagSeconds = Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/mu.exec(page)?.[1]);
    assert.equal(taken, 0);
    assert.match(JSON.stringify(answer), /Blocked/u);
    assert.ok(lagSeconds > 4, page);
    assert.match(page, /^nodejs_eventloop_lag_p99_seconds \d/mu);
    assert.doesNotMatch(page, /setbacks_total\{[^}]*leaseLost/u);
  });
});

function parse(line: string): Readonly<Record<string, string>> {
  return line.startsWith('{') ? (JSON.parse(line) as Record<string, string>) : {};
}

/** Takes connections and says nothing. */
class HangingServer {
  readonly #sockets: Socket[] = [];
  readonly #server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    this.#sockets.push(socket);
  });

  static async start(): Promise<HangingServer> {
    const server = new HangingServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
