import assert from 'node:assert/strict';

import { type Answer, Pool, send, text } from './client';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';

describe('simulator tokens', () => {
  const pool = new Pool();
  let now = 1_795_132_800_000;

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

  it('#10 answers a password grant with a cwt token that is not to be stored', async () => {
    await pool.start();

    const answer = await ask(petra);

    assert.equal(answer.status, 200);
    assert.match(text(answer.json.access_token), /^cwt=\S+$/);
    assert.equal(answer.json.expires_in, 28_800);
    assert.equal(answer.json.token_type, 'Bearer');
    assert.equal(answer.headers['cache-control'], 'no-store');
  });

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

  it('#11 answers a wrong password with invalid_grant', async () => {
    await pool.start();

    const answer = await ask({ ...petra, password: 'wrong' });

    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json, { error: 'invalid_grant' });
  });

  it('#12 answers a grant that is not offered with unsupported_grant_type and diagnostics 28029', async () => {
    await pool.start({ switches: { grants: ['urn:microsoft.rtc:windows'] } });

    const answer = await ask(petra);

    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json, { error: 'unsupported_grant_type' });
    assert.match(String(answer.headers['x-ms-diagnostics']), /^28029;source="fe1\.contoso\.com";reason=".*"$/);
  });

  it('#13 answers passive without a cookie with ms_rtc_passiveauthuri and 28020', async () => {
    await pool.start();

    const answer = await ask({ grant_type: 'urn:microsoft.rtc:passive' });

    assert.equal(answer.status, 400);
    assert.equal(answer.json.error, 'invalid_grant');
    assert.match(text(answer.json.ms_rtc_passiveauthuri), /\/PassiveAuth\/PassiveAuth\.aspx$/);
    assert.match(String(answer.headers['x-ms-diagnostics']), /^28020;/);
  });

  it('#14 answers a missing grant_type or username with invalid_request', async () => {
    await pool.start();

    for (const fields of [
      { username: 'x', password: 'y' },
      { grant_type: 'password', password: 'y' },
    ]) {
      const answer = await ask(fields);
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.json, { error: 'invalid_request' });
    }
  });

  it('#15 lets a user token live 8 hours and a guest token one; expired is 401', async () => {
    await pool.start({ clock: { now: () => now } });
    const user = text((await ask(petra)).json.access_token);
    const guestAnswer = await ask(guestOf(budgetSync, '7QX2MZ4K'));
    const guest = text(guestAnswer.json.access_token);

    now += 3_600_000;
    const afterAnHour = [(await use(user)).status, (await use(guest)).status];
    now += 7 * 3_600_000;
    const afterEight = (await use(user)).status;

    assert.equal(guestAnswer.json.expires_in, 3600);
    assert.deepEqual(afterAnHour, [200, 401]);
    assert.equal(afterEight, 401);
  });

  it('#16 keeps the anonymous identity on ms_rtc_renew', async () => {
    const { origin } = await pool.start();
    const first = text((await ask(guestOf(budgetSync, '7QX2MZ4K'))).json.access_token);

    const renewal = await ask({ grant_type: 'urn:microsoft.rtc:anonmeeting', ms_rtc_renew: first });
    const second = text(renewal.json.access_token);

    const uris = await Promise.all([first, second].map(async (token) => guestUri(origin, token)));
    assert.notEqual(first, second);
    assert.match(uris[0] ?? '', /^sip:guest-.*@anonymous\.invalid$/);
    assert.equal(uris[0], uris[1]);
  });

  it('#17 answers anonmeeting for an unknown conference or with a wrong id with invalid_grant', async () => {
    await pool.start();

    for (const fields of [guestOf(budgetSync, 'WRONGID1'), guestOf(budgetSync.replace('7QX2', 'AAAA'), '7QX2MZ4K')]) {
      const answer = await ask(fields);
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.json, { error: 'invalid_grant' });
    }
  });

  it('#18 answers a ticket of another pool with 500, HTML and diagnostics 28032', async () => {
    const { secondOrigin = '' } = await pool.start({ secondPool: true });
    const token = text((await ask(petra)).json.access_token);

    const answer = await send('POST', `${secondOrigin}/ucwa/oauth/v1/applications`, {
      headers: { Authorization: `Bearer ${token}` },
      body: {},
    });

    assert.equal(answer.status, 500);
    assert.match(answer.headers['content-type'] ?? '', /^text\/html/);
    assert.equal(
      answer.headers['x-ms-diagnostics'],
      '28032;source="fe2.contoso.com";reason="The web ticket is invalid."',
    );
  });

  it('#19 answers applications without a token at the second pool with that pool’s token href', async () => {
    const { secondOrigin = '' } = await pool.start({ secondPool: true });

    for (const method of ['GET', 'POST']) {
      const answer = await send(method, `${secondOrigin}/ucwa/oauth/v1/applications`);
      assert.equal(answer.status, 401);
      assert.ok(String(answer.headers['www-authenticate']).includes(`href="${secondOrigin}/WebTicket/oauthtoken"`));
    }
  });

  it('gives somebody of the second pool an application there', async () => {
    const { origin, secondOrigin = '' } = await pool.start({ secondPool: true });
    const user = await use(await pool.ticketOf('mei.tanaka'));

    const client = await pool.signIn('mei.tanaka', {}, secondOrigin);

    const applications = text(user.json._links?.applications?.href);
    assert.notEqual(origin, secondOrigin);
    assert.equal(new URL(applications).origin, secondOrigin);
    assert.equal((await client.send('GET', client.self)).status, 200);
  });

  it('#20 answers an invalid Entra token with 403, both challenges and 28055', async () => {
    await pool.start();

    const answer = await use('eyJhbGciOiJub25lIn0.e30.');

    const challenges = answer.rawHeaders.filter((name) => name.toLowerCase() === 'www-authenticate');
    assert.equal(answer.status, 403);
    assert.equal(challenges.length, 2);
    assert.match(String(answer.headers['x-ms-diagnostics']), /^28055;/);
  });
});

function guestOf(conferenceUri: string, key: string): Record<string, string> {
  return { grant_type: 'urn:microsoft.rtc:anonmeeting', password: key, ms_rtc_conferenceuri: conferenceUri };
}

async function guestUri(origin: string, token: string): Promise<string> {
  const application = await send('POST', `${origin}/ucwa/oauth/v1/applications`, {
    headers: { Authorization: `Bearer ${token}` },
    body: { userAgent: 'Test/1.0', endpointId: token.slice(-20), culture: 'en-US' },
  });
  return text(application.json._embedded?.me?.uri);
}
