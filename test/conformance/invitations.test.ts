import assert from 'node:assert/strict';

import { type Answer, assertHas, type Client, conversationOf, type SeenEvent, text } from '../simulator/client';

import { behaviour } from './behaviour';
import { type OwnMeeting, type Site } from './site';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const financeWeekly = 'sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:B6N1SL0Q';
const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';
const inLobby = ({ embedded }: { embedded: unknown }): boolean =>
  (embedded as { state?: unknown } | undefined)?.state === 'InLobby';

async function refusals(site: Site, body: unknown): Promise<Answer[]> {
  const client = await site.signIn();
  const hrefs = ['startOnlineMeeting', 'joinOnlineMeeting'].map((rel) => client.link(rel, 'communication'));
  return Promise.all(hrefs.map(async (href) => client.send('POST', href, { body })));
}

/** Anna waits in a Locked meeting of hers for people in its lobby. */
async function annaInside(site: Site): Promise<{ anna: Client; meeting: OwnMeeting }> {
  const anna = await site.signIn('anna.berg');
  const { meeting } = await site.enter(anna, { subject: 'Locked', accessLevel: 'Locked' });
  return { anna, meeting };
}

behaviour(55, async (site) => {
  await site.simulate();
  const client = await site.signIn();

  const answer = await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body: {} });

  assert.equal(answer.status, 201);
  assert.equal(answer.text, '');
  assert.match(answer.headers.location ?? '', /^\/[^/]/);
  assert.equal((await client.send('GET', answer.headers.location ?? '')).json.rel, 'onlineMeetingInvitation');
});

behaviour(56, async (site) => {
  await site.open();

  for (const body of [{ operationId: 'x'.repeat(51) }, { subject: 'x'.repeat(251) }]) {
    for (const answer of await refusals(site, body)) {
      assert.equal(answer.status, 400);
      assert.equal(answer.json.subcode, 'ParameterValidationFailure');
      assert.equal(answer.json.parameters?.[0]?.name, Object.keys(body)[0]);
    }
  }
  if (site.isLive) return;
  const client = await site.signIn();
  const body = { operationId: 'x'.repeat(50), subject: 'x'.repeat(250) };
  assert.equal((await client.join(financeWeekly, body)).status, 201);
});

behaviour(57, async (site) => {
  await site.open();

  for (const answer of await refusals(site, { importance: 'High' })) {
    assert.equal(answer.status, 400);
    assert.equal(answer.json.parameters?.[0]?.name, 'importance');
  }
});

behaviour(58, async (site) => {
  await site.open({ timeScale: 1, switches: { stepMs: 100 } });
  const client = await site.signIn();
  const { uri } = await site.schedule(client);

  await client.join(uri, { operationId: 'op', importance: 'Urgent', threadId: 'thread-1' });
  const seen = await client.eventsUntil(completed);

  const names = seen.map(({ name }) => name);
  const places = ['added conversation', 'added onlineMeeting in conversation', 'completed onlineMeetingInvitation'];
  const positions = places.map((name) => names.indexOf(name));
  assert.ok(!positions.includes(-1), names.join());
  assert.deepEqual(
    positions.toSorted((a, b) => a - b),
    positions,
  );
  const conversation = seen.filter(({ name }) => /^(added|updated) conversation$/.test(name));
  assert.equal(conversation.at(-1)?.embedded?.state, 'Conferenced');
  assertHas(seen.find(completed)?.body, { status: 'Success' });
  assertHas(seen.find(completed)?.embedded, { importance: 'Urgent', threadId: 'thread-1' });
  if (site.isLive) return;
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
});

behaviour(59, async (site) => {
  await site.open();
  const client = await site.signIn();
  const meeting = await site.schedule(client);
  await client.join(meeting.uri);

  const seen = await client.eventsUntil(completed);
  const stub = seen.find(({ name }) => name === 'added onlineMeeting in conversation');
  const { json } = await client.send('GET', stub?.href ?? '');

  assert.equal(stub?.embedded?.onlineMeetingUri, meeting.uri);
  assert.equal(json.onlineMeetingUri, meeting.uri);
  assert.equal(json.joinUrl, meeting.json.joinUrl);
  if (!site.isLive) assert.equal(stub.embedded.joinUrl, undefined);
});

behaviour(60, async (site) => {
  await site.open();
  const client = await site.signIn();
  const meeting = await site.schedule(client);
  await client.send('DELETE', meeting.href);

  const answer = await client.join(meeting.uri);

  assert.deepEqual([answer.status, answer.json.code as unknown], [404, 'NotFound']);
  assert.equal(answer.json.subcode, 'DestinationNotFound');
  if (site.isLive) return;
  assert.equal((await client.join('sip:john@contoso.com')).json.subcode, 'DestinationNotFound');
});

