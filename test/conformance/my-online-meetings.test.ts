import assert from 'node:assert/strict';

import { assertHas, list, text } from '../simulator/client';

import { behaviour } from './behaviour';

const day = 86_400_000;

behaviour(76, async (site) => {
  await site.open();
  const client = await site.signIn();
  const { json } = await site.schedule(client);

  const answer = await client.send('GET', client.meetings);

  const scheduled = list(answer.json._embedded?.myOnlineMeeting);
  const own = scheduled.find(({ onlineMeetingId }) => onlineMeetingId === json.onlineMeetingId);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.etag, undefined);
  assert.ok(Array.isArray(answer.json._embedded?.myOnlineMeeting));
  assert.equal(own?.subject, 'Conformance');
  assert.equal(own._links?.self?.href, json._links?.self?.href);
  if (!site.isLive) assert.ok(Array.isArray(answer.json._embedded.myAssignedOnlineMeeting));
});

behaviour(77, async (site) => {
  await site.open();
  const client = await site.signIn();
  const defaults = (await client.send('GET', client.link('onlineMeetingDefaultValues', 'onlineMeetings'))).json;
  const began = Date.now();

  const { json, status } = await site.post(client, {});

  assert.equal(status, 201);
  for (const name of [
    'accessLevel',
    'automaticLeaderAssignment',
    'entryExitAnnouncement',
    'lobbyBypassForPhoneUsers',
  ]) {
    assert.equal(json[name], defaults[name], name);
  }
  assertHas(json, { subject: '', description: '', attendees: [], leaders: [], onlineMeetingRel: 'myOnlineMeetings' });
  assert.match(text(json.onlineMeetingId), /^[A-Z0-9]{8}$/);
  assert.match(text(json.onlineMeetingUri), /^sip:.+;gruu;opaque=app:conf:focus:id:[A-Z0-9]{8}$/);
  assert.ok(URL.canParse(text(json.joinUrl)));
  const expiresInMs = Number(/^\/Date\((\d+)\)\/$/.exec(text(json.expirationTime))?.[1]) - began;
  assert.ok(Math.abs(expiresInMs - day / 3) < day / 288, `expires in ${String(expiresInMs)} ms`);
});

behaviour(78, async (site) => {
  await site.open();
  const client = await site.signIn();

  for (const body of [
    { accessLevel: 'Public' },
    { automaticLeaderAssignment: 'Nobody' },
    { entryExitAnnouncement: 'Loud' },
    { lobbyBypassForPhoneUsers: 'Perhaps' },
  ]) {
    const answer = await site.post(client, body);
    assert.deepEqual([answer.status, answer.json.code as unknown], [400, 'BadRequest'], JSON.stringify(body));
  }
  if (site.isLive) return;
  for (const [account, body] of [
    ['jonas.weber', { accessLevel: 'Everyone' }],
    ['omar.haddad', { entryExitAnnouncement: 'Enabled' }],
    ['omar.haddad', { phoneUserAdmission: 'Enabled' }],
    ['confer', { attendees: ['sip:megan@fabrikam.com'] }],
    ['confer', { attendees: ['lukas.holm@contoso.com'] }],
    ['confer', { leaders: ['sip : john@contoso.com'] }],
  ] as const) {
    const answer = await site.post(await site.signIn(account), body);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.subcode, 'ParameterValidationFailure');
    assert.equal(answer.json.parameters?.[0]?.name, Object.keys(body)[0]);
  }
});

behaviour(79, async (site) => {
  await site.open();
  const client = await site.signIn();

  for (const [days, status] of [
    [-367, 400],
    [-364, 201],
    [3651, 201],
    [3654, 400],
  ] as const) {
    const answer = await site.post(client, { expirationTime: new Date(Date.now() + days * day).toISOString() });
    assert.equal(answer.status, status, `${String(days)} days from now`);
  }
});

behaviour(80, async (site) => {
  await site.open();
  const client = await site.signIn();
  // Whole minutes, as a server may round what is finer.
  const expires = Math.ceil((Date.now() + day) / 60_000) * 60_000;

  const answer = await site.post(client, { expirationTime: new Date(expires).toISOString() });

  assert.equal(answer.status, 201);
  assert.ok(answer.text.includes(String.raw`"expirationTime":"\/Date(${String(expires)})\/"`), answer.text);
});

behaviour(81, async (site) => {
  await site.open();
  const client = await site.signIn();
  const organizer = text(client.application._embedded?.me?.uri);

  const unnamed = await site.post(client, { subject: 'Conformance' });
  const named = await site.post(client, { subject: 'Conformance', leaders: [organizer] });

  for (const { status, json } of [unnamed, named]) {
    assert.equal(status, 201);
    assert.deepEqual(json.leaders, []);
    assert.equal(json.organizerUri, organizer);
  }
});

behaviour(82, async (site) => {
  await site.simulate({ switches: { meetingQuota: 5 } });
  const client = await site.signIn();

  const last = await site.post(client, {});
  const beyond = await site.post(client, {});

  assert.equal(last.status, 201);
  assert.deepEqual([beyond.status, beyond.json.subcode as unknown], [409, 'TooManyOnlineMeetings']);
});

behaviour(92, async (site) => {
  await site.simulate();
  const [petra, confer] = [await site.signIn('petra.novak'), await site.signIn()];

  const collection = await petra.send('GET', petra.meetings);
  const eligible = await petra.send('GET', petra.link('onlineMeetingEligibleValues', 'onlineMeetings'));

  assert.match(confer.link('myAssignedOnlineMeeting', 'onlineMeetings'), /./);
  assert.equal(petra.application._embedded?.onlineMeetings?._links?.myAssignedOnlineMeeting, undefined);
  assert.equal(collection.json._embedded?.myAssignedOnlineMeeting, undefined);
  assert.equal(eligible.json._links?.myAssignedOnlineMeeting, undefined);
  assert.deepEqual(eligible.json.eligibleOnlineMeetingRels, ['myOnlineMeetings']);
});

behaviour(93, async (site) => {
  await site.simulate();
  const client = await site.signIn();

  const withPhone = await site.post(client, { phoneUserAdmission: 'Enabled' });
  const without = await site.post(client, { phoneUserAdmission: 'Disabled' });

  assert.match(text(withPhone.json.conferenceId), /^\d+$/);
  assert.equal(without.json.conferenceId, undefined);
});

behaviour(94, async (site) => {
  await site.open();
  const client = await site.signIn();

  const malformed = await client.send('POST', client.meetings, {
    headers: { 'Content-Type': 'application/json' },
    body: '{"subject":',
  });
  const plain = await client.send('POST', client.meetings, {
    headers: { 'Content-Type': 'text/plain' },
    body: 'subject',
  });

  assert.deepEqual([malformed.status, malformed.json.subcode as unknown], [400, 'DeserializationFailure']);
  assert.deepEqual([plain.status, plain.json.subcode as unknown], [415, 'UnsupportedMediaType']);
});

behaviour(95, async (site) => {
  await site.open();
  const client = await site.signIn();

  for (const method of ['PATCH', 'PUT']) {
    const answer = await client.send(method, client.meetings, { body: {} });
    assert.equal(answer.status, 405, method);
    if (!site.isLive) assert.equal(answer.json.code, 'MethodNotAllowed');
  }
});
