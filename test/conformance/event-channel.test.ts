import assert from 'node:assert/strict';

import { type Client, eventsOf, type Json, list, text } from '../simulator/client';

import { behaviour } from './behaviour';
import type { Site } from './site';

const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';
const vendor = 'application/vnd.microsoft.com.ucwa+xml';

/** Schedules a meeting and begins to join it, so that there are events. */
async function stir(site: Site, client: Client, operationId = 'op-1'): Promise<void> {
  const { uri } = await site.schedule(client);
  await client.join(uri, { operationId });
}

behaviour(38, async (site) => {
  await site.open();
  const client = await site.signIn();
  const began = performance.now();

  const answer = await client.send('GET', client.link('events'));

  const heldMs = performance.now() - began;
  const expectedMs = site.isLive ? 180_000 : 180;
  assert.ok(heldMs >= expectedMs * 0.97, `held ${String(heldMs)} of ${String(expectedMs)} ms`);
  assert.equal(answer.status, 200);
  assert.match(text(answer.json._links?.next?.href), /ack=/);
  assert.deepEqual(eventsOf(answer.json), []);
});

behaviour(39, async (site) => {
  await site.open({ switches: { eventsKey: true } });
  const client = await site.signIn();
  const first = new URL(client.link('events'), client.origin).searchParams;

  await stir(site, client);
  const answer = await client.poll();

  const next = new URL(text(answer._links?.next?.href), client.origin).searchParams;
  assert.equal(Number(next.get('ack')), Number(first.get('ack')) + 1);
  assert.equal(next.get('key'), first.get('key'));
  if (!site.isLive) assert.match(first.get('key') ?? '', /./);
});

behaviour(40, async (site) => {
  await site.open();
  const client = await site.signIn();
  await stir(site, client);

  const first = await client.send('GET', client.link('events'));
  const second = await client.send('GET', client.link('events'));

  assert.ok(eventsOf(first.json).length > 0);
  assert.deepEqual(second.json, first.json);
  if (site.isLive) return;
  // The connection breaks before a byte of the package arrives.
  const next = text(first.json._links?.next?.href);
  await stir(site, client, 'op-2');
  await site.pool.control('/faults', { match: { path: '/events' }, cut: 'after' });
  await assert.rejects(client.send('GET', next));
  assert.ok(eventsOf((await client.send('GET', next)).json).length > 0);
});

behaviour(41, async (site) => {
  await site.open();

  for (const distance of [-1, 2]) {
    const client = await site.signIn();
    await stir(site, client);
    const href = client.link('events');
    const unacknowledged = await client.send('GET', href);
    const wrongUrl = new URL(href, client.origin);
    wrongUrl.searchParams.set('ack', String(Number(wrongUrl.searchParams.get('ack')) + distance));

    const wrong = await client.send('GET', wrongUrl.href);
    const followed = await client.send('GET', text(wrong.json._links?.resync?.href));

    assert.equal(wrong.status, 200);
    assert.deepEqual(Object.keys(wrong.json), ['_links']);
    assert.deepEqual(Object.keys(wrong.json._links ?? {}), ['resync']);
    assert.deepEqual(eventsOf(followed.json), eventsOf(unacknowledged.json));
  }
});

behaviour(42, async (site) => {
  await site.open({ timeScale: 1 });
  const client = await site.signIn();
  const first = client.send('GET', client.link('events'));
  await site.untilHeld();

  const second = client.send('GET', client.link('events'));
  const replaced = await first;
  await stir(site, client);
  const answered = await second;

  assert.deepEqual([replaced.status, replaced.json.code as unknown], [409, 'Conflict']);
  assert.equal(replaced.json.subcode, 'PGetReplaced');
  assert.equal(answered.status, 200);
});

behaviour(43, async (site) => {
  await site.open({ timeScale: 1 });
  const client = await site.signIn();
  const first = client.send('GET', `${client.link('events')}&priority=5`);
  await site.untilHeld();

  const lower = await client.send('GET', `${client.link('events')}&priority=4`);
  await stir(site, client);
  const answered = await first;

  assert.equal(lower.status, 409);
  assert.equal(answered.status, 200);
  assert.ok(eventsOf(answered.json).length > 0);
});

behaviour(44, async (site) => {
  let now = 1_795_132_800_000;
  await site.simulate({ clock: { now: () => now }, timeScale: 0.0005 });
  const client = await site.signIn();
  const { conversation } = await site.enter(client);
  await client.poll('&timeout=1800');

  now += 6 * 60_000;
  const reset = await client.poll();
  const gone = await client.send('GET', conversation);
  const began = performance.now();
  await client.poll();

  assert.deepEqual(Object.keys(reset._links ?? {}), ['self', 'resume']);
  assert.deepEqual(eventsOf(reset), []);
  assert.equal(gone.status, 404);
  assert.ok(performance.now() - began < 800, 'the timeout is 180 s again, not 1800');
});

