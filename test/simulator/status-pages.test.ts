import assert from 'node:assert/strict';

import { assertHas, list, Pool, send, text } from './client';

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('simulator status pages', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function page(path: string): Promise<string> {
    return (await send('GET', `${pool.running.origin}${path}`)).text;
  }

  /** The client may see the end of a cut connection before the server does. */
  async function untilRecorded(requests: number): Promise<void> {
    if (pool.running.requests.length >= requests) return;
    await page('/_sim/state');
    await untilRecorded(requests);
  }

  it('are where a browser gets that asks for the address alone', async () => {
    const { rootUrl } = await pool.start();

    const answer = await send('GET', rootUrl, { headers: BROWSER });

    assert.deepEqual([answer.status, answer.headers.location], [302, '/_sim/']);
  });

  for (const accept of ['*/*', 'application/json', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', '']) {
    it(`are in nobody's way: Accept "${accept}" is discovery`, async () => {
      const { rootUrl } = await pool.start();

      const answer = await send('GET', rootUrl, { headers: { Accept: accept } });

      assert.equal(answer.status, 200);
      assert.match(text(answer.json._links?.user?.href), /\/oauth\/user/);
    });
  }

  it('show applications with their event channels, conversations with who is in and who waits', async () => {
    await pool.start();
    const client = await pool.signIn('anna.berg', { userAgent: 'Scheduler/9.9' });
    await client.join('sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:Z8C4PV2G');
    await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');
    await pool.control('/people/petra.novak/join', { onlineMeetingId: 'Z8C4PV2G' });

    const shown = await page('/_sim/');

    for (const words of [/Scheduler\/9\.9/, /no P-GET for 0 s/, /Anna Berg \(leader\)/, /<td>Petra Novák<\/td>/]) {
      assert.match(shown, words);
    }
  });

  it('show switches that were turned and faults that wait', async () => {
    await pool.start({ switches: { onlyCompleted: true } });
    const ordinary = await page('/_sim/');

    await pool.control('/faults', { match: { method: 'GET', path: '/me$' }, status: 503, times: 3 });
    const shown = await page('/_sim/');

    assert.match(ordinary, /onlyCompleted/);
    assert.doesNotMatch(ordinary, /eventsKey|answers 503/);
    assert.match(shown, /GET \/me\$/);
    assert.match(shown, /answers 503, 3 more/);
  });

  it('say of failed requests why, and can leave out the others', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('GET', `${client.meetings}/NOWHERE1`);

    const [all, failed] = [await page('/_sim/'), await page('/_sim/?show=failed')];

    for (const shown of [all, failed]) assert.match(shown, /404 failed/);
    assert.match(failed, /<span class="quiet">NotFound/);
    assert.match(all, /oauthtoken/);
    assert.doesNotMatch(failed, /oauthtoken/);
  });

  it('say of a failure that it was ordered', async () => {
    await pool.start();
    await pool.control('/faults', { status: 503 });
    await send('GET', pool.running.rootUrl);
    await pool.control('/faults', { cut: 'before' });
    await assert.rejects(send('GET', pool.running.rootUrl));
    await untilRecorded(2);

    const shown = await page('/_sim/');

    assert.match(shown, /An ordered fault\. The connection ended without an answer\./);
    assert.match(shown, /An ordered fault\.<\/span>/);
  });

  it('say which input was refused, and that a ticket was missing', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('POST', client.meetings, { body: { accessLevel: 'Public' } });
    await send('GET', new URL(client.self, pool.running.origin).href);

    const shown = await page('/_sim/');

    assert.match(shown, /BadRequest\/ParameterValidationFailure: accessLevel: The value is not one of/);
    assert.match(shown, /Asks for a ticket\./);
  });

  it('refresh themselves only when asked to', async () => {
    await pool.start();

    assert.doesNotMatch(await page('/_sim/'), /http-equiv="refresh"/);
    assert.match(await page('/_sim/?refresh=5'), /<meta http-equiv="refresh" content="5" \/>/);
    assert.doesNotMatch(await page('/_sim/?refresh=0%22'), /http-equiv="refresh"/);
  });

  it('show one request and its answer in full', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('POST', client.meetings, { body: { subject: '<b>Plan</b>', accessLevel: 'Public' } });
    const number = pool.running.requests.at(-1)?.number ?? 0;

    const shown = await page(`/_sim/requests/${String(number)}`);

    for (const words of [
      /400 failed/,
      /&quot;accessLevel&quot;: &quot;Public&quot;/,
      /&lt;b&gt;Plan/,
      /ParameterValidationFailure/,
    ]) {
      assert.match(shown, words);
    }
    assert.doesNotMatch(shown, /<b>Plan/);
  });

  it('give the same as JSON', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('POST', client.meetings, { body: { subject: 'Plan' } });
    const number = pool.running.requests.at(-1)?.number ?? 0;

    const { json } = await send('GET', `${pool.running.origin}/_sim/requests/${String(number)}.json`);

    assertHas(json, { number, method: 'POST', status: 201 });
    assert.equal(text(json.request?.body), '{"subject":"Plan"}');
    assert.match(text(json.response?.body), /"subject":"Plan"/);
    assert.ok(list(json.response?.headers).some((header) => text(header[0]) === 'etag'));
  });

  it('show no ticket and no password, neither in bodies nor in headers', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('GET', `${client.self}?note=${encodeURIComponent('Meet-4-2day')}`);
    await send('POST', `${pool.running.origin}/WebTicket/oauthtoken`, {
      body: 'grant_type=password&username=confer%40contoso.com&password=Wrong-9-guess',
    });

    const numbers = pool.running.requests.map(({ number }) => number);
    const shown = await Promise.all(numbers.map(async (number) => page(`/_sim/requests/${String(number)}`)));
    const told = [...shown, await page('/_sim/requests')].join('\n');

    assert.match(told, /grant_type=password&amp;username=[^<]*&amp;password=\(removed\)/);
    assert.match(told, /Bearer \(removed\)/);
    for (const secret of [client.token, client.token.slice(4), 'Meet-4-2day', 'Wrong-9-guess']) {
      assert.ok(!told.includes(secret), secret);
    }
  });

  for (const number of ['999', '0', 'x']) {
    it(`say that there is no request ${number}`, async () => {
      const { origin } = await pool.start();

      const shown = await send('GET', `${origin}/_sim/requests/${number}`);
      const told = await send('GET', `${origin}/_sim/requests/${number}.json`);

      assert.deepEqual([shown.status, told.status], [404, 404]);
      assert.match(shown.text, /No such request/);
    });
  }

  it('keep the last 500 requests, and none about themselves', async () => {
    await pool.start();
    const client = await pool.signIn();
    const batch = Array.from({ length: 60 }, (_, index) => index);
    for (let round = 0; round < 9; round += 1) {
      await Promise.all(batch.map(async () => client.send('GET', client.self)));
    }
    await page('/_sim/');

    const numbers = pool.running.requests.map(({ number }) => number);

    assert.equal(numbers.length, 500);
    assert.deepEqual([numbers.at(0), numbers.at(-1)], [43, 542]);
    assert.ok(!pool.running.requests.some(({ path }) => path.startsWith('/_sim')));
  });

  for (const path of ['/_sim/requests/1', '/_sim/requests/1.json']) {
    it(`show strangers nothing at ${path}`, async () => {
      const { origin } = await pool.start();

      const answer = await send('GET', `${origin}${path}`, { headers: { Host: 'evil.example' } });

      assert.equal(answer.status, 403);
    });
  }
});
