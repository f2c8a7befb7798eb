import assert from 'node:assert/strict';

import { type Answer, Pool, send, text } from './client';

describe('simulator tokens', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function ask(fields: Readonly<Record<string, string>>, origin = pool.running.origin): Promise<Answer> {
    return send('POST', `${origin}/WebTicket/oauthtoken`, {
      body: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    });
  }

  async function use(token: string, origin = pool.running.origin): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}` };
    return send('GET', `${origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`, { headers });
  }

  const petra = { grant_type: 'password', username: 'petra.novak@contoso.com', password: 'Linde-644' };

  for (const username of [
    'petra.novak',
    'CONTOSO\\petra.novak',
    'sip:petra.novak@contoso.com',
    'Petra.Novak@contoso.com',
  ]) {
    it(`takes ${username} as a user name`, async () => {
      await pool.start();

      assert.equal((await ask({ ...petra, username })).status, 200);
    });
  }

  it('gives somebody of the second pool an application there', async () => {
    const { origin, secondOrigin = '' } = await pool.start({ secondPool: true });
    const user = await use(await pool.ticketOf('mei.tanaka'));

    const client = await pool.signIn('mei.tanaka', {}, secondOrigin);

    const applications = text(user.json._links?.applications?.href);
    assert.notEqual(origin, secondOrigin);
    assert.equal(new URL(applications).origin, secondOrigin);
    assert.equal((await client.send('GET', client.self)).status, 200);
  });
});
