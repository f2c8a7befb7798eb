import assert from 'node:assert/strict';

import { type Answer, type Client, Pool } from './client';

const wellFormed = '--b\r\nContent-Type: application/http; msgtype=request\r\n\r\nGET /x HTTP/1.1\r\n\r\n--b--\r\n';

const malformed = [
  ['nothing', ''],
  ['no part', '--b--\r\n'],
  ['a part of another type', wellFormed.replace('application/http', 'text/plain')],
  ['a part without request line', wellFormed.replace('GET /x HTTP/1.1', 'hello')],
] as const;

describe('simulator batches', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function post(client: Client, body: string, contentType = 'multipart/batching; boundary="b"'): Promise<Answer> {
    return client.send('POST', client.link('batch'), { headers: { 'Content-Type': contentType }, body });
  }

  for (const contentType of ['application/json', 'multipart/batching', 'multipart/mixed;boundary=b']) {
    it(`refuses ${contentType} with 415`, async () => {
      await pool.start();
      const client = await pool.signIn();

      assert.equal((await post(client, wellFormed, contentType)).status, 415);
    });
  }

  for (const [title, body] of malformed) {
    it(`answers a batch with ${title} with 400 DeserializationFailure`, async () => {
      await pool.start();
      const client = await pool.signIn();

      const answer = await post(client, body);

      assert.deepEqual([answer.status, answer.json.subcode as unknown], [400, 'DeserializationFailure']);
    });
  }

  it('reads bare line feeds, absolute addresses and a last delimiter without dashes', async () => {
    await pool.start();
    const client = await pool.signIn();
    const part = `--b\nContent-Type: application/http\n\nGET ${client.origin}${client.self} HTTP/1.1\nHost: x\n\n`;

    const answer = await post(client, `${part}--b\n`);

    assert.equal(answer.status, 200);
    assert.match(answer.text, /HTTP\/1\.1 200 OK/);
    assert.match(answer.text, /"rel":"application"/);
  });

  it('lets a start inside have its effect', async () => {
    await pool.start();
    const client = await pool.signIn();
    const href = client.link('startOnlineMeeting', 'communication');
    const body = `{"operationId":"inside"}`;

    const head = `POST ${href} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}`;
    const answer = await post(client, wellFormed.replace('GET /x HTTP/1.1\r\n', `${head}\r\n\r\n${body}`));
    const seen = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');

    assert.match(answer.text, /HTTP\/1\.1 201 Created/);
    assert.equal(seen.at(-1)?.embedded?.operationId, 'inside');
  });

  it('answers a part whose connection is cut with 500, the others as ever', async () => {
    await pool.start();
    const client = await pool.signIn();
    await pool.control('/faults', { match: { path: '/x$' }, cut: 'before' });
    const me = wellFormed.replace('/x ', `${client.link('self', 'me')} `);

    const answer = await post(client, wellFormed.replace('--b--\r\n', me));

    assert.match(answer.text, /HTTP\/1\.1 500 [^]*HTTP\/1\.1 200 OK/);
  });

  it('tells the parts from what came over a connection in its log', async () => {
    await pool.start();
    const client = await pool.signIn();

    const me = client.link('self', 'me');
    await client.send('GET', me);
    await post(client, wellFormed.replace('/x ', `${me} `));

    const seen = pool.running.requests.filter(({ path }) => path === me).map(({ inBatch }) => inBatch);
    assert.deepEqual(seen, [undefined, true]);
  });

  it('keeps the control endpoint out of batches', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await post(client, wellFormed.replace('/x ', '/_sim/state '));

    assert.match(answer.text, /HTTP\/1\.1 403 /);
  });
});
