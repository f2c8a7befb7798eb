import assert from 'node:assert/strict';

import { ForeignTenants } from '../../src/bot/foreign-tenants';
import { MemoryQuotas } from '../support/memory-quotas';
import { RecordingLogger } from '../support/recording-logger';

const CALLER = { kind: 'connector', appId: 'a', issuer: 'i', serviceUrl: 'https://smba.trafficmanager.net/' } as const;
const DAY_MS = 24 * 60 * 60_000;

/** Activities nobody expects an answer to. */
const QUIET = [
  { type: 'conversationUpdate' },
  { type: 'messageReaction' },
  { type: 'messageUpdate' },
  { type: 'installationUpdate', action: 'remove' },
  { type: 'event' },
].map((activity) => ({ title: JSON.stringify(activity), activity }));

describe('ForeignTenants', () => {
  let nowMs: number;
  let told: string[];
  let log: RecordingLogger;
  let quotas: MemoryQuotas;
  let replicas: readonly [ForeignTenants, ForeignTenants];

  beforeEach(() => {
    nowMs = 0;
    told = [];
    log = new RecordingLogger();
    const receive = async (activity: Readonly<Record<string, unknown>>) => {
      told.push((activity.conversation as { id: string }).id);
      return Promise.resolve({ status: 200, body: {} });
    };
    quotas = new MemoryQuotas(() => nowMs);
    const make = (): ForeignTenants =>
      new ForeignTenants({ adapter: { receive }, quotas, key: Buffer.alloc(32), now: () => nowMs, log });
    replicas = [make(), make()];
  });

  async function hear(over: object = {}, replica: 0 | 1 = 0) {
    const activity = {
      type: 'message',
      from: { id: '29:x', aadObjectId: 'x' },
      conversation: { id: 'c', tenantId: 't' },
    };
    return replicas[replica].answer({ ...activity, ...over }, CALLER);
  }

  it('are told once a day', async () => {
    await hear();
    nowMs = DAY_MS - 1;
    await hear();
    nowMs = DAY_MS;
    await hear();

    assert.deepEqual(told, ['c', 'c']);
  });

  it('A-36: are told once a day, whichever replica they reach, and in whatever conversation', async () => {
    await Promise.all([hear(), hear({}, 1), hear(), hear({}, 1)]);
    await hear({ conversation: { id: 'd', tenantId: 't' }, type: 'installationUpdate', action: 'add' }, 1);

    assert.deepEqual(told, ['c']);
  });

  it('are told each for themself, also people of the same name in another organization', async () => {
    await hear();
    await hear({ from: { id: '29:y', aadObjectId: 'y' } });
    await hear({ conversation: { id: 'c', tenantId: 'u' } });
    await hear({ from: undefined });
    await hear({ from: undefined, conversation: { id: 'd' } });

    assert.deepEqual(told, ['c', 'c', 'c', 'c', 'd']);
  });

  it('cannot make Confer speak to more than a thousand of them a day, nor fill the store', async () => {
    for (let count = 0; count < 1500; count += 1) await hear({ from: { id: String(count) } });
    const today = told.length;
    nowMs = DAY_MS;
    await hear({ from: { id: 'late' } });

    assert.deepEqual([today, told.length], [1000, 1001]);
    assert.equal(quotas.keys.size, 1003);
  });

  it('ask the store once, however often they come back', async () => {
    for (let count = 0; count < 50; count += 1) await hear();

    assert.equal(quotas.asked, 3);
  });

  it('are left without an answer while the store is away', async () => {
    quotas.isAway = true;

    assert.deepEqual(await hear(), { status: 200, body: {} });
    assert.deepEqual(told, []);
  });

  it('are counted by digests', async () => {
    await hear({ from: { id: '29:xenia', aadObjectId: 'xenia' } });

    for (const key of quotas.keys) assert.match(key, /^[0-9A-Z]{20}$/u);
  });

  it('get the same words when they press a button, and no turn is run', async () => {
    const { status, body } = await hear({ type: 'invoke', name: 'adaptiveCard/action', value: { action: {} } });

    assert.equal(status, 200);
    assert.match(JSON.stringify(body), /"statusCode":403.*works for another organization/u);
    assert.deepEqual(told, []);
  });

  for (const { title, activity } of QUIET) {
    it(`are left alone after ${title}`, async () => {
      assert.deepEqual(await hear(activity), { status: 200, body: {} });
      assert.deepEqual(told, []);
    });
  }

  it('leave a line in the log without a name', async () => {
    await hear({ from: { id: '29:x', name: 'Xenia' }, text: 'words' });

    assert.deepEqual(
      log.records.map(({ level, event, fields }) => [level, event, fields]),
      [['warn', 'tenant.refused', { type: 'message' }]],
    );
  });
});
