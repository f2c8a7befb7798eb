import assert from 'node:assert/strict';

import { type Answer, Pool, send, text } from './client';

const userPath = '/Autodiscover/AutodiscoverService.svc/root/oauth/user';

/** What clients in the field do that no page asks for, and that servers let pass. */
describe('simulator and the habits of clients', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('challenges whoever has no ticket, whatever the verb', async () => {
    const { origin } = await pool.start();

    for (const [method, path] of [
      ['HEAD', userPath],
      ['PUT', '/ucwa/oauth/v1/applications'],
      ['PATCH', '/ucwa/oauth/v1/applications/1/me'],
    ] as const) {
      const answer = await send(method, `${origin}${path}`);

      assert.equal(answer.status, 401, `${method} ${path}`);
      assert.match(String(answer.headers['www-authenticate']), /MsRtcOAuth href="[^"]+\/WebTicket\/oauthtoken"/);
    }
  });

  it('answers a verb that is not there with 405 to whoever has a ticket', async () => {
    const { origin } = await pool.start();
    const headers = { Authorization: `Bearer ${await pool.ticketOf('anna.berg')}` };

    assert.equal((await send('HEAD', `${origin}${userPath}`, { headers })).status, 405);
    assert.equal((await send('PATCH', `${origin}/ucwa/oauth/v1/applications`, { headers })).status, 405);
    assert.equal((await send('DELETE', `${origin}/`)).status, 405);
  });

  describe('with a token request as a multipart form', () => {
    async function ask(body: string, boundary: string): Promise<Answer> {
      return send('POST', `${pool.running.origin}/WebTicket/oauthtoken`, {
        headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        body,
      });
    }

    function part(name: string, value: string): string {
      return `--xYz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    }

    it('reads the fields', async () => {
      await pool.start();
      const fields = [
        part('grant_type', 'password'),
        part('username', 'petra.novak@contoso.com'),
        part('password', 'Linde-644'),
      ];

      const answer = await ask(`${fields.join('')}--xYz--\r\n`, 'xYz');
      const quoted = await ask(`${fields.join('')}--xYz--\r\n`, '"xYz"');

      assert.equal(answer.status, 200);
      assert.equal(quoted.status, 200);
      assert.match(text(answer.json.access_token), /^cwt=/);
    });

    it('refuses one that cannot be read', async () => {
      await pool.start();

      const answer = await ask('nothing of the kind', 'xYz');

      assert.equal(answer.status, 400);
      assert.equal(answer.json.error, 'invalid_request');
    });
  });

  it('takes reports of activity on the application too', async () => {
    await pool.start();
    const client = await pool.signIn();

    const before = await client.send('POST', `${client.self}/reportMyActivity`);
    await client.send('POST', client.link('makeMeAvailable', 'me'), { body: { SupportedModalities: ['Messaging'] } });
    const after = await client.send('POST', `${client.self}/reportMyActivity`);

    assert.equal(before.status, 409);
    assert.equal(before.json.subcode, 'MakeMeAvailableRequired');
    assert.equal(after.status, 204);
  });

  it('shows the links that clients read at sign-in, and says so when what they lead to is not simulated', async () => {
    await pool.start();
    const client = await pool.signIn();

    for (const [dashboard, rel] of [
      ['communication', 'startMessaging'],
      ['communication', 'mediaPolicies'],
      ['people', 'search'],
      ['people', 'myContacts'],
      ['me', 'photo'],
    ] as const) {
      const answer = await client.send(rel === 'startMessaging' ? 'POST' : 'GET', client.link(rel, dashboard));

      assert.equal(answer.status, 501, rel);
      assert.equal(answer.json.code, 'NotImplemented');
    }
  });

  describe('with a page in a browser', () => {
    const page = 'https://app.fabrikam.com';
    const ask = { Origin: page, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-a, x-b' };

    it('lets one of an allowed origin ask first, send, and read what it needs', async () => {
      const { origin } = await pool.start({ switches: { allowedOrigins: [page] } });
      const url = `${origin}/ucwa/oauth/v1/applications`;

      const asked = await send('OPTIONS', url, { headers: ask });
      const challenge = await send('GET', url, { headers: { Origin: page } });

      assert.equal(asked.status, 204);
      assert.equal(asked.headers['access-control-allow-origin'], page);
      assert.equal(asked.headers['access-control-allow-methods'], 'GET, POST, PUT, DELETE');
      assert.equal(asked.headers['access-control-allow-headers'], 'x-a, x-b');
      assert.equal(challenge.status, 401);
      assert.equal(challenge.headers['access-control-allow-origin'], page);
      assert.match(String(challenge.headers['access-control-expose-headers']), /WWW-Authenticate/);
    });

    it('refuses one of any other origin', async () => {
      const { origin } = await pool.start();

      const asked = await send('OPTIONS', `${origin}/ucwa/oauth/v1/applications`, { headers: ask });

      assert.equal(asked.status, 403);
      assert.equal(asked.headers['access-control-allow-origin'], undefined);
    });
  });

  it('finds its addresses whatever their case', async () => {
    const { origin } = await pool.start();

    const root = await send('GET', `${origin}/autodiscover/autodiscoverservice.svc/root?originalDomain=contoso.com`);
    const ticket = await send('POST', `${origin}/webticket/oauthtoken`, {
      body: 'grant_type=password&username=anna.berg%40contoso.com&password=Kastanie-71',
      headers: { 'Content-Type': "application/x-www-form-urlencoded;charset='utf-8'" },
    });
    const application = await send('POST', `${origin}/UCWA/oauth/v1/Applications`, {
      headers: { Authorization: `Bearer ${text(ticket.json.access_token)}` },
      body: { UserAgent: 'Test', EndpointId: 'e', Culture: 'en-US' },
    });

    assert.equal(root.status, 200);
    assert.equal(application.status, 201);
  });
});
