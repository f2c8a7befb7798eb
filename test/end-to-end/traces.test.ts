import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { migrate } from '../../src/adapters/storage/migrate';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { contoso, type RunningSimulator, startSimulator } from '../../src/simulator';
import { FakeConnector } from '../support/fake-connector';
import { LocalChat } from '../support/local-chat';
import { sharedPostgres } from '../support/postgres';
import { RunningConfer } from '../support/running-confer';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector';

/** Whatever of this is found at the collector was leaked. */
const CANARY = {
  password: 'Canary-Password-4711',
  key: 'Canary-Collector-Key',
  words: 'CanaryWordsOfAPerson',
  person: 'canary.person@contoso.com',
  joinKey: 'CANARY77',
} as const;

describe('traces', function () {
  this.timeout(60_000);

  let collector: TraceCollector;
  let simulator: RunningSimulator;
  let settings: Record<string, string>;

  beforeEach(async () => {
    collector = await TraceCollector.start();
    const people = contoso.people.map((person) =>
      person.account === contoso.serviceAccount ? { ...person, password: CANARY.password } : person,
    );
    simulator = await startSimulator({ company: { ...contoso, people } });
    settings = {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_HEADERS: `x-key=${CANARY.key}` },
      ...{ UCWA_ROOT_URL: simulator.rootUrl, UCWA_USERNAME: simulator.demoAccount.username },
      UCWA_PASSWORD: CANARY.password,
    };
  });

  afterEach(async () => {
    await RunningConfer.stopAll();
    await simulator.stop();
    await collector.stop();
  });

  /** The request that made a meeting. */
  function creation(): CollectedSpan {
    const found = collector.spans.find(({ name }) => /^POST .*\/myOnlineMeetings$/iu.test(name));
    return found ?? assert.fail(collector.spans.map(({ name }) => name).join('\n'));
  }

  /** From the request that made a meeting up to where its trace began. */
  function wayUp(): readonly CollectedSpan[] {
    const way: CollectedSpan[] = [];
    for (let next: CollectedSpan | undefined = creation(); next !== undefined; next = collector.parentOf(next)) {
      way.push(next);
    }
    return way;
  }

  it('show a wish from POST /api/messages to the request that makes the meeting', async () => {
    const confer = await RunningConfer.start(settings);
    await new LocalChat(confer.page).say('new Traced', 'Your meeting is ready');
    await confer.stop();

    const [request, operation, activity, ...more] = wayUp();

    assert.deepEqual(
      [request?.name.replace(/ .*/u, ''), operation?.name, activity?.name, more],
      ['POST', 'operation perform', 'POST /api/messages', []],
    );
    assert.equal(request?.attributes['http.response.status_code'], 201);
    assert.equal(operation?.attributes['confer.kind'], 'new');
    assert.match(String(operation.attributes['confer.reference']), /^\w{4}-\w{4}$/u);
    assert.deepEqual(activity?.attributes, { 'confer.activity.type': 'message', 'http.response.status_code': 200 });
    const ofThisWish = collector.spans.filter(({ traceId }) => traceId === request.traceId).map(({ name }) => name);
    assert.ok(ofThisWish.includes('operation post') && ofThisWish.includes('operation follow'), ofThisWish.join());
  });

  it('stay together when another process does what was asked for', async () => {
    const url = await (await sharedPostgres()).createDatabase();
    const database = await openPostgres({ url });
    await migrate(database);
    await database.close();
    const connector = await FakeConnector.start();
    // The first process asks who speaks, and never comes to do what it accepts.
    connector.hangs = 'GET';
    const first = await RunningConfer.start({ ...settings, DATABASE_URL: url, LOCAL_TEAMS: 'off' });
    const headers = { 'Content-Type': 'application/json' };
    const person = { id: '29:anna', name: 'Anna', aadObjectId: '11111111-1111-4111-8111-111111111111' };
    const activity = {
      ...{ ...connector.activity(), text: 'new By another', from: person },
      timestamp: new Date().toISOString(),
    };
    await fetch(`${first.bot}/api/messages`, { method: 'POST', headers, body: JSON.stringify(activity) });
    while (connector.posted.every(({ type }) => type === 'typing')) await pause(20);
    await first.stop();
    connector.hangs = undefined;

    const second = await RunningConfer.start({ ...settings, DATABASE_URL: url, LOCAL_TEAMS: 'off' });
    const latest = performance.now() + 20_000;
    while (!JSON.stringify(await second.control('GET', '/_sim/state')).includes('By another')) {
      assert.ok(performance.now() < latest, [...first.lines, '---', ...second.lines].join('\n'));
      await pause(100);
    }
    await second.stop();
    await connector.stop();

    const way = wayUp();
    const processes = way.map(({ resource }) => resource['service.instance.id']);
    assert.deepEqual(
      way.slice(1).map(({ name }) => name),
      ['operation perform', 'POST /api/messages'],
    );
    assert.equal(processes[0], processes[1]);
    assert.notEqual(processes[1], processes[2]);
    assert.equal(new Set(way.map(({ traceId }) => traceId)).size, 1);
  });

  it('A-30, P-23: hold neither secrets nor what people said, nor ids of meetings and resources', async () => {
    const confer = await RunningConfer.start(settings);
    const chat = new LocalChat(confer.page);
    await chat.say(`new ${CANARY.words}, with ${CANARY.person}`, 'Your meeting is ready');
    await chat.say(`join https://meet.contoso.com/canary/${CANARY.joinKey}`, '');
    await chat.say(`show ${CANARY.joinKey}`, '');
    await chat.say('start ' + CANARY.words, 'Your meeting is on');
    await confer.control('POST', '/_sim/faults', {
      ...{ match: { method: 'POST', path: 'myOnlineMeetings' }, status: 400, times: 2 },
      body: `Authorization: Bearer cwt=${CANARY.joinKey} ${CANARY.words}`,
    });
    // A server that fails is asked again, and what it says of its failures is in no trace.
    await chat.say(`new ${CANARY.words}`, 'Your meeting is ready');
    const { meetings } = (await confer.control('GET', '/_sim/state')) as {
      meetings: readonly { onlineMeetingId: string; organizer: string }[];
    };
    await confer.stop();

    const bodies = collector.raw.filter((line) => line.startsWith('{"resourceSpans"')).join('\n');
    const { key, ...others } = CANARY;
    assert.ok(collector.spans.some(({ status }) => status === 2) && meetings.length > 1);
    for (const secret of [...Object.values(others), key, ...meetings.map(({ onlineMeetingId }) => onlineMeetingId)]) {
      assert.ok(!bodies.toLowerCase().includes(secret.toLowerCase()), secret);
    }
    assert.doesNotMatch(bodies, /cwt=|eyJ|Bearer|contoso|Anna|127\.0\.0\.1|29:/u);
  });
});