behaviour(45, async (site) => {
  await site.simulate({ timeScale: 0.05 });
  const client = await site.signIn();
  await client.send('POST', client.link('makeMeAvailable', 'me'), { body: {} });
  const began = performance.now();

  const alone = eventsOf(await client.poll()).map(({ name }) => name);
  const heldMs = performance.now() - began;
  const other = await site.signIn();
  await other.send('POST', other.link('makeMeAvailable', 'me'), { body: {} });
  const waiting = other.poll('&medium=1800');
  await stir(site, other);
  const flushed = eventsOf(await waiting).map(({ name }) => name);

  assert.deepEqual(alone, ['updated me']);
  assert.ok(heldMs >= 200 && heldMs < 2000, `5 s at scale 0.05 are 250 ms, held ${String(heldMs)}`);
  assert.deepEqual(flushed.slice(0, 2), ['updated me', 'started onlineMeetingInvitation']);
});

behaviour(46, async (site) => {
  await site.simulate();
  const client = await site.signIn();
  await client.poll('&timeout=400&medium=200');
  const began = performance.now();

  await client.poll();
  const idleMs = performance.now() - began;
  await client.send('POST', client.link('makeMeAvailable', 'me'), { body: {} });
  const events = eventsOf(await client.poll());
  const mediumMs = performance.now() - began - idleMs;

  assert.ok(idleMs >= 390, `held ${String(idleMs)} of 400 ms`);
  assert.equal(events[0]?.name, 'updated me');
  assert.ok(mediumMs >= 190, `held ${String(mediumMs)} of 200 ms`);
});

behaviour(47, async (site) => {
  await site.open();
  const client = await site.signIn();

  for (const query of ['timeout=179', 'timeout=1801', 'low=4', 'low=1801', 'medium=4', 'medium=1801']) {
    const answer = await client.send('GET', `${client.link('events')}&${query}`);

    assert.deepEqual([answer.status, answer.json.subcode as unknown], [400, 'ParameterValidationFailure'], query);
    assert.equal(answer.json.parameters?.[0]?.name, query.split('=')[0]);
  }
});

behaviour(48, async (site) => {
  await site.simulate({ switches: { onlyCompleted: true } });
  const client = await site.signIn();

  await stir(site, client);
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

behaviour(49, async (site) => {
  await site.open();
  const client = await site.signIn();
  await client.send('DELETE', client.self);

  const answer = await client.send('GET', client.link('events'));

  assert.deepEqual([answer.status, answer.json.code as unknown], [404, 'NotFound']);
  assert.equal(answer.json.subcode, 'ApplicationNotFound');
});

behaviour(50, async (site) => {
  await site.simulate({ switches: { splitSenders: true, onlyCompleted: true } });
  const client = await site.signIn();

  await stir(site, client);
  const senders = list((await client.poll()).sender).map(({ href }) => text(href));

  assert.ok(new Set(senders).size < senders.length);
});

behaviour(51, async (site) => {
  await site.open();
  const client = await site.signIn();

  await stir(site, client, 'my-operation');
  const seen = await client.eventsUntil(completed);

  const events = seen.filter(({ name }) => name.endsWith('onlineMeetingInvitation'));
  assert.ok(events.length > 0);
  for (const { embedded, href } of events) {
    assert.equal(embedded?.operationId, 'my-operation');
    assert.equal(embedded._links?.self?.href, href);
  }
});

behaviour(52, async (site) => {
  await site.simulate({ switches: { startedBefore201: true } });
  const client = await site.signIn();
  const { uri } = await site.schedule(client);
  const order: string[] = [];
  const polled = client.poll().then((answer: Json) => {
    order.push(...eventsOf(answer).map(({ name }) => name));
  });
  await site.untilHeld();

  const answer = await client.join(uri);
  order.push(`answer ${String(answer.status)}`);
  await polled;

  assert.equal(order[0], 'started onlineMeetingInvitation');
  assert.equal(order.at(-1), 'answer 201');
});

behaviour(53, async (site) => {
  await site.simulate({ switches: { eventsWithoutEmbedded: true } });
  const client = await site.signIn();

  await stir(site, client);
  const seen = await client.eventsUntil(completed);

  for (const { name, body } of seen) {
    assert.equal(body._embedded !== undefined, name.endsWith('Invitation'), name);
  }
});

behaviour(54, async (site) => {
  await site.open();
  const client = await site.signIn();
  await stir(site, client);

  const asXml = await client.send('GET', client.link('events'), { headers: { Accept: vendor } });
  const asJson = await client.send('GET', client.link('events'), { headers: { Accept: 'application/xml' } });

  assert.match(asXml.headers['content-type'] ?? '', /^application\/vnd\.microsoft\.com\.ucwa\+xml\b/i);
  assert.match(asXml.text, /<events [^>]*href="[^"]+"/);
  assert.match(asXml.text, /<link [^>]*rel="next"/);
  assert.match(asXml.text, /<(?:started|completed) [^>]*rel="onlineMeetingInvitation"/);
  assert.doesNotMatch(asJson.headers['content-type'] ?? '', /xml/i);
  assert.ok(asJson.json.sender);
});
