import assert from 'node:assert/strict';

import { eventsOf, type Json, Pool, send, text } from './client';

const identity = { userAgent: 'Test/1.0', endpointId: 'e-1', culture: 'en-US' };

describe('simulator applications', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('takes inputs from the query string, and the body wins', async () => {
    const { origin } = await pool.start();
    const headers = { Authorization: `Bearer ${await pool.ticketOf('confer')}` };

    const query = new URLSearchParams({ ...identity, culture: 'de-DE' }).toString();
    const href = `${origin}/ucwa/oauth/v1/applications?${query}`;
    const answer = await send('POST', href, { headers, body: { culture: 'cs-CZ' } });

    assert.equal(answer.json.culture, 'cs-CZ');
    assert.equal(answer.json.userAgent, 'Test/1.0');
  });

  it('releases a held P-GET of a deleted application with 404', async () => {
    await pool.start({ timeScale: 1 });
    const client = await pool.signIn();

    const held = client.send('GET', client.link('events'));
    await pool.untilHeld();
    await client.send('DELETE', client.self);

    assert.equal((await held).status, 404);
  });

  it('refuses modalities other than Messaging and PhoneAudio', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('POST', client.link('makeMeAvailable', 'me'), {
      body: { supportedModalities: ['Video'] },
    });

    assert.equal(answer.status, 403);
  });

  it('answers what it does not simulate with 501 naming it', async () => {
    await pool.start();
    const client = await pool.signIn();

    const answer = await client.send('GET', client.link('self', 'people'));

    assert.equal(answer.status, 501);
    assert.equal(answer.json.code, 'NotImplemented');
    assert.match(text(answer.json.message), /GET \/ucwa\/oauth\/v1\/applications\/\d+\/people/);
  });

  it('answers policies, and reportMyNetwork with 204', async () => {
    await pool.start();
    const client = await pool.signIn();

    const policies: Json = (await client.send('GET', client.link('policies'))).json;
    const network = await client.send('POST', client.link('reportMyNetwork'), { body: {} });

    assert.equal(policies.rel, 'policies');
    assert.equal(network.status, 204);
    assert.deepEqual(eventsOf(policies), []);
  });
});
