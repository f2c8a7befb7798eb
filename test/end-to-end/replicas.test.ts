import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { migrate } from '../../src/adapters/storage/migrate';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { type RunningLocalTeams, startLocalTeams } from '../../src/local-teams';
import { type RunningSimulator, startSimulator, type Switches } from '../../src/simulator';
import { FakeConnector } from '../support/fake-connector';
import { LocalChat } from '../support/local-chat';
import { sharedPostgres } from '../support/postgres';
import { Replica } from '../support/replica-process';

/** The part of the simulator's state that is looked at. */
interface State {
  readonly applications: readonly {
    readonly id: string;
    readonly conversations: number;
    readonly pendingGets: number;
  }[];
  readonly meetings: readonly {
    readonly onlineMeetingId: string;
    readonly subject: string;
    readonly participants: readonly { readonly uri: string; readonly role: string }[];
  }[];
}

const ANNA = 'sip:anna.berg@contoso.com';

/** One company: a meeting server, a chat, a database, and as many processes as a test wants. */
class Company {
  readonly simulator: RunningSimulator;
  readonly #env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #replicas: Replica[] = [];
  #teams: RunningLocalTeams | undefined;

  private constructor(simulator: RunningSimulator, folder: string, database: Readonly<Record<string, string>>) {
    this.simulator = simulator;
    this.#folder = folder;
    const { username, password } = simulator.demoAccount;
    const account = { UCWA_USERNAME: username, UCWA_PASSWORD: password };
    this.#env = { ...account, UCWA_ROOT_URL: simulator.rootUrl, DATA_DIR: folder, ...database };
  }

