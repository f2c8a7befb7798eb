import assert from 'node:assert/strict';

import { assertHas, type Client, Pool, send, text } from './client';

/** Somebody who is homed on the second pool. */
const account = 'mei.tanaka';

describe('simulator pool failover', () => {
  const pool = new Pool();
  let client: Client;

  /** Where discovery sends the person to make an application. */
  const applicationsOf = async (): Promise<string> => {
    const { origin } = pool.running;
    const headers = { Authorization: `Bearer ${await pool.ticketOf(account)}` };
    const user = await send('GET', `${origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`, { headers });
    return new URL(text(user.json._links?.applications?.href)).origin;
  };

  beforeEach(async () => {
    const { secondOrigin } = await pool.start({ secondPool: true });
    client = await pool.signIn(account, {}, secondOrigin);
  });

  afterEach(async () => {
    await pool.stop();
  });

  it('closes the listener, and opens it again on the same port', async () => {
    const { secondOrigin = '' } = pool.running;

    await pool.control('/pools/second', { condition: 'closed' });
    await assert.rejects(send('GET', secondOrigin), { code: 'ECONNREFUSED' });
    await pool.control('/pools/second', { condition: 'up' });

    assert.equal((await send('GET', secondOrigin)).status, 200);
  });

  for (const [condition, status, saying] of [
    ['unavailable', 503, ''],
    ['cannotRedirect', 410, '"subcode":"CannotRedirect"'],
  ] as const) {
    it(`is down inside UCWA, and discovery goes on, while it is ${condition}`, async () => {
      await pool.control('/pools/second', { condition });

      const answer = await client.send('GET', client.self);
      assert.equal(answer.status, status);
      assert.ok(answer.text.includes(saying));
      assert.equal((await send('GET', client.origin)).status, 200);
    });
  }

  it('moves the home of its people to the other pool and back', async () => {
    const { origin, secondOrigin } = pool.running;

    await pool.control('/pools/second', { condition: 'closed' });
    assert.equal(await applicationsOf(), origin);
    await pool.control('/pools/second', { condition: 'up' });

    assert.equal(await applicationsOf(), secondOrigin);
  });

  it('takes applications with it, and leaves meetings to the other pool', async () => {
    const made = await client.send('POST', client.meetings, { body: { subject: 'Kept' } });
    await client.startMeeting();

    await pool.control('/pools/second', { condition: 'unavailable' });
    const state = await send('GET', `${pool.running.origin}/_sim/state`);
    const moved = await pool.signIn(account);

    assert.deepEqual(state.json.applications, []);
    assert.ok(!state.text.includes('"role"'), 'somebody is still in a meeting');
    assert.ok((await moved.send('GET', moved.meetings)).text.includes(text(made.json.onlineMeetingId)));
  });

  it('tells a held P-GET why', async () => {
    const held = client.send('GET', client.link('events'));
    await pool.untilHeld();

    await pool.control('/pools/second', { condition: 'cannotRedirect' });

    assertHas((await held).json, { code: 'Gone', subcode: 'CannotRedirect' });
  });

  it('ends applications on the backup pool when people go home', async () => {
    await pool.control('/pools/second', { condition: 'unavailable' });
    const moved = await pool.signIn(account);

    await pool.control('/pools/second', { condition: 'up' });

    assert.equal((await moved.send('GET', moved.self)).status, 404);
  });
});
