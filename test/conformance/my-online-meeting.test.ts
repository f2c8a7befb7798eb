import assert from 'node:assert/strict';

import { type Answer, type Client, type Json, text } from '../simulator/client';

import { behaviour } from './behaviour';
import { passBackNames, type Site } from './site';

const subject = 'Conformance';

interface Entry {
  readonly client: Client;
  readonly href: string;
  readonly etag: string;
  readonly json: Json;
  /** Name of the pass-back property. */
  readonly guid: string;
}

/** A new meeting as GET shows it. */
async function read(site: Site): Promise<Entry> {
  await site.open();
  const client = await site.signIn();
  const organizer = text(client.application._embedded?.me?.uri);
  const { href } = await site.schedule(client, { subject, description: 'To be changed', attendees: [organizer] });
  const { headers, json } = await client.send('GET', href);
  return { client, href, json, etag: headers.etag ?? '', guid: passBackNames(json)[0] ?? '' };
}

async function put({ client, href }: Entry, body: unknown, ifMatch?: string): Promise<Answer> {
  return client.send('PUT', href, { body, headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch } });
}

behaviour(83, async (site) => {
  const { json, etag } = await read(site);

  assert.equal(etag, `"${text(json.etag)}"`);
  assert.equal(passBackNames(json).length, 1);
  assert.match(passBackNames(json)[0] ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
});

behaviour(84, async (site) => {
  const entry = await read(site);

  const answer = await put(entry, entry.json);

  assert.deepEqual([answer.status, answer.json.code as unknown], [428, 'PreconditionRequired']);
});

behaviour(85, async (site) => {
  const entry = await read(site);

  assert.equal((await put(entry, entry.json, text(entry.json.etag))).status, 428);
});

behaviour(86, async (site) => {
  const entry = await read(site);
  await put(entry, { ...entry.json, description: 'Changed elsewhere' }, entry.etag);

  const answer = await put(entry, { ...entry.json, subject: 'Mine' }, entry.etag);
  const after = (await entry.client.send('GET', entry.href)).json;

  assert.deepEqual([answer.status, answer.json.code as unknown], [412, 'PreconditionFailed']);
  assert.deepEqual([after.subject, after.description] as unknown[], [subject, 'Changed elsewhere']);
});

behaviour(87, async (site) => {
  const entry = await read(site);

  const answer = await put(entry, { ...entry.json, [entry.guid]: undefined }, entry.etag);

  assert.deepEqual([answer.status, answer.json.subcode as unknown], [400, 'ParameterValidationFailure']);
});

behaviour(88, async (site) => {
  const entry = await read(site);
  const readOnly = { onlineMeetingId: 'HACKED00', organizerUri: 'sip:x@contoso.com', joinUrl: 'https://x.invalid' };

  const echoed = { ...entry.json, ...readOnly, subject: 'Moved', _embedded: { onlineMeetingExtension: [] } };
  const answer = await put(entry, echoed, entry.etag);
  const after = (await entry.client.send('GET', entry.href)).json;

  assert.equal(answer.status, 200);
  for (const name of ['onlineMeetingId', 'organizerUri', 'joinUrl', 'onlineMeetingUri', 'attendees', 'leaders']) {
    assert.deepEqual(after[name], entry.json[name], name);
  }
  assert.equal(after.subject, 'Moved');
});

behaviour(89, async (site) => {
  const entry = await read(site);

  const answer = await put(entry, { subject: 'Alone', [entry.guid]: entry.json[entry.guid] }, entry.etag);

  assert.equal(answer.status, 200);
  assert.equal(answer.json.subject, 'Alone');
  assert.equal(answer.json.description, '');
  assert.deepEqual(answer.json.attendees, []);
});

behaviour(90, async (site) => {
  const entry = await read(site);

  const answer = await put(entry, entry.json, entry.etag);

  assert.equal(answer.status, 200);
  assert.match(answer.headers.etag ?? '', /^"[^"]+"$/);
  assert.notEqual(answer.headers.etag, entry.etag);
  assert.deepEqual({ ...answer.json, etag: '' }, { ...entry.json, etag: '' });
  assert.equal((await entry.client.send('GET', entry.href)).headers.etag, answer.headers.etag);
});

behaviour(91, async (site) => {
  const { client, href } = await read(site);

  const first = await client.send('DELETE', href);
  const second = await client.send('DELETE', href);
  const read404 = await client.send('GET', href);

  assert.deepEqual([first.status, first.text, second.status, read404.status], [204, '', 404, 404]);
});