  static async open(engine: 'sqlite' | 'postgres', switches: Partial<Switches> = {}): Promise<Company> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'confer-replicas-'));
    const url = engine === 'postgres' ? await (await sharedPostgres()).createDatabase() : undefined;
    if (url !== undefined) {
      const database = await openPostgres({ url });
      await migrate(database);
      await database.close();
    }
    const simulator = await startSimulator({ switches });
    return new Company(simulator, folder, url === undefined ? {} : { DATABASE_URL: url });
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(async (replica) => replica.kill()));
    await this.#teams?.stop();
    await this.simulator.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async replica(): Promise<Replica> {
    const replica = await Replica.start(this.#env);
    this.#replicas.push(replica);
    return replica;
  }

  /** A chat whose messages this process gets. */
  async chatWith({ endpoint }: Replica): Promise<LocalChat> {
    await this.#teams?.stop();
    this.#teams = await startLocalTeams({ botEndpoint: endpoint });
    return new LocalChat(this.#teams.url);
  }

  /** Two processes, each with an event channel of its own. */
  async two(): Promise<readonly [Replica, Replica]> {
    const replicas = await Promise.all([this.replica(), this.replica()]);
    await this.until(isListening);
    return replicas;
  }

  /** Starts a meeting in the chat. @returns the process that is in it, which may be any, and the other one. */
  async start(subject: string, replicas: readonly [Replica, Replica]): Promise<readonly [Replica, Replica]> {
    const [first, second] = replicas;
    await (await this.chatWith(first)).say(`start ${subject}`, 'Your meeting is on');
    return first.of('meeting.started').length > 0 ? [first, second] : [second, first];
  }

  async state(): Promise<State> {
    return (await (await fetch(`${this.simulator.origin}/_sim/state`)).json()) as State;
  }

  async until(isSo: (state: State) => boolean): Promise<State> {
    for (;;) {
      const state = await this.state();
      if (isSo(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async join(subject: string, uri: string): Promise<void> {
    const { meetings } = await this.state();
    const onlineMeetingId = meetings.find((meeting) => meeting.subject === subject)?.onlineMeetingId;
    const response = await fetch(`${this.simulator.origin}/_sim/people/${encodeURIComponent(uri)}/join`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ onlineMeetingId }),
    });
    assert.ok(response.ok);
  }

  /** Requests that were answered so far, by method and a part of the path. */
  count(method: string, part: string): number {
    return this.simulator.requests.filter((request) => request.method === method && request.path.includes(part)).length;
  }
}

/** Two applications, each with its event channel. */
function isListening({ applications }: State): boolean {
  return applications.length === 2 && applications.every(({ pendingGets }) => pendingGets === 1);
}

/** Nobody but Anna is in the meeting any more, and she leads it. */
function isAnnas({ meetings, applications }: State, subject: string): boolean {
  const people = meetings.find((meeting) => meeting.subject === subject)?.participants ?? [];
  const [anna, ...others] = people;
  const isAlone = anna?.uri === ANNA && others.length === 0;
  return isAlone && anna.role === 'Leader' && applications.every(({ conversations }) => conversations === 0);
}

describe('replicas of Confer', function () {
  // Up to four processes are started in one test.
  this.timeout(120_000);

  let company: Company;

  afterEach(async () => {
    await company.close();
  });

  it('P-12: work from two applications, each with one request held', async () => {
    company = await Company.open('postgres');
    await company.two();

    assert.equal(company.count('POST', '/applications'), 2);
  });

  it('P-13: one goes on in the meeting of the other, which was killed: its owner leads once they come', async () => {
    company = await Company.open('postgres');
    const [first, second] = await company.start('Standup', await company.two());
    const killedAt = Date.now();
    await first.kill();

    await second.logged('attendance.resumed');
    const tookMs = Date.now() - killedAt;
    await company.join('Standup', ANNA);

    const state = await company.until((now) => isAnnas(now, 'Standup'));
    assert.ok(tookMs < 4500, `taken over after ${String(tookMs)} ms of 4500`);
    await second.logged('seat.finished');
    assert.equal(
      (await company.until(({ applications }) => applications.length === 1)).meetings.length,
      state.meetings.length,
    );
    assert.deepEqual([company.count('POST', '/promote'), company.count('DELETE', '/conversations/')], [1, 1]);
  });

  it('F-07: a frozen one does nothing in what another has taken over, and works on from a seat of its own', async () => {
    company = await Company.open('postgres');
    const [first, second] = await company.start('Standup', await company.two());
    first.freeze();
    await second.logged('attendance.resumed');
    await company.join('Standup', ANNA);
    await company.until((now) => isAnnas(now, 'Standup'));

    first.thaw();
    await first.logged('seat.lost');
    await first.logged('seat.taken', 2);
    await second.end();
    await (await company.chatWith(first)).say('start Retro', 'Your meeting is on');

    assert.deepEqual([company.count('POST', '/promote'), company.count('DELETE', '/conversations/')], [1, 1]);
    assert.equal(second.of('seat.lost').length, 0);
    await company.join('Retro', ANNA);
    await company.until((now) => isAnnas(now, 'Retro'));
    assert.equal(company.count('POST', '/promote'), 2);
  });

  it('F-07: a frozen one that was taken over in the middle of its wait stops to poll', async () => {
    company = await Company.open('postgres');
    const [first, second] = await company.start('Standup', await company.two());
    first.freeze();
    await second.logged('attendance.resumed');

    first.thaw();
    await first.logged('seat.taken', 2);
    await company.join('Standup', ANNA);

    await company.until((now) => isAnnas(now, 'Standup'));
    assert.deepEqual([company.count('POST', '/promote'), company.count('DELETE', '/conversations/')], [1, 1]);
    assert.deepEqual([second.of('seat.lost').length, second.of('attendance.owner').length], [0, 1]);
  });

  it('P-31: one that is told to end hands everything over within three seconds', async () => {
    company = await Company.open('postgres');
    const [first, second] = await company.start('Standup', await company.two());
    const endedAt = Date.now();

    const [code] = await Promise.all([first.end(), second.logged('attendance.resumed')]);

    const tookMs = Date.now() - endedAt;
    assert.ok(tookMs < 3000, `handed over after ${String(tookMs)} ms`);
    assert.equal(code, 0);
    assert.equal(company.count('DELETE', '/applications/'), 0);
    await company.join('Standup', ANNA);
    await company.until((now) => isAnnas(now, 'Standup'));
  });

  it('P-31: one that is told to end while the chat service hangs hands its meetings over all the same', async () => {
    company = await Company.open('postgres');
    const [first, second] = await company.start('Standup', await company.two());
    const connector = await FakeConnector.start();
    connector.hangs = 'POST';
    const body = JSON.stringify({ ...connector.activity(), timestamp: new Date().toISOString() });
    const headers = { 'Content-Type': 'application/json' };
    await fetch(first.endpoint, { method: 'POST', headers, body });
    while (connector.requests.length === 0) await new Promise(setImmediate);
    const endedAt = Date.now();
    const ending = first.end();

    await second.logged('attendance.resumed');
    const tookMs = Date.now() - endedAt;
    const code = await ending;
    await connector.stop();

    assert.ok(tookMs < 3000, `handed over after ${String(tookMs)} ms`);
    assert.equal(code, 0);
    assert.equal(company.count('DELETE', '/applications/'), 0);
    await company.join('Standup', ANNA);
    await company.until((now) => isAnnas(now, 'Standup'));
  });

  it('P-31: the last one leaves its meetings and signs out', async () => {
    company = await Company.open('postgres');
    const only = await company.replica();
    await (await company.chatWith(only)).say('start Standup', 'Your meeting is on');

    assert.equal(await only.end(), 0);

    assert.deepEqual((await company.state()).applications, []);
  });

  it('F-43: both go on where they were after both were killed', async () => {
    company = await Company.open('postgres');
    const before = await company.start('Standup', await company.two());
    const state = await company.state();
    await Promise.all(before.map(async (replica) => replica.kill()));

    await Promise.all([company.replica(), company.replica()]);

    await company.join('Standup', ANNA);
    const after = await company.until((now) => isAnnas(now, 'Standup') && now.applications.length >= 2);
    const ids = new Set(after.applications.map(({ id }) => id));
    assert.ok(state.applications.some(({ id }) => ids.has(id)));
  });

  it('P-02: start is one meeting when its process dies between the request and the events', async () => {
    company = await Company.open('postgres', { stepMs: 2500 });
    const both = await company.two();
    const chat = await company.chatWith(both[0]);
    const saying = chat.say('start Standup', 'Your meeting is on');
    while (company.count('POST', '/onlineMeetingInvitations') === 0) await new Promise(setImmediate);

    const [first, second] = both[0].of('command').length > 0 ? both : [both[1], both[0]];
    await first.kill();

    await saying;
    assert.equal(company.count('POST', '/onlineMeetingInvitations'), 1);
    assert.equal((await company.state()).meetings.filter(({ subject }) => subject === 'Standup').length, 1);
    await second.logged('attendance.resumed');
    await company.join('Standup', ANNA);
    await company.until((now) => isAnnas(now, 'Standup'));
  });

  it('P-13: a single process with the embedded database goes on in its meetings after it was killed', async () => {
    company = await Company.open('sqlite');
    const before = await company.replica();
    await (await company.chatWith(before)).say('start Standup', 'Your meeting is on');
    await before.kill();

    const after = await company.replica();
    await after.logged('attendance.resumed');
    await company.join('Standup', ANNA);

    await company.until((now) => isAnnas(now, 'Standup'));
    assert.equal((await company.state()).applications.length, 1);
    assert.deepEqual([company.count('POST', '/promote'), company.count('DELETE', '/conversations/')], [1, 1]);
  });
});