behaviour(61, async (site) => {
  await site.simulate();
  const guest = await site.guest(budgetSync);

  const answer = await guest.join(financeWeekly, { anonymousDisplayName: 'Megan' });

  assert.deepEqual([answer.status, answer.json.subcode as unknown], [403, 'None']);
});

behaviour(62, async (site) => {
  await site.simulate();
  const guest = await site.guest(budgetSync);

  const refused = await guest.join(budgetSync);
  const accepted = await guest.join(budgetSync, { anonymousDisplayName: 'Megan' });

  assert.equal(refused.status, 400);
  assert.equal(refused.json.parameters?.[0]?.name, 'anonymousDisplayName');
  assert.equal(accepted.status, 201);
});

behaviour(63, async (site) => {
  await site.simulate();
  const client = await site.signIn();

  const answer = await client.send('POST', client.link('joinOnlineMeeting', 'communication'), { body: {} });
  const seen = await client.eventsUntil(completed);

  assert.equal(answer.status, 201);
  const uri = text(seen.at(-1)?.embedded?.onlineMeetingUri);
  assert.match(uri, /^sip:confer@contoso\.com;gruu;opaque=app:conf:focus:id:[A-Z0-9]{8}$/);
  assert.ok(!(await client.send('GET', client.meetings)).text.includes(uri), 'it is in no schedule');
});

behaviour(64, async (site) => {
  await site.open();

  for (const place of ['query', 'body']) {
    const client = await site.signIn();
    const { uri } = await site.schedule(client);
    const href = new URL(client.link('joinOnlineMeeting', 'communication'), client.origin);
    if (place === 'query') href.searchParams.set('onlineMeetingUri', uri);
    const body = place === 'body' ? { body: { onlineMeetingUri: uri } } : {};

    const answer = await client.send('POST', href.href, body);
    const seen = await client.eventsUntil(completed);

    assert.equal(answer.status, 201, place);
    assert.equal(seen.find(completed)?.body.status, 'Success');
    const conversation = await client.send('GET', conversationOf(seen));
    const meeting = await client.send('GET', text(conversation.json._links?.onlineMeeting?.href));
    assert.equal(meeting.json.onlineMeetingUri, uri);
  }
});

behaviour(65, async (site) => {
  await site.simulate();
  const anna = await site.signIn('anna.berg');
  const confer = await site.signIn();

  for (const accessLevel of ['Locked', 'Invited']) {
    const { uri } = await site.schedule(anna, { accessLevel });
    const answer = await confer.join(uri);
    const seen = await confer.eventsUntil(inLobby);
    const invitation = await confer.send('GET', answer.headers.location ?? '');

    assert.ok(!seen.some(completed), accessLevel);
    assert.equal(invitation.json.state, 'Connecting');
  }
  const { uri } = await site.schedule(anna, { accessLevel: 'SameEnterprise' });
  const guest = await site.guest(uri);
  await guest.join(uri, { anonymousDisplayName: 'Megan' });
  assert.ok(!(await guest.eventsUntil(inLobby)).some(completed));
});

behaviour(66, async (site) => {
  await site.simulate();
  const { anna, meeting } = await annaInside(site);

  const admitted = await decided(anna, 'admit', { client: await site.signIn(), meeting });
  const rejected = await decided(anna, 'reject', { client: await site.signIn('petra.novak'), meeting });

  assertHas(admitted.body, { status: 'Success' });
  assertHas(admitted.embedded, { state: 'Connected' });
  assertHas(rejected.body, { status: 'Failure' });
  assertHas(rejected.embedded, { state: 'Failed' });
  assertHas(rejected.body.reason, { subcode: 'Denied' });
});

behaviour(74, async (site) => {
  await site.simulate();
  const { meeting } = await annaInside(site);
  const client = await site.signIn();
  const { headers } = await client.join(meeting.uri);
  await client.eventsUntil(inLobby);
  const invitation = await client.send('GET', headers.location ?? '');

  const cancelled = await client.send('POST', text(invitation.json._links?.cancel?.href));
  const end = (await client.eventsUntil(completed)).find(completed);

  assert.equal(cancelled.status, 204);
  assertHas(end?.body, { status: 'Failure' });
  assertHas(end?.embedded, { state: 'Cancelled' });
});

/** Somebody waits in the lobby, the leader decides: the event that ends the invitation. */
async function decided(
  leader: Client,
  rel: 'admit' | 'reject',
  { client, meeting }: { client: Client; meeting: OwnMeeting },
): Promise<SeenEvent> {
  await client.join(meeting.uri);
  const knock = (await leader.eventsUntil(({ name }) => name === 'added participant in lobby')).at(-1);
  await client.eventsUntil(inLobby);
  const answer = await leader.send('POST', text(knock?.embedded?._links?.[rel]?.href));
  assert.equal(answer.status, 204);
  return (await client.eventsUntil(completed)).find(completed) ?? assert.fail('the invitation did not end');
}
