import assert from 'node:assert/strict';

import { type Client, eventsOf, list, Pool, text } from './client';

describe('simulator event channel', () => {
  const pool = new Pool();
  let now = 1_795_132_800_000;

  afterEach(async () => {
    await pool.stop();
  });

  async function start(client: Client, operationId = 'op-1'): Promise<void> {
    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: { operationId } });
  }

  it('#38 holds a P-GET with nothing to send until timeout, then answers next and no events', async () => {
    await pool.start();
    const client = await pool.signIn();
    const began = performance.now();

    const answer = await client.send('GET', client.link('events'));

    const heldMs = performance.now() - began;
    assert.ok(heldMs >= 175, `180 s at scale 0.001 are 180 ms, held ${String(heldMs)}`);
    assert.equal(answer.status, 200);
    assert.match(text(answer.json._links?.next?.href), /ack=2$/);
    assert.deepEqual(answer.json.sender, []);
  });

  it('#39 links next with ack + 1 and keeps the key it supplied', async () => {
    await pool.start({ switches: { eventsKey: true } });
    const client = await pool.signIn();
    const first = new URL(client.link('events'), client.origin);

    const answer = await client.poll();

    const next = new URL(text(answer._links?.next?.href), client.origin);
    assert.ok((first.searchParams.get('key') ?? '').length > 0);
    assert.equal(next.searchParams.get('key'), first.searchParams.get('key'));
    assert.deepEqual([first.searchParams.get('ack'), next.searchParams.get('ack')], ['1', '2']);
  });

  it('#40 sends the same package again for the same ack', async () => {
    await pool.start();
    const client = await pool.signIn();
    await start(client);
    const href = client.link('events');

    const first = await client.send('GET', href);
    const second = await client.send('GET', href);

    assert.ok(first.text.includes('onlineMeetingInvitation'));
    assert.equal(second.text, first.text);
  });

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

  for (const ack of ['0', '3']) {
    it(`#41 answers ack=${ack} where 1 is due with resync alone; following it yields the package`, async () => {
      await pool.start();
      const client = await pool.signIn();
      await start(client);
      const href = client.link('events');
      const unacknowledged = await client.send('GET', href);

      const wrong = await client.send('GET', href.replace('ack=1', `ack=${ack}`));
      const followed = await client.send('GET', text(wrong.json._links?.resync?.href));

      assert.equal(wrong.status, 200);
      assert.deepEqual(Object.keys(wrong.json), ['_links']);
      assert.deepEqual(Object.keys(wrong.json._links ?? {}), ['resync']);
      assert.equal(followed.text, unacknowledged.text);
    });
  }

  for (const ack of ['1', '3']) {
    it(`#41 answers ack=${ack} with resync while a P-GET of ack=2 is held, and keeps that one`, async () => {
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

  it('#42 releases the first of two P-GETs with the same ack with 409 PGetReplaced', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();
    const first = client.send('GET', client.link('events'));
    await pool.untilHeld();

    const second = client.send('GET', client.link('events'));
    const replaced = await first;
    await start(client);
    const answered = await second;

    assert.deepEqual([replaced.status, replaced.json.code as unknown], [409, 'Conflict']);
    assert.equal(replaced.json.subcode, 'PGetReplaced');
    assert.equal(answered.status, 200);
  });

  it('#43 does not let a lower priority replace', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();
    const first = client.send('GET', `${client.link('events')}&priority=5`);
    await pool.untilHeld();

    const lower = await client.send('GET', `${client.link('events')}&priority=4`);
    await start(client);

    assert.deepEqual([lower.status, lower.json.subcode as unknown], [409, 'PGetReplaced']);
    assert.equal((await first).status, 200);
  });

  it('#44 answers resume after an idle reset: conversations are gone and parameters forgotten', async () => {
    await pool.start({ clock: { now: () => now }, timeScale: 0.0005 });
    const client = await pool.signIn();
    const conversation = await client.startMeeting();
    await client.poll('&timeout=1800');

    now += 6 * 60_000;
    const reset = await client.poll();
    const gone = await client.send('GET', conversation);
    const began = performance.now();
    await client.poll();

    assert.deepEqual(Object.keys(reset._links ?? {}), ['self', 'resume']);
    assert.deepEqual(reset.sender, []);
    assert.deepEqual([gone.status, gone.json.subcode as unknown], [404, 'ConversationNotFound']);
    assert.ok(performance.now() - began < 800, 'the timeout is 180 s again, not 1800');
  });

  it('#45 holds medium events until a high event flushes them, in order', async () => {
    await pool.start({ timeScale: 0.05 });
    const client = await pool.signIn();
    await client.send('POST', client.link('makeMeAvailable', 'me'), { body: {} });
    const waiting = client.poll();
    await pool.untilHeld();

    await start(client);
    const names = eventsOf(await waiting).map(({ name }) => name);

    assert.deepEqual(names.slice(0, 2), ['updated me', 'started onlineMeetingInvitation']);
  });

  it('#45 releases a medium event after its 5 s when nothing else comes', async () => {
    await pool.start({ timeScale: 0.02 });
    const client = await pool.signIn();
    await client.send('POST', client.link('makeMeAvailable', 'me'), { body: {} });
    const began = performance.now();

    const names = eventsOf(await client.poll()).map(({ name }) => name);

    const heldMs = performance.now() - began;
    assert.deepEqual(names, ['updated me']);
    assert.ok(heldMs >= 80 && heldMs < 1500, `5 s at scale 0.02 are 100 ms, held ${String(heldMs)}`);
  });

  it('#46 keeps timeout in force once it was sent', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.poll('&timeout=400');
    const began = performance.now();

    await client.poll();

    assert.ok(performance.now() - began >= 390);
  });

  for (const query of ['timeout=179', 'timeout=1801', 'low=4', 'medium=1801', 'medium=soon', 'ack=x']) {
    it(`#47 answers ${query} with 400`, async () => {
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

  it('#48 merges what happens to one target: a fast operation shows only completed', async () => {
    await pool.start({ switches: { onlyCompleted: true } });
    const client = await pool.signIn();

    await start(client);
    const events = eventsOf(await client.poll());

    const names = events.map(({ name }) => name);
    assert.ok(!names.includes('started onlineMeetingInvitation'));
    assert.equal(names.at(-1), 'completed onlineMeetingInvitation');
    const conversation = events.filter(({ name }) => /^\w+ conversation$/.test(name));
    assert.deepEqual(
      conversation.map(({ name, embedded }) => [name, embedded?.state as unknown]),
      [['added conversation', 'Conferenced']],
    );
  });

  it('#49 answers an unknown application with 404 ApplicationNotFound', async () => {
    await pool.start();
    const client = await pool.signIn();

    const href = client.link('events').replace(/applications\/\d+/, 'applications/1');
    const answer = await client.send('GET', href);

    assert.deepEqual([answer.status, answer.json.subcode as unknown], [404, 'ApplicationNotFound']);
  });

  it('#50 lets the same sender occur twice in one package when switched', async () => {
    await pool.start({ switches: { splitSenders: true, onlyCompleted: true } });
    const client = await pool.signIn();

    await start(client);
    const senders = list((await client.poll()).sender).map(({ href }) => text(href));

    assert.ok(new Set(senders).size < senders.length);
  });

  it('#51 embeds the operation with operationId and self in its events', async () => {
    await pool.start();
    const client = await pool.signIn();

    await start(client, 'my-operation');
    const seen = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');

    const events = seen.filter(({ name }) => name.endsWith('onlineMeetingInvitation'));
    assert.ok(events.length > 0);
    for (const { embedded, href } of events) {
      assert.equal(embedded?.operationId, 'my-operation');
      assert.equal(embedded._links?.self?.href, href);
    }
  });

  it('#52 delivers started before the 201 when switched', async () => {
    await pool.start({ switches: { startedBefore201: true } });
    const client = await pool.signIn();
    const order: string[] = [];
    const polled = client.poll().then((answer) => {
      order.push(...eventsOf(answer).map(({ name }) => name));
    });
    await pool.untilHeld();

    const answer = await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: {} });
    order.push(`answer ${String(answer.status)}`);
    await polled;

    assert.equal(order[0], 'started onlineMeetingInvitation');
    assert.equal(order.at(-1), 'answer 201');
  });

  it('#53 sends resource events without _embedded when switched, operations with it', async () => {
    await pool.start({ switches: { eventsWithoutEmbedded: true } });
    const client = await pool.signIn();

    await start(client);
    const seen = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');

    for (const { name, body } of seen) {
      assert.equal(body._embedded !== undefined, name.endsWith('Invitation'), name);
    }
  });

  it('ends held P-GETs when it stops', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();
    const held = client.send('GET', client.link('events'));
    await pool.untilHeld();

    await Promise.all([assert.rejects(held), pool.stop()]);
  });
});
