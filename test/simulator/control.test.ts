import assert from 'node:assert/strict';

import { assertHas, list, Pool, send, text } from './client';

const foreign = [
  ['another origin', { Origin: 'https://evil.example' }],
  ['an opaque origin', { Origin: 'null' }],
  ['a name that a stranger points here', { Host: 'evil.example' }],
] as const;

describe('simulator control endpoint', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  for (const [title, path, body, sentence] of [
    ['an unknown field', '/faults', { statsu: 500 }, /^statsu is not known here; known are match, times, status, /],
    ['a status that is none', '/faults', { status: 99 }, 'status must be a whole number from 200 to 599, not 99.'],
    ['a broken pattern', '/faults', { match: { path: '(' } }, 'match.path must be a regular expression, not "(".'],
    ['an unknown cut', '/faults', { cut: 'middle' }, 'cut must be "before" or "after", not "middle".'],
    [
      'an unknown switch',
      '/switches',
      { onlyComplete: true },
      /^onlyComplete is not known here; known are .*onlyCompleted/,
    ],
    ['a wrong value', '/switches', { pathStyle: 'fancy' }, 'pathStyle must be "real" or "reference", not "fancy".'],
    ['an unknown meeting', '/people/lukas.holm/join', { onlineMeetingId: 'NOPE' }, 'There is no meeting "NOPE".'],
    ['an unknown pool', '/pools/second', { condition: 'closed' }, 'There is no pool "second".'],
    [
      'an unknown condition',
      '/pools/first',
      { condition: 'sick' },
      '"condition" is one of up, closed, unavailable, cannotRedirect.',
    ],
    ['closing itself', '/pools/first', { condition: 'closed' }, 'A pool cannot close itself: ask the other one.'],
    ['an ineligible value', '/meetings/7QX2MZ4K/touch', { accessLevel: 'Public' }, /^accessLevel: /],
  ] as const) {
    it(`refuses ${title} at ${path} in one sentence`, async () => {
      await pool.start();

      const answer = await pool.control(path, body);

      const error = text(answer.json.error);
      assert.ok(answer.status === 400 || answer.status === 404);
      if (typeof sentence === 'string') assert.equal(error, sentence);
      else assert.match(error, sentence);
    });
  }

  it('refuses a body that is no JSON', async () => {
    const { origin } = await pool.start();

    const answer = await send('POST', `${origin}/_sim/switches`, { body: 'onlyCompleted' });

    assert.deepEqual([answer.status, answer.json.error as unknown], [400, 'The body is not JSON.']);
  });

  for (const [title, headers] of foreign) {
    it(`refuses a request with ${title}`, async () => {
      const { origin } = await pool.start();

      const answer = await send('POST', `${origin}/_sim/tokens/expire`, { headers });

      assert.equal(answer.status, 403);
    });
  }

  it('expires tokens: the next request is 401', async () => {
    await pool.start();
    const client = await pool.signIn();

    await pool.control('/tokens/expire');

    assert.equal((await client.send('GET', client.self)).status, 401);
  });

  it('expires applications: the next request is 404 ApplicationNotFound', async () => {
    await pool.start();
    const client = await pool.signIn();

    await pool.control('/applications/expire');

    assertHas((await client.send('GET', client.self)).json, { subcode: 'ApplicationNotFound' });
  });

  it('silences applications: six minutes make the next P-GET a resume', async () => {
    await pool.start();
    const client = await pool.signIn();

    await pool.control('/applications/silence', { minutes: 6 });

    assert.ok((await client.poll())._links?.resume);
  });

  it('silences applications although a P-GET is held: it is released, the next one is a resume', async () => {
    await pool.start();
    const client = await pool.signIn();
    const held = client.poll();

    await pool.control('/applications/silence', { minutes: 6 });

    assert.ok((await held)._links?.next);
    assert.ok((await client.poll())._links?.resume);
  });

  it('changes a meeting from elsewhere: named properties and the etag', async () => {
    await pool.start();
    const client = await pool.signIn();
    const before = (await client.send('GET', `${client.meetings}/7QX2MZ4K`)).json;

    await pool.control('/meetings/7QX2MZ4K/touch', { subject: 'Renamed' });

    const after = (await client.send('GET', `${client.meetings}/7QX2MZ4K`)).json;
    assert.notEqual(after.etag, before.etag);
    assert.deepEqual({ ...after, etag: '', subject: '' }, { ...before, etag: '', subject: '' });
    assertHas(after, { subject: 'Renamed' });
  });

  it('has another leader act on people, where that makes sense', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.join('sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K');
    await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');
    const onlineMeetingId = '7QX2MZ4K';
    const visitor = async (act: string): Promise<number> =>
      (await pool.control(`/people/visitor@fabrikam.com/${act}`, { onlineMeetingId })).status;

    const early = await visitor('admit');
    await visitor('join');
    const wrong = await visitor('eject');
    const right: number[] = [];
    const seen: string[] = [];
    for (const [act, last] of [
      ['admit', 'added participant in attendees'],
      ['promote', 'added participant in leaders'],
      ['demote', 'added participant in attendees'],
      ['eject', 'deleted participant'],
    ] as const) {
      right.push(await visitor(act));
      seen.push(...(await client.eventsUntil(({ name }) => name === last)).map(({ name }) => name));
    }

    assert.deepEqual([early, wrong, ...right], [404, 409, 200, 200, 200, 200]);
    assert.ok(seen.includes('deleted participant in leaders'));
  });

  it('has somebody decline who was asked in, and nobody else', async () => {
    await pool.start({ timeScale: 0.05 });
    const client = await pool.signIn();
    const conversation = await client.startMeeting();
    const { json } = await client.send('GET', conversation);
    const meeting = (await client.send('GET', `${conversation}/onlineMeeting`)).json;
    const { onlineMeetingId } = meeting;

    const nobody = await pool.control('/people/petra.novak/decline', { onlineMeetingId });
    const href = text(json._links?.addParticipant?.href);
    await client.send('POST', href, { body: { to: 'sip:petra.novak@contoso.com' } });
    const declined = await pool.control('/people/petra.novak/decline', { onlineMeetingId });
    const seen = await client.eventsUntil(({ name }) => name === 'completed participantInvitation');

    assert.deepEqual([nobody.status, declined.status], [404, 200]);
    assert.equal(seen.at(-1)?.body.reason?.subcode, 'Declined');
  });

  it('tells what it holds and what it was asked', async () => {
    const running = await pool.start();
    await pool.signIn();

    const state = await send('GET', `${running.origin}/_sim/state`);
    const requests = await send('GET', `${running.origin}/_sim/requests`);

    assertHas(list(state.json.applications)[0], { owner: 'sip:confer@contoso.com', userAgent: 'Test/1.0' });
    assert.equal(list(state.json.meetings).length, 9);
    assertHas(list(requests.json)[0], { method: 'POST', path: '/WebTicket/oauthtoken', status: 200 });
    assert.ok(running.requests.some(({ path, status }) => path === '/ucwa/oauth/v1/applications' && status === 201));
  });

  it('shows a status page, nothing in it is live markup', async () => {
    const { origin } = await pool.start();
    const client = await pool.signIn();
    await client.send('POST', client.meetings, { body: { subject: '<img src=x onerror=alert(1)>' } });

    const page = await send('GET', `${origin}/_sim/`);

    assert.equal(page.status, 200);
    assert.ok(page.text.includes('&lt;img src=x onerror=alert(1)&gt;'));
    assert.ok(!page.text.includes('<img'));
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'/);
  });
});
