import assert from 'node:assert/strict';

import { assertHas, list, Pool, send, text } from './client';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

describe('simulator time', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('tells where the clock is', async () => {
    await pool.start({ clock: { now: () => Date.parse('2026-03-01T10:00:00Z') } });

    const first = await pool.control('/time', { advanceSeconds: HOUR });
    const second = await pool.control('/time', { advanceSeconds: 30 });
    const state = await send('GET', `${pool.running.origin}/_sim/state`);

    assert.deepEqual(first.json, { now: '2026-03-01T11:00:00.000Z', aheadSeconds: 3600 });
    assert.deepEqual(second.json, { now: '2026-03-01T11:00:30.000Z', aheadSeconds: 3630 });
    assertHas(state.json, { now: '2026-03-01T11:00:30.000Z' });
  });

  it('ends a ticket after its eight hours, and not before', async () => {
    await pool.start();
    const token = await pool.ticketOf('confer');
    const user = async (): Promise<number> =>
      (
        await send('GET', `${pool.running.origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`, {
          headers: { Authorization: `Bearer ${token}` },
        })
      ).status;

    await pool.control('/time', { advanceSeconds: 8 * HOUR - MINUTE });
    const before = await user();
    await pool.control('/time', { advanceSeconds: MINUTE });

    assert.deepEqual([before, await user()], [200, 401]);
  });

  it('ends the application of a silent client after 15 minutes, and not before', async () => {
    await pool.start();
    const client = await pool.signIn();
    const status = async (): Promise<number> => (await client.send('GET', client.self)).status;

    await pool.control('/time', { advanceSeconds: 14 * MINUTE });
    const before = await status();
    await pool.control('/time', { advanceSeconds: 2 * MINUTE });

    assert.deepEqual([before, await status()], [200, 404]);
  });

  it('resets the event channel of a client that was silent for more than five minutes', async () => {
    await pool.start();
    const client = await pool.signIn();

    await pool.control('/time', { advanceSeconds: 6 * MINUTE });

    assert.ok((await client.poll())._links?.resume);
  });

  it('releases held P-GETs and keeps the application of a client that polls on', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();
    const held = client.poll();
    await pool.untilHeld();

    await pool.control('/time', { advanceSeconds: HOUR });

    assert.ok((await held)._links?.next);
    assert.equal((await client.send('GET', client.self)).status, 200);
  });

  it('forgets meetings a day after they expired', async () => {
    await pool.start();
    const meetings = async (): Promise<string[]> =>
      list((await send('GET', `${pool.running.origin}/_sim/state`)).json.meetings).map(({ onlineMeetingId }) =>
        text(onlineMeetingId),
      );

    const before = await meetings();
    await pool.control('/time', { advanceSeconds: 9 * DAY });
    const after = await meetings();

    assert.ok(before.includes('R9D3HC6V'));
    assert.deepEqual(
      after,
      before.filter((id) => id !== 'R9D3HC6V'),
    );
  });

  for (const [title, body, sentence] of [
    ['no number', { advanceSeconds: '60' }, 'advanceSeconds must be a number from 0 to 315360000, not "60".'],
    ['the past', { advanceSeconds: -1 }, 'advanceSeconds must be a number from 0 to 315360000, not -1.'],
    ['nothing', {}, 'advanceSeconds is missing.'],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await pool.start();

      const answer = await pool.control('/time', body);

      assert.deepEqual([answer.status, text(answer.json.error)], [400, sentence]);
    });
  }
});
