import assert from 'node:assert/strict';

import { type Answer, assertHas, type Client, conversationOf, type Json, list, Pool, text } from './client';

const longId = 'x'.repeat(101);
const meetingUri = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';

describe('simulator onlineMeetingExtensions', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function collection(client: Client): Promise<string> {
    const { json } = await client.send('GET', `${client.meetings}/7QX2MZ4K`);
    return text(json._links?.onlineMeetingExtensions?.href);
  }

  async function add(client: Client, content: unknown): Promise<Answer> {
    return client.send('POST', await collection(client), { body: content });
  }

  async function put(client: Client, item: Json, changes: Record<string, unknown>): Promise<Answer> {
    const headers = { 'If-Match': `"${text(changes.etag === undefined ? item.etag : (changes.etag as Json))}"` };
    return client.send('PUT', text(item._links?.self?.href), { headers, body: { ...item, ...changes } });
  }

  it('adds, lists, reads, replaces and removes an extension', async () => {
    await pool.start();
    const client = await pool.signIn();

    const added = await add(client, { id: 'notes/1', type: 'RoamedOrganizerData', pageUrl: 'https://contoso.com/1' });
    const href = text(added.json._links?.self?.href);
    const listed = await client.send('GET', await collection(client));
    const read = await client.send('GET', href);
    const replaced = await put(client, read.json, { pageUrl: 'https://contoso.com/2' });
    const removed = await client.send('DELETE', href);
    const again = await client.send('DELETE', href);

    assert.equal(added.status, 201);
    assertHas(added.json, { rel: 'onlineMeetingExtension', id: 'notes/1', pageUrl: 'https://contoso.com/1' });
    assertHas(list(listed.json._embedded?.onlineMeetingExtension)[0], { id: 'notes/1', type: 'RoamedOrganizerData' });
    assert.equal(read.headers.etag, `"${text(read.json.etag)}"`);
    assertHas(replaced.json, { pageUrl: 'https://contoso.com/2', type: 'RoamedOrganizerData' });
    assert.notEqual(replaced.json.etag, read.json.etag);
    assert.deepEqual([replaced.status, removed.status, again.status], [200, 204, 404]);
  });

  it('replaces the whole: what is left out is gone', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json } = await add(client, { id: '1', color: 'red', size: 'big' });

    const { json: after } = await put(client, json, { color: undefined });

    assert.deepEqual([after.color, after.size] as unknown[], [undefined, 'big']);
  });

  for (const [title, content, code, name] of [
    ['no id', { type: 'Undefined' }, 400, 'id'],
    ['an id of 101 characters', { id: longId }, 400, 'id'],
    ['an unknown type', { id: '1', type: 'Shared' }, 400, 'type'],
    ['an id that is taken', { id: 'taken' }, 409, undefined],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await pool.start();
      const client = await pool.signIn();
      await add(client, { id: 'taken' });

      const answer = await add(client, content);

      assert.equal(answer.status, code);
      assert.equal(answer.json.subcode, code === 409 ? 'AlreadyExists' : 'ParameterValidationFailure');
      assert.equal(list(answer.json.parameters)[0]?.name, name);
    });
  }

  it('refuses a PUT with a stale tag, without a tag, or without the property to pass back', async () => {
    await pool.start({ switches: { passBackPerResource: true } });
    const client = await pool.signIn();
    const { json } = await add(client, { id: '1', color: 'red' });
    const href = text(json._links?.self?.href);

    const stale = await put(client, json, { color: 'blue', etag: '1' });
    const untagged = await client.send('PUT', href, { body: json });
    const headers = { 'If-Match': `"${text(json.etag)}"` };
    const bare = await client.send('PUT', href, { headers, body: { id: '1', color: 'blue' } });

    assert.deepEqual([stale.status, untagged.status, bare.status], [412, 428, 400]);
    assert.equal((await client.send('GET', href)).json.color, 'red');
  });

  it('embeds extensions in the meeting, whose PUT leaves them and whose tag they do not move', async () => {
    await pool.start();
    const client = await pool.signIn();
    const item = `${client.meetings}/7QX2MZ4K`;
    const before = (await client.send('GET', item)).json;
    await add(client, { id: '1', color: 'red' });

    const meeting = (await client.send('GET', item)).json;
    await put(client, meeting, { subject: 'Moved', _embedded: undefined });
    const after = (await client.send('GET', item)).json;

    assert.equal(meeting.etag, before.etag);
    assertHas(list(after._embedded?.onlineMeetingExtension)[0], { id: '1', color: 'red' });
    assert.equal(after.subject, 'Moved');
  });

  it('shows participants what is meant for them, to be read only', async () => {
    await pool.start();
    const [confer, petra] = [await pool.signIn(), await pool.signIn('petra.novak')];
    await add(confer, { id: 'mine', type: 'RoamedOrganizerData' });
    await add(confer, { id: 'ours', type: 'RoamedParticipantData' });
    const seen = async (client: Client): Promise<readonly Json[]> => {
      await client.join(meetingUri);
      const events = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');
      const meeting = (await client.send('GET', `${conversationOf(events)}/onlineMeeting`)).json;
      const answer = await client.send('GET', text(meeting._links?.onlineMeetingExtensions?.href));
      return list(answer.json._embedded?.onlineMeetingExtension);
    };

    const [organizers, others] = [await seen(confer), await seen(petra)];
    const href = text(others[0]?._links?.self?.href);

    assert.deepEqual(
      organizers.map(({ id }) => text(id)),
      ['mine', 'ours'],
    );
    assert.deepEqual(
      others.map(({ id }) => text(id)),
      ['ours'],
    );
    assertHas((await petra.send('GET', href)).json, { id: 'ours' });
    assert.equal((await petra.send('GET', href.replace('ours', 'mine'))).status, 404);
    assert.equal((await petra.send('DELETE', href)).status, 405);
    assert.equal((await petra.send('GET', await collection(confer))).status, 404);
  });
});
