import assert from 'node:assert/strict';

import { type Client, Pool, text } from './client';

describe('simulator event channel', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function start(client: Client, operationId = 'op-1'): Promise<void> {
    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: { operationId } });
  }

  it('loses nothing when the connection breaks while a P-GET is held', async () => {
    await pool.start({ timeScale: 1, switches: { stepMs: 0 } });
    const client = await pool.signIn();
    const broken = new AbortController();
    const held = client.send('GET', client.link('events'), { signal: broken.signal });
    await pool.untilHeld();
    broken.abort();
    await assert.rejects(held);

    await start(client);
    const seen = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');

    assert.ok(seen.length > 0);
  });

  for (const ack of ['1', '3']) {
    it(`answers ack=${ack} with resync while a P-GET of ack=2 is held, and keeps that one`, async () => {
      await pool.start({ timeScale: 1, switches: { onlyCompleted: true } });
      const client = await pool.signIn();
      await start(client);
      await client.poll();
      const held = client.poll();
      await pool.untilHeld();

      const answer = await client.send('GET', client.link('events').replace('ack=1', `ack=${ack}`));
      await start(client, 'op-2');

      assert.match(text(answer.json._links?.resync?.href), /ack=2$/);
      assert.match(text((await held)._links?.next?.href), /ack=3$/);
    });
  }

  for (const query of ['medium=soon', 'ack=x']) {
    it(`answers ${query} with 400`, async () => {
      await pool.start();
      const client = await pool.signIn();

      const href = new URL(client.link('events'), client.origin);
      const [name = '', value = ''] = query.split('=');
      href.searchParams.set(name, value);
      const answer = await client.send('GET', href.href);

      assert.equal(answer.status, 400);
      assert.equal(answer.json.parameters?.[0]?.name, name);
    });
  }

  it('ends held P-GETs when it stops', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();
    const held = client.send('GET', client.link('events'));
    await pool.untilHeld();

    await Promise.all([assert.rejects(held), pool.stop()]);
  });
});
