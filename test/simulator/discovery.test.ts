import assert from 'node:assert/strict';

import { Pool, send, text } from './client';

const userPath = '/Autodiscover/AutodiscoverService.svc/root/oauth/user';

describe('simulator discovery', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('#1 answers root without a token with absolute self, user and xframe', async () => {
    const { rootUrl, origin } = await pool.start();

    const root = await send('GET', rootUrl);

    assert.equal(root.status, 200);
    assert.match(root.headers['content-type'] ?? '', /^application\/json; charset=utf-8$/i);
    for (const rel of ['self', 'user', 'xframe']) {
      assert.ok(text(root.json._links?.[rel]?.href).startsWith(`${origin}/Autodiscover/`), rel);
    }
  });

  it('#2 answers root with redirect and no user when hybrid; the target serves a root', async () => {
    const { rootUrl, secondOrigin } = await pool.start({ secondPool: true, switches: { discovery: 'redirect' } });

    const root = await send('GET', rootUrl);
    const target = text(root.json._links?.redirect?.href);
    const next = await send('GET', target);

    assert.equal(root.json._links?.user, undefined);
    assert.equal(new URL(target).origin, secondOrigin);
    assert.ok(text(next.json._links?.user?.href).startsWith(secondOrigin ?? '?'));
  });

  it('#3 answers 404 when the discovery host is switched off', async () => {
    const { rootUrl } = await pool.start({ switches: { discovery: 'off' } });

    assert.equal((await send('GET', rootUrl)).status, 404);
  });

  it('#5 answers user without a token with 401, HTML and two separate challenges', async () => {
    const { origin } = await pool.start();

    const user = await send('GET', `${origin}${userPath}`);

    const challenges = user.rawHeaders.filter((_, index, all) => all[index - 1]?.toLowerCase() === 'www-authenticate');
    assert.equal(user.status, 401);
    assert.match(user.headers['content-type'] ?? '', /^text\/html/);
    assert.equal(challenges.length, 2);
    assert.match(
      challenges[0] ?? '',
      /^Bearer trusted_issuers=".*", client_id="00000004-0000-0ff1-ce00-000000000000"$/,
    );
    assert.equal(
      challenges[1],
      `MsRtcOAuth href="${origin}/WebTicket/oauthtoken",grant_type="urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password"`,
    );
  });

  it('#6 shows the token endpoint without quotes when switched', async () => {
    const { origin } = await pool.start({ switches: { unquotedTokenHref: true } });

    const user = await send('GET', `${origin}${userPath}`);

    assert.match(
      String(user.headers['www-authenticate']),
      new RegExp(`MsRtcOAuth href=${origin}/WebTicket/oauthtoken,`),
    );
  });

  it('#7 carries authorization_uri only when modern authentication is configured', async () => {
    const authorizationUri = 'https://login.example.net/common/oauth2/authorize';
    const { origin } = await pool.start();

    const before = await send('GET', `${origin}${userPath}`);
    await pool.control('/switches', { authorizationUri });
    const after = await send('GET', `${origin}${userPath}`);

    assert.doesNotMatch(String(before.headers['www-authenticate']), /authorization_uri/);
    assert.ok(String(after.headers['www-authenticate']).includes(`authorization_uri="${authorizationUri}"`));
  });

  it('#8 answers user with a valid token with applications of revision 2', async () => {
    const { origin } = await pool.start();
    const token = await pool.ticketOf('confer');

    const user = await send('GET', `${origin}${userPath}`, { headers: { Authorization: `Bearer ${token}` } });

    assert.deepEqual(user.json._links?.applications, {
      href: `${origin}/ucwa/oauth/v1/applications`,
      revision: '2',
    });
  });

  it('gives no applications link to somebody who is not enabled', async () => {
    const { origin } = await pool.start();
    const token = await pool.ticketOf('tom.fischer');

    const user = await send('GET', `${origin}${userPath}`, { headers: { Authorization: `Bearer ${token}` } });

    assert.equal(user.status, 200);
    assert.equal(user.json._links?.applications, undefined);
  });

  it('#9 answers user for somebody homed elsewhere with a redirect to another host’s root', async () => {
    const { origin, secondOrigin } = await pool.start({ secondPool: true, switches: { userRedirect: true } });
    const token = await pool.ticketOf('mei.tanaka');

    const user = await send('GET', `${origin}${userPath}`, { headers: { Authorization: `Bearer ${token}` } });

    const target = new URL(text(user.json._links?.redirect?.href));
    assert.equal(target.origin, secondOrigin);
    assert.equal(target.pathname, '/Autodiscover/AutodiscoverService.svc/root');
  });

  it('#22 answers a request with an Origin that is not allowed with 403 and the cross-domain text', async () => {
    const { rootUrl } = await pool.start({ switches: { allowedOrigins: ['https://intranet.contoso.com'] } });

    const refused = await send('GET', rootUrl, { headers: { Origin: 'https://evil.example' } });
    const allowed = await send('GET', rootUrl, { headers: { Origin: 'https://intranet.contoso.com' } });

    assert.equal(refused.status, 403);
    assert.match(refused.text, /Service does not allow a cross domain request/);
    assert.equal(allowed.status, 200);
  });

  it('#96 collapses duplicate slashes in the path', async () => {
    const { origin } = await pool.start();

    const user = await send('GET', `${origin}//Autodiscover//AutodiscoverService.svc/root///oauth/user`);

    assert.equal(user.status, 401);
  });

  it('sends the headers of a front end with every answer', async () => {
    const { rootUrl } = await pool.start();

    const root = await send('GET', rootUrl, { headers: { 'client-request-id': 'r-1' } });

    assert.equal(root.headers['x-ms-server-fqdn'], 'fe1.contoso.com');
    assert.match(String(root.headers['x-ms-correlation-id']), /^[0-9a-f-]{36}$/);
    assert.equal(root.headers['x-ms-ucwaversion'], '2.0');
    assert.equal(root.headers['client-request-id'], 'r-1');
  });
});
