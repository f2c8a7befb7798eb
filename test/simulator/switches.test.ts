import assert from 'node:assert/strict';

import { type Json, Pool, send, text } from './client';

const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

describe('simulator switches and faults', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('cuts the connection before the effect', async () => {
    await pool.start();
    const client = await pool.signIn();
    await pool.control('/faults', { match: { method: 'POST', path: 'myOnlineMeetings' }, cut: 'before' });

    await assert.rejects(client.send('POST', client.meetings, { body: { subject: 'Lost' } }));

    assert.ok(!(await client.send('GET', client.meetings)).text.includes('Lost'));
  });

  it('cuts the connection after the effect', async () => {
    await pool.start();
    const client = await pool.signIn();
    await pool.control('/faults', { match: { method: 'POST', path: 'myOnlineMeetings' }, cut: 'after' });

    await assert.rejects(client.send('POST', client.meetings, { body: { subject: 'Made' } }));

    assert.ok((await client.send('GET', client.meetings)).text.includes('Made'));
  });

  it('goes on with a start whose answer was cut', async () => {
    await pool.start();
    const client = await pool.signIn();
    await pool.control('/faults', { match: { method: 'POST', path: 'onlineMeetingInvitations' }, cut: 'after' });

    const start = client.send('POST', client.link('startOnlineMeeting', 'communication'), {
      body: { operationId: 'x' },
    });
    await assert.rejects(start);
    const seen = await client.eventsUntil(completed);

    assert.equal(seen.at(-1)?.embedded?.operationId, 'x');
  });

  it('delays an answer, and forgets faults on DELETE', async () => {
    const { rootUrl, origin } = await pool.start();
    await pool.control('/faults', { delayMs: 50, times: 1 });
    await pool.control('/faults', { status: 500, times: 9 });
    const began = performance.now();

    await send('GET', rootUrl);
    const delayedMs = performance.now() - began;
    await send('DELETE', `${origin}/_sim/faults`);

    assert.ok(delayedMs >= 45, `took ${String(delayedMs)}`);
    assert.equal((await send('GET', rootUrl)).status, 200);
  });

  it('refers to the same resources by links alone, or embeds what it would link', async () => {
    await pool.start();
    const client = await pool.signIn();
    const collection = client.meetings;
    const read = async (embedding: string): Promise<Json> => {
      await pool.control('/switches', { embedding });
      return (await client.send('GET', client.self)).json;
    };

    const linked = await read('links');
    const embedded = await read('embedded');

    assert.equal(linked._embedded, undefined);
    assert.equal(text(linked._links?.me?.href), `${client.self}/me`);
    const dashboard = embedded._embedded?.onlineMeetings;
    assert.equal(dashboard?._links?.myOnlineMeetings, undefined);
    assert.equal(text(dashboard?._embedded?.myOnlineMeetings?._links?.self?.href), collection);
  });

  it('sends an answer in pieces', async () => {
    const { rootUrl } = await pool.start();
    const whole = await send('GET', rootUrl);
    await pool.control('/faults', { dripMs: 80 });
    const began = performance.now();

    const dripped = await send('GET', rootUrl);

    assert.equal(dripped.text, whole.text);
    assert.ok(performance.now() - began >= 60);
  });
});
