import assert from 'node:assert/strict';

import { type Answer, type Client, type Json, Pool } from './client';

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
