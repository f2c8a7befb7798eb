import assert from 'node:assert/strict';

import { conversationOf, Pool, send, text } from './client';

const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

const faults = [
  ['503 with Retry-After', { status: 503, headers: { 'Retry-After': '7' } }],
  ['502 as HTML', { status: 502 }],
  ['500 CallbackChannelError', ucwaError(500, 'ServiceFailure', 'CallbackChannelError')],
  ['410 CannotRedirect', ucwaError(410, 'Gone', 'CannotRedirect')],
] as const;
const styles = [
  ['relative real', { pathStyle: 'real', hrefForm: 'relative' }],
  ['relative reference', { pathStyle: 'reference', hrefForm: 'relative' }],
  ['double-slash reference', { pathStyle: 'reference', hrefForm: 'double-slash' }],
  ['absolute real', { pathStyle: 'real', hrefForm: 'absolute' }],
] as const;

describe('simulator switches and faults', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  for (const [title, fault] of faults) {
    it(`#98 answers ${title} on any route, as often as ordered`, async () => {
      const { rootUrl } = await pool.start();
      const client = await pool.signIn();
      for (const path of ['^/$', '/myOnlineMeetings$', '/events']) {
        await pool.control('/faults', { ...fault, match: { method: 'GET', path }, times: 1 });
      }

      for (const href of [rootUrl, client.meetings, client.link('events')]) {
        const [hit, next] = [await client.send('GET', href), await client.send('GET', href)];
        assert.equal(hit.status, fault.status);
        assert.equal(next.status, 200);
        if ('headers' in fault) assert.equal(hit.headers['retry-after'], '7');
        if ('body' in fault) assert.equal(hit.text, fault.body);
        else assert.match(hit.headers['content-type'] ?? '', /^text\/html/);
      }
    });
  }

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

  it('#99 shows unknown properties, links and enum values when switched', async () => {
    await pool.start({ switches: { extraProperties: true } });
    const client = await pool.signIn();

    const item = await client.send('GET', `${client.meetings}/7QX2MZ4K`);
    const eligible = await client.send('GET', client.link('onlineMeetingEligibleValues', 'onlineMeetings'));
    const put = await client.send('PUT', `${client.meetings}/7QX2MZ4K`, {
      headers: { 'If-Match': item.headers.etag ?? '' },
      body: item.json,
    });

    assert.ok(item.json.futureProperty);
    assert.ok(item.json._links?.futureLink);
    assert.ok((eligible.json.accessLevels as unknown as string[]).includes('FutureValue'));
    assert.equal(put.status, 200);
  });

  for (const [title, switches] of styles) {
    it(`#100 behaves the same with ${title} hrefs`, async () => {
      const { origin } = await pool.start({ switches });
      const client = await pool.signIn();
      // The doubled slash would name a host; a client that knows the artefact collapses it.
      const at = (href: string): string => href.replace(/^\/{2}(?=ucwa)/, '/');

      const created = await client.send('POST', at(client.meetings), { body: { subject: 'Same' } });
      const item = at(text(created.json._links?.self?.href));
      const replaced = await client.send('PUT', item, {
        headers: { 'If-Match': created.headers.etag ?? '' },
        body: { ...created.json, subject: 'Still the same' },
      });
      const started = await client.send('POST', at(client.link('startOnlineMeeting', 'communication')), { body: {} });
      const events = await client.send('GET', at(client.link('events')));

      assert.deepEqual([created.status, replaced.status, started.status, events.status], [201, 200, 201, 200]);
      const prefix = switches.pathStyle === 'real' ? '/ucwa/oauth/v1/applications/' : '/ucwa/v1/applications/';
      const base = { relative: '', absolute: origin, 'double-slash': '/' }[switches.hrefForm];
      assert.equal((started.headers.location ?? '').indexOf(`${base}${prefix}`), 0);
      assert.equal((await client.send('DELETE', item)).status, 204);
    });
  }

  it('#100 follows a whole meeting in the reference style', async () => {
    await pool.start({ switches: { pathStyle: 'reference' } });
    const client = await pool.signIn();
    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: {} });

    const conversation = conversationOf(await client.eventsUntil(completed));
    const { json } = await client.send('GET', conversation);
    const roster = await client.send('GET', text(json._links?.participants?.href));
    const left = await client.send('DELETE', conversation);

    assert.match(client.link('startOnlineMeeting', 'communication'), /\/communication\/startOnlineMeeting/);
    assert.match(conversation, /\/communication\/conversations\/\d+$/);
    assert.deepEqual([roster.status, left.status], [200, 204]);
  });
});

function ucwaError(
  status: number,
  code: string,
  subcode: string,
): Record<'body' | 'contentType', string> & { status: number } {
  return { status, contentType: 'application/json', body: JSON.stringify({ code, subcode }) };
}
