import assert from 'node:assert/strict';

import { ForeignTenants } from '../../src/bot/foreign-tenants';
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
  let strangers: ForeignTenants;

  beforeEach(() => {
    nowMs = 0;
    told = [];
    log = new RecordingLogger();
    const receive = async (activity: Readonly<Record<string, unknown>>) => {
      told.push((activity.conversation as { id: string }).id);
      return Promise.resolve({ status: 200, body: {} });
    };
    strangers = new ForeignTenants({ adapter: { receive }, now: () => new Date(nowMs), log });
  });

  async function hear(over: object = {}) {
    return strangers.answer({ type: 'message', conversation: { id: 'c' }, ...over }, CALLER);
  }

  it('are told once a day in a conversation', async () => {
    await hear();
    nowMs = DAY_MS - 1;
    await hear();
    nowMs = DAY_MS;
    await hear();

    assert.deepEqual(told, ['c', 'c']);
  });

  it('are told in every conversation of theirs, and when they add Confer', async () => {
    await hear();
    await hear({ conversation: { id: 'd' }, type: 'installationUpdate', action: 'add' });

    assert.deepEqual(told, ['c', 'd']);
  });

  it('cannot make Confer speak in more than a thousand conversations a day', async () => {
    for (let count = 0; count < 1500; count += 1) await hear({ conversation: { id: `c${String(count)}` } });
    const today = told.length;
    nowMs = DAY_MS;
    await hear({ conversation: { id: 'late' } });

    assert.deepEqual([today, told.length], [1000, 1001]);
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
