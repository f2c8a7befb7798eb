import assert from 'node:assert/strict';

import { manners, measureMorning, tableOf } from '../../bench/morning';
import { Limits } from '../../bench/morning/limits';

describe('bench morning', function () {
  this.timeout(120_000);

  for (const asked of manners) {
    it(`gives everybody one card who asks by ${asked}`, async () => {
      const options = { people: 6, seconds: 2, connector: 30, engine: 'sqlite', processes: 1 } as const;

      const morning = await measureMorning(asked, { ...options, patienceMs: 60_000 });

      const { people, cardMs, acknowledgedMs, doubled, connector, signIns } = morning;
      assert.deepEqual([people, cardMs.length, acknowledgedMs.length, doubled], [6, 6, 6, 0]);
      assert.ok(connector.calls >= 6 && signIns.count > 0, JSON.stringify(morning));
      assert.equal(tableOf([morning]).rows.length, 2);
    });
  }

  it('refuses what is too much for the bot, and what is too much for one conversation', async () => {
    let now = 0;
    const limits = new Limits([{ calls: 10, inMs: 1000 }], () => now);
    const send = async (conversation: string): Promise<number> => {
      const path = `/v3/conversations/${conversation}/activities`;
      const asked = { method: 'POST', path, headers: {}, body: Buffer.alloc(0), gone: new AbortController().signal };
      return (await limits.manner(asked, async () => Promise.resolve({ status: 200 }))).status;
    };

    const statuses: number[] = [];
    for (let call = 0; call < 8; call += 1) statuses.push(await send('a'));
    for (let call = 0; call < 4; call += 1) statuses.push(await send(`b${String(call)}`));
    now = 1000;
    statuses.push(await send('c'));

    const well = (count: number): number[] => Array.from({ length: count }, () => 200);
    assert.deepEqual(statuses, [...well(7), 429, ...well(3), 429, 200]);
    assert.deepEqual(limits.counted, { calls: 13, refused: 2, refusedForConversation: 1 });
  });
});
