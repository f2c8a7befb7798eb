import assert from 'node:assert/strict';

import { type Client, conversationOf, send, text } from '../simulator/client';

import { type InnerAnswer, type Part, sendBatch } from './batch';
import { behaviour } from './behaviour';

const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

behaviour(96, async (site) => {
  await site.open();
  const client = await site.signIn();

  const answer = await client.send('GET', `${client.origin}/${client.self.replaceAll('/', '//')}`);

  assert.equal(answer.status, 200);
  assert.equal(answer.json.rel, 'application');
});

behaviour(97, async (site) => {
  await site.open();
  const client = await site.signIn();
  // Order of execution is free, so that no part may depend on another one.
  const [meeting, doomed] = [await site.schedule(client), await site.schedule(client)];
  const gets = [client.self, meeting.href, client.link('self', 'communication')];
  const photo = `${client.link('self').replace(/\?.*/, '')}/photos/${text(client.application._embedded?.me?.uri)}`;
  const parts: Part[] = [
    ...gets.map((path) => ({ method: 'GET', path })),
    { method: 'GET', path: `${meeting.href}-missing` },
    { method: 'PUT', path: meeting.href, body: '{}' },
    { method: 'DELETE', path: doomed.href },
    ...[client.link('events'), photo].map((path) => ({ method: 'GET', path })),
    { method: 'POST', path: client.link('batch') },
  ];

  const { status, headers, answers } = await sendBatch(client, parts);
  const tooMany = await sendBatch(
    client,
    Array.from({ length: 101 }, () => ({ method: 'POST', path: client.meetings, body: '{"subject":"Too many"}' })),
  );
  const collection = await client.send('GET', client.meetings);

  assert.equal(status, 200);
  assert.match(headers['content-type'] ?? '', /^multipart\/batching; ?boundary=/i);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200, 404, 428, 204, 400, 400, 400],
  );
  assert.deepEqual(answers.slice(0, 3).map(relOf), ['application', 'myOnlineMeeting', 'communication']);
  for (const { body, length } of answers.filter((answer) => answer.status < 300 && answer.body !== '')) {
    assert.equal(body[0], '\uFEFF');
    assert.equal(length, Buffer.byteLength(body));
  }
  assert.equal(tooMany.status, 429);
  assert.ok(!collection.text.includes('Too many'), 'nothing was executed');
  assert.ok(!collection.text.includes(text(doomed.json.onlineMeetingId)), 'the DELETE of the first batch was');
});

behaviour(98, async (site) => {
  const { rootUrl } = await site.simulate();
  const client = await site.signIn();

  for (const fault of [
    { status: 503, headers: { 'Retry-After': '7' } },
    { status: 502 },
    ucwaError(500, 'ServiceFailure', 'CallbackChannelError'),
    ucwaError(410, 'Gone', 'CannotRedirect'),
  ]) {
    for (const href of [rootUrl, client.meetings, client.link('events')]) {
      await site.pool.control('/faults', { ...fault, match: { method: 'GET' }, times: 1 });
      const [hit, next] = [await client.send('GET', href), await client.send('GET', href)];

      assert.deepEqual([hit.status, next.status], [fault.status, 200]);
      if ('headers' in fault) assert.equal(hit.headers['retry-after'], '7');
      if ('body' in fault) assert.equal(hit.text, fault.body);
      else assert.match(hit.headers['content-type'] ?? '', /^text\/html/);
    }
  }
});

behaviour(99, async (site) => {
  await site.simulate({ switches: { extraProperties: true } });
  const client = await site.signIn();
  const { href } = await site.schedule(client);

  const item = await client.send('GET', href);
  const eligible = await client.send('GET', client.link('onlineMeetingEligibleValues', 'onlineMeetings'));
  const put = await client.send('PUT', href, { headers: { 'If-Match': item.headers.etag ?? '' }, body: item.json });

  for (const { json } of [item, eligible]) {
    assert.ok(json.futureProperty);
    assert.ok(json._links?.futureLink);
  }
  assert.ok((eligible.json.accessLevels as unknown as string[]).includes('FutureValue'));
  assert.equal(put.status, 200);
});

behaviour(100, async (site) => {
  const { origin } = await site.simulate();
  const seen = [];

  for (const switches of [
    { pathStyle: 'real', hrefForm: 'relative' },
    { pathStyle: 'reference', hrefForm: 'relative' },
    { pathStyle: 'reference', hrefForm: 'double-slash' },
    { pathStyle: 'real', hrefForm: 'absolute' },
  ]) {
    await site.pool.control('/switches', switches);
    const client = await site.signIn();
    seen.push(await wholeLife(client));

    const prefix = switches.pathStyle === 'real' ? '/ucwa/oauth/v1/applications/' : '/ucwa/v1/applications/';
    const base = { relative: '', absolute: origin, 'double-slash': '/' }[switches.hrefForm];
    assert.ok(client.self.startsWith(`${base ?? '?'}${prefix}`), client.self);
  }

  assert.deepEqual(seen[0], [201, 200, 201, 'Conferenced', 200, 204, 204, 404]);
  for (const other of seen) assert.deepEqual(other, seen[0]);
});

/** Schedules, changes, joins, looks around, leaves and deletes; the outcomes in order. */
async function wholeLife(client: Client): Promise<unknown[]> {
  // The doubled slash would name a host; a client that knows the artefact collapses it.
  const at = (href: string | undefined): string => (href ?? '').replace(/^\/{2}(?=ucwa)/, '/');
  const created = await client.send('POST', at(client.meetings), { body: { subject: 'Same' } });
  const item = at(text(created.json._links?.self?.href));
  const replaced = await client.send('PUT', item, {
    headers: { 'If-Match': created.headers.etag ?? '' },
    body: { ...created.json, subject: 'Still the same' },
  });
  const onlineMeetingUri = text(created.json.onlineMeetingUri);
  const href = at(client.link('joinOnlineMeeting', 'communication'));
  const joined = await client.send('POST', href, { body: { onlineMeetingUri } });
  const plain = collapsing(client);
  const conversation = at(conversationOf(await plain.eventsUntil(completed)));
  const inside = (await client.send('GET', conversation)).json;
  const roster = await client.send('GET', at(text(inside._links?.participants?.href)));
  const left = await client.send('DELETE', conversation);
  const deleted = await client.send('DELETE', item);
  const gone = await send('GET', new URL(item, client.origin).href, {
    headers: { Authorization: `Bearer ${client.token}` },
  });
  return [created, replaced, joined, inside.state, roster, left, deleted, gone].map((entry) =>
    typeof entry === 'object' && 'status' in entry ? entry.status : entry,
  );
}

/** The same client, who collapses doubled slashes of every href it follows. */
function collapsing(client: Client): Client {
  const original = client.send.bind(client);
  return Object.assign(client, {
    send: async (...[method, href, sending]: Parameters<Client['send']>) =>
      original(method, href.replace(/^\/{2}(?=ucwa)/, '/'), sending),
  });
}

function relOf({ body }: InnerAnswer): unknown {
  return (JSON.parse(body.replace(/^\uFEFF/, '')) as { rel?: unknown }).rel;
}

function ucwaError(
  status: number,
  code: string,
  subcode: string,
): { status: number; contentType: string; body: string } {
  return { status, contentType: 'application/json', body: JSON.stringify({ code, subcode }) };
}
