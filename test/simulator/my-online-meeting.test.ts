import assert from 'node:assert/strict';

import { type Answer, type Client, type Json, Pool, text } from './client';

describe('simulator myOnlineMeeting', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function read(client: Client, id = '7QX2MZ4K'): Promise<Answer> {
    return client.send('GET', `${client.meetings}/${id}`);
  }

  async function put(client: Client, body: unknown, ifMatch?: string): Promise<Answer> {
    const headers: Record<string, string> = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
    return client.send('PUT', `${client.meetings}/7QX2MZ4K`, { headers, body });
  }

  it('#83 answers an item with an ETag that quotes the body etag, and the pass-back property', async () => {
    await pool.start();
    const client = await pool.signIn();

    const { headers, json } = await read(client);

    assert.equal(headers.etag, `"${text(json.etag)}"`);
    assert.equal(passBackNames(json).length, 1);
    assert.match(passBackNames(json)[0] ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('answers 304 when the caller has the item', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { headers } = await read(client);

    const again = await client.send('GET', `${client.meetings}/7QX2MZ4K`, {
      headers: { 'If-None-Match': headers.etag ?? '' },
    });

    assert.equal(again.status, 304);
  });

  it('answers somebody else’s meeting with 404', async () => {
    await pool.start();
    const client = await pool.signIn('anna.berg');

    const answer = await read(client);

    assert.deepEqual([answer.status, answer.json.code as unknown], [404, 'NotFound']);
    assert.equal(answer.json.subcode, undefined);
  });

  it('#84 answers a PUT without If-Match with 428', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await put(client, (await read(client)).json);

    assert.deepEqual([answer.status, answer.json.code as unknown], [428, 'PreconditionRequired']);
  });

  it('#85 answers a PUT with an unquoted If-Match with 428', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json } = await read(client);

    assert.equal((await put(client, json, text(json.etag))).status, 428);
  });

  it('#86 answers a PUT with a stale tag with 412 and changes nothing', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json, headers } = await read(client);
    await pool.control('/meetings/7QX2MZ4K/touch', { description: 'changed elsewhere' });

    const answer = await put(client, { ...json, subject: 'Mine' }, headers.etag);
    const after = (await read(client)).json;

    assert.deepEqual([answer.status, answer.json.code as unknown], [412, 'PreconditionFailed']);
    assert.equal(after.subject, 'Budget sync');
    assert.equal(after.description, 'changed elsewhere');
  });

  it('#87 answers a PUT without the GUID property with 400 ParameterValidationFailure', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json, headers } = await read(client);
    const [name = ''] = passBackNames(json);

    const answer = await put(client, { ...json, [name]: undefined }, headers.etag);

    assert.deepEqual([answer.status, answer.json.subcode as unknown], [400, 'ParameterValidationFailure']);
    assert.equal(answer.json.parameters?.[0]?.name, name);
  });

  it('#88 ignores links, embedded and read-only fields that are echoed', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json, headers } = await read(client);

    const echoed = { ...json, onlineMeetingId: 'HACKED00', organizerUri: 'sip:x@contoso.com', joinUrl: 'https://x' };
    const answer = await put(client, { ...echoed, subject: 'Moved', _embedded: { x: {} } }, headers.etag);

    assert.equal(answer.status, 200);
    for (const name of ['onlineMeetingId', 'organizerUri', 'joinUrl', 'onlineMeetingUri', 'attendees', 'leaders']) {
      assert.deepEqual(answer.json[name], json[name], name);
    }
    assert.equal(answer.json.subject, 'Moved');
  });

  it('#89 resets a writable property that a PUT omits', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json, headers } = await read(client);
    const [name = ''] = passBackNames(json);

    const answer = await put(client, { subject: 'Alone', [name]: json[name] }, headers.etag);

    assert.equal(answer.json.description, '');
    assert.deepEqual(answer.json.attendees, []);
    assert.deepEqual(answer.json.leaders, []);
  });

  it('#90 answers a successful PUT with 200, the body and a new ETag', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json, headers } = await read(client);

    const answer = await put(client, json, headers.etag);

    assert.equal(answer.status, 200);
    assert.notEqual(answer.headers.etag, headers.etag);
    assert.deepEqual({ ...answer.json, etag: '' }, { ...json, etag: '' });
    assert.equal((await read(client)).headers.etag, answer.headers.etag);
  });

  it('answers a successful PUT with 204 and no body when switched', async () => {
    await pool.start({ switches: { putStatus204: true } });
    const client = await pool.signIn();
    const { json, headers } = await read(client);

    const answer = await put(client, { ...json, subject: 'Moved' }, headers.etag);

    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.equal((await read(client)).json.subject, 'Moved');
  });

  it('uses one pass-back name per resource when switched', async () => {
    await pool.start({ switches: { passBackPerResource: true } });
    const client = await pool.signIn();

    const [first, second] = [(await read(client)).json, (await read(client, 'K4W8T1NB')).json];

    assert.notDeepEqual(passBackNames(first), passBackNames(second));
    assert.deepEqual(passBackNames(first), passBackNames((await read(client)).json));
  });

  it('#91 answers DELETE with 204, then 404', async () => {
    await pool.start();
    const client = await pool.signIn();
    const href = `${client.meetings}/7QX2MZ4K`;

    const first = await client.send('DELETE', href);
    const second = await client.send('DELETE', href);

    assert.deepEqual([first.status, first.text, second.status], [204, '', 404]);
  });

  it('lets the personal room be changed but not deleted', async () => {
    await pool.start();
    const client = await pool.signIn();
    const href = client.link('myAssignedOnlineMeeting', 'onlineMeetings');
    const room = await client.send('GET', href);

    const changed = await client.send('PUT', href, {
      headers: { 'If-Match': room.headers.etag ?? '' },
      body: { ...room.json, subject: 'Open door' },
    });
    const deleted = await client.send('DELETE', href);

    assert.equal(changed.json.subject, 'Open door');
    assert.equal(deleted.status, 403);
  });

  it('asks the same of a PUT on communication', async () => {
    await pool.start();
    const client = await pool.signIn();
    const href = client.link('self', 'communication');
    const { json, headers } = await client.send('GET', href);

    const refused = await client.send('PUT', href, { body: json });
    const accepted = await client.send('PUT', href, { headers: { 'If-Match': headers.etag ?? '' }, body: json });

    assert.deepEqual([refused.status, accepted.status], [428, 204]);
  });
});

function passBackNames(item: Json): string[] {
  return Object.entries(item).flatMap(([name, value]: [string, unknown]) =>
    value === 'please pass this in a PUT request' ? [name] : [],
  );
}
