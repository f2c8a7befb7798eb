import assert from 'node:assert/strict';

import { assertHas, conversationOf, Pool, send, text } from './client';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const financeWeekly = 'sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:B6N1SL0Q';
const boardPreparation = 'sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:Z8C4PV2G';
const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

const operationIdOf51 = 'x'.repeat(51);
const subjectOf251 = 'x'.repeat(251);

describe('simulator invitations', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('#55 answers startOnlineMeeting with 201, no body and a relative Location', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: {} });

    assert.equal(answer.status, 201);
    assert.equal(answer.text, '');
    assert.equal(answer.headers['content-length'], '0');
    assert.match(answer.headers.location ?? '', /^\/ucwa\/.*\/onlineMeetingInvitations\/[0-9a-f]{32}$/);
  });

  for (const rel of ['startOnlineMeeting', 'joinOnlineMeeting']) {
    for (const [number, title, body] of [
      ['#56', 'an operationId of 51 characters', { operationId: operationIdOf51 }],
      ['#56', 'a subject of 251 characters', { subject: subjectOf251 }],
      ['#57', 'an importance outside the three values', { importance: 'High' }],
    ] as const) {
      it(`${number} answers ${rel} with ${title} with 400 ParameterValidationFailure`, async () => {
        await pool.start();
        const client = await pool.signIn();

        const answer = await client.send('POST', client.link(rel, 'communication'), { body });

        assert.equal(answer.status, 400);
        assert.equal(answer.json.subcode, 'ParameterValidationFailure');
        assert.equal(answer.json.parameters?.[0]?.name, Object.keys(body)[0]);
      });
    }
  }

  it('takes 50 characters of operationId and 250 of subject', async () => {
    await pool.start();
    const client = await pool.signIn();

    const body = { operationId: 'x'.repeat(50), subject: 'y'.repeat(250), importance: 'urgent' };
    const answer = await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body });

    assert.equal(answer.status, 201);
  });

  it('answers a repeated operationId with 409 AlreadyExists', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.join(budgetSync, { operationId: 'once' });

    const answer = await client.join(financeWeekly, { operationId: 'once' });

    assert.deepEqual([answer.status, answer.json.subcode as unknown], [409, 'AlreadyExists']);
  });

  it('#58 shows a successful start in the documented order', async () => {
    await pool.start({ timeScale: 1, switches: { stepMs: 200 } });
    const client = await pool.signIn();
    const body = { operationId: 'op', subject: 'Budget sync', importance: 'Urgent', threadId: 'thread-1' };

    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body });
    const seen = await client.eventsUntil(completed);

    assert.deepEqual(
      seen.map(({ sender, name, embedded }) => [sender, name, embedded?.state as unknown]),
      [
        ['communication', 'started onlineMeetingInvitation', 'Connecting'],
        ['communication', 'added conversation', 'Connecting'],
        ['conversation', 'added localParticipant', undefined],
        ['communication', 'updated conversation', 'Conferencing'],
        ['conversation', 'added onlineMeeting in conversation', undefined],
        ['conversation', 'added participant in leaders', undefined],
        ['communication', 'updated conversation', 'Conferenced'],
        ['communication', 'completed onlineMeetingInvitation', 'Connected'],
      ],
    );
    const last = seen.at(-1);
    assertHas(last?.body, { status: 'Success' });
    assertHas(last?.embedded, { threadId: 'thread-1', importance: 'Urgent' });
    const local = seen.find(({ name }) => name === 'added localParticipant');
    assert.equal(local?.embedded?.rel, 'participant', 'the inner rel differs from the key');
  });

  it('#59 embeds only onlineMeetingUri; GET onlineMeeting returns joinUrl', async () => {
    const { origin } = await pool.start();
    const client = await pool.signIn();
    await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: { subject: 'Ad hoc' } });

    const seen = await client.eventsUntil(completed);
    const stub = seen.find(({ name }) => name === 'added onlineMeeting in conversation');
    const { json } = await client.send('GET', stub?.href ?? '');

    assert.deepEqual(Object.keys(stub?.embedded ?? {}), ['onlineMeetingUri', '_links', 'rel']);
    assert.ok(text(json.joinUrl).startsWith(`${origin}/meet/confer/`));
    assert.equal(json.onlineMeetingUri, stub?.embedded?.onlineMeetingUri);
    assert.equal(json.organizerName, 'Confer');
    assert.equal(json.subject, 'Ad hoc');
  });

  it('keeps an ad-hoc meeting out of myOnlineMeetings', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.startMeeting({ subject: 'Nobody schedules this' });

    const collection = await client.send('GET', client.meetings);

    assert.ok(!collection.text.includes('Nobody schedules this'));
  });

  it('#60 answers joining an unknown URI with 404 DestinationNotFound', async () => {
    await pool.start();
    const client = await pool.signIn();

    for (const uri of ['sip:john@contoso.com', budgetSync.replace('7QX2', 'ZZZZ')]) {
      const answer = await client.join(uri);
      assert.deepEqual([answer.status, answer.json.code as unknown], [404, 'NotFound']);
      assert.equal(answer.json.subcode, 'DestinationNotFound');
    }
  });

  it('#60 answers joining a deleted meeting with 404 DestinationNotFound', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.send('DELETE', `${client.meetings}/7QX2MZ4K`);

    const answer = await client.join(budgetSync);

    assert.equal(answer.json.subcode, 'DestinationNotFound');
  });

  describe('of a guest', () => {
    async function guest(): Promise<{ join: string; headers: Record<string, string> }> {
      const { origin } = await pool.start();
      const form = {
        grant_type: 'urn:microsoft.rtc:anonmeeting',
        password: '7QX2MZ4K',
        ms_rtc_conferenceuri: budgetSync,
      };
      const token = await send('POST', `${origin}/WebTicket/oauthtoken`, {
        body: new URLSearchParams(form).toString(),
      });
      const headers = { Authorization: `Bearer ${text(token.json.access_token)}` };
      const body = { userAgent: 'Guest/1.0', endpointId: 'g', culture: 'en-US' };
      const application = await send('POST', `${origin}/ucwa/oauth/v1/applications`, { headers, body });
      const links = application.json._embedded?.communication?._links;
      return { join: `${origin}${text(links?.joinOnlineMeeting?.href)}`, headers };
    }

    it('#61 refuses another URI than the ticket’s with 403 None', async () => {
      const { join, headers } = await guest();

      const body = { onlineMeetingUri: financeWeekly, anonymousDisplayName: 'Megan' };
      const answer = await send('POST', join, { headers, body });

      assert.deepEqual([answer.status, answer.json.subcode as unknown], [403, 'None']);
    });

    it('#62 refuses a join without anonymousDisplayName with 400', async () => {
      const { join, headers } = await guest();

      const refused = await send('POST', join, { headers, body: { onlineMeetingUri: budgetSync } });
      const body = { onlineMeetingUri: budgetSync, anonymousDisplayName: 'Megan' };
      const accepted = await send('POST', join, { headers, body });

      assert.equal(refused.status, 400);
      assert.equal(refused.json.parameters?.[0]?.name, 'anonymousDisplayName');
      assert.equal(accepted.status, 201);
    });
  });

  it('#63 joins a new meeting when no onlineMeetingUri is given', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('POST', client.link('joinOnlineMeeting', 'communication'), {
      body: { subject: 'Fresh' },
    });
    const seen = await client.eventsUntil(completed);

    assert.equal(answer.status, 201);
    const uri = text(seen.at(-1)?.embedded?.onlineMeetingUri);
    assert.match(uri, /^sip:confer@contoso\.com;gruu;opaque=app:conf:focus:id:[A-Z0-9]{8}$/);
  });

  it('#64 takes the join URI from the query', async () => {
    await pool.start();
    const client = await pool.signIn();
    const query = new URLSearchParams({ onlineMeetingUri: financeWeekly }).toString();

    const answer = await client.send('POST', `${client.link('joinOnlineMeeting', 'communication')}?${query}`);
    const seen = await client.eventsUntil(completed);

    assert.equal(answer.status, 201);
    assert.equal(seen.at(-1)?.embedded?.onlineMeetingUri, financeWeekly);
  });

  it('#64 takes the join URI from the body', async () => {
    await pool.start();
    const client = await pool.signIn();

    await client.join(financeWeekly);
    const seen = await client.eventsUntil(completed);
    const meeting = await client.send('GET', `${conversationOf(seen)}/onlineMeeting`);

    assert.equal(meeting.json.onlineMeetingId, 'B6N1SL0Q');
    assert.equal(meeting.json.organizerUri, 'sip:anna.berg@contoso.com');
  });

  it('#65 puts somebody whom a Locked meeting does not admit into the lobby; the invitation stays Connecting', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.join(boardPreparation);
    const seen = await client.eventsUntil(({ embedded }) => (embedded?.state as unknown) === 'InLobby');
    const invitation = await client.send('GET', answer.headers.location ?? '');

    assert.ok(!seen.some(completed));
    assert.equal(invitation.json.state, 'Connecting');
    assert.ok(invitation.json._links?.cancel);
  });

  it('#66 completes with Success when admitted', async () => {
    await pool.start();
    const [anna, confer] = [await pool.signIn('anna.berg'), await pool.signIn()];
    await anna.join(boardPreparation);
    await anna.eventsUntil(completed);
    await confer.join(boardPreparation);

    const knock = await anna.eventsUntil(({ name }) => name === 'added participant in lobby');
    const admit = text(knock.at(-1)?.embedded?._links?.admit?.href);
    const admitted = await anna.send('POST', admit);
    const seen = await confer.eventsUntil(completed);

    assert.equal(admitted.status, 204);
    assert.equal(seen.find(completed)?.body.status, 'Success');
    const conversation = await confer.send('GET', conversationOf(seen));
    assert.equal(conversation.json.state, 'Conferenced');
  });

  it('#66 completes with Failure and reason Denied when rejected', async () => {
    await pool.start();
    const [anna, confer] = [await pool.signIn('anna.berg'), await pool.signIn()];
    await anna.join(boardPreparation);
    await anna.eventsUntil(completed);
    await confer.join(boardPreparation);

    const knock = await anna.eventsUntil(({ name }) => name === 'added participant in lobby');
    await confer.eventsUntil(({ embedded }) => (embedded?.state as unknown) === 'InLobby');
    await anna.send('POST', text(knock.at(-1)?.embedded?._links?.reject?.href));
    const seen = await confer.eventsUntil(({ name }) => name === 'deleted conversation');

    const end = seen.find(completed);
    assertHas(end?.body, { status: 'Failure' });
    assertHas(end?.embedded, { state: 'Failed' });
    assertHas(end?.body.reason, { subcode: 'Denied' });
  });

  it('fails with Timeout when nobody opens the lobby for 15 minutes', async () => {
    await pool.start({ timeScale: 0.0002 });
    const client = await pool.signIn();

    await client.join(boardPreparation);
    const seen = await client.eventsUntil(completed);

    assert.equal(seen.find(completed)?.body.reason?.subcode, 'Timeout');
  });

  it('#74 cancels with 204, then completed Failure with state Cancelled', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { headers } = await client.join(boardPreparation);
    await client.eventsUntil(({ embedded }) => (embedded?.state as unknown) === 'InLobby');

    const cancelled = await client.send('POST', `${headers.location ?? ''}/cancel`);
    const seen = await client.eventsUntil(completed);

    assert.equal(cancelled.status, 204);
    const end = seen.find(completed);
    assertHas(end?.body, { status: 'Failure' });
    assertHas(end?.embedded, { state: 'Cancelled' });
    assertHas(end?.body.reason, { subcode: 'Canceled' });
  });

  it('joins a meeting that the application is in into the same conversation', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.join(budgetSync);
    const first = conversationOf(await client.eventsUntil(completed));

    await client.join(budgetSync);
    const second = conversationOf(await client.eventsUntil(completed));

    assert.equal(second, first);
  });

  it('forgets a completed invitation after a minute', async () => {
    await pool.start({ timeScale: 0.0005 });
    const client = await pool.signIn();
    const { headers } = await client.join(budgetSync);
    await client.eventsUntil(completed);

    let status = 200;
    while (status === 200) ({ status } = await client.send('GET', headers.location ?? ''));

    assert.equal(status, 404);
  });
});
