import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import { type Answer, Client, send, text } from '../simulator/client';

import { behaviour } from './behaviour';
import { formOf, type Site, tokenEndpoint } from './site';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const start = 1_795_132_800_000;
const hour = 3_600_000;

async function ask(site: Site, fields: Readonly<Record<string, string>>): Promise<Answer> {
  return send('POST', await tokenEndpoint(await site.userUrl()), formOf(fields));
}

async function askFor(site: Site, fields: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { username, password } = site.credentials();
  return ask(site, { grant_type: 'password', username, password, ...fields });
}

async function use(site: Site, token: string, url?: string): Promise<Answer> {
  return send('GET', url ?? (await site.userUrl()), { headers: { Authorization: `Bearer ${token}` } });
}

behaviour(10, async (site) => {
  await site.open();

  const answer = await askFor(site);

  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/i);
  assert.match(text(answer.json.access_token), /^cwt=\S+$/);
  assert.equal(typeof answer.json.expires_in, 'number');
  assert.equal(answer.json.token_type, 'Bearer');
  assert.match(answer.headers['cache-control'] ?? '', /no-store/);
});

behaviour(11, async (site) => {
  await site.simulate();

  const answer = await askFor(site, { password: 'wrong' });

  assert.equal(answer.status, 400);
  assert.deepEqual(answer.json, { error: 'invalid_grant' });
});

behaviour(12, async (site) => {
  await site.simulate({ switches: { grants: ['urn:microsoft.rtc:windows'] } });

  const answer = await askFor(site);

  assert.equal(answer.status, 400);
  assert.deepEqual(answer.json, { error: 'unsupported_grant_type' });
  assert.match(diagnosticsOf(answer), /^28029;source="[^"]+";reason="[^"]*"$/);
});

behaviour(13, async (site) => {
  await site.simulate();

  const answer = await ask(site, { grant_type: 'urn:microsoft.rtc:passive' });

  assert.equal(answer.status, 400);
  assert.equal(answer.json.error, 'invalid_grant');
  assert.ok(URL.canParse(text(answer.json.ms_rtc_passiveauthuri)));
  assert.match(diagnosticsOf(answer), /^28020;/);
});

behaviour(14, async (site) => {
  await site.open();

  for (const fields of [
    { username: 'x', password: 'y' },
    { grant_type: 'password', password: 'y' },
  ]) {
    const answer = await ask(site, fields);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error, 'invalid_request');
  }
});

behaviour(15, async (site) => {
  let now = start;
  await site.simulate({ clock: { now: () => now } });

  const user = await askFor(site);
  const guest = await ask(site, guestOf(budgetSync, '7QX2MZ4K'));
  const [userToken, guestToken] = [text(user.json.access_token), text(guest.json.access_token)];
  now += hour - 1000;
  const withinAnHour = [(await use(site, userToken)).status, (await use(site, guestToken)).status];
  now += 1000;
  const afterAnHour = [(await use(site, userToken)).status, (await use(site, guestToken)).status];
  now += 7 * hour;
  const afterEight = await use(site, userToken);

  assert.deepEqual([user.json.expires_in, guest.json.expires_in] as unknown[], [28_800, 3600]);
  assert.deepEqual([withinAnHour, afterAnHour, afterEight.status], [[200, 200], [200, 401], 401]);
});

behaviour(16, async (site) => {
  const { origin } = await site.simulate();
  const guest = await site.guest(budgetSync);

  const renewal = await ask(site, { grant_type: 'urn:microsoft.rtc:anonmeeting', ms_rtc_renew: guest.token });
  const renewed = new Client(origin, text(renewal.json.access_token), guest.application);
  const me = await renewed.send('GET', guest.link('self', 'me'));

  assert.notEqual(renewed.token, guest.token);
  assert.equal(me.status, 200);
  assert.equal(me.json.uri, guest.application._embedded?.me?.uri);
});

behaviour(17, async (site) => {
  await site.simulate();

  for (const fields of [guestOf(budgetSync, 'WRONGID1'), guestOf(budgetSync.replace('7QX2', 'AAAA'), '7QX2MZ4K')]) {
    const answer = await ask(site, fields);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json, { error: 'invalid_grant' });
  }
});

behaviour(18, async (site) => {
  await site.simulate({ secondPool: true });
  const { href } = await site.applications('mei.tanaka');
  const ticketOfFirst = await site.ticketFor(await site.userUrl(), 'mei.tanaka');

  const headers = { Authorization: `Bearer ${ticketOfFirst}` };
  const answer = await send('POST', href, { headers, body: site.identity() });

  assert.equal(answer.status, 500);
  assert.match(answer.headers['content-type'] ?? '', /^text\/html/);
  assert.match(diagnosticsOf(answer), /^28032;source="[^"]+";reason="The web ticket is invalid\."$/);
});

behaviour(19, async (site) => {
  const { secondOrigin = '' } = await site.simulate({ secondPool: true });
  const { href } = await site.applications('mei.tanaka');

  for (const method of ['GET', 'POST']) {
    const answer = await send(method, href);
    assert.equal(answer.status, 401);
    assert.match(answer.headers['www-authenticate'] ?? '', new RegExp(`MsRtcOAuth href="${secondOrigin}/`));
  }
  assert.ok(href.startsWith(secondOrigin));
});

behaviour(20, async (site) => {
  await site.simulate();

  const answer = await use(site, 'eyJhbGciOiJub25lIn0.e30.');

  const challenges = answer.rawHeaders.filter((name) => name.toLowerCase() === 'www-authenticate');
  assert.equal(answer.status, 403);
  assert.equal(challenges.length, 2);
  assert.match(diagnosticsOf(answer), /^28055;/);
});

behaviour(21, async (site) => {
  const trusted = { issuer: 'https://sts.example.net/', key: 'a secret of this test alone' };
  const { origin } = await site.simulate({ trustedIssuer: trusted });
  const claims = { iss: trusted.issuer, upn: 'anna.berg@contoso.com', exp: Date.now() / 1000 + 600 };

  const good = await use(site, signed({ ...claims, aud: origin }, trusted.key));
  const elsewhere = await use(site, signed({ ...claims, aud: 'https://web-b.contoso.com' }, trusted.key));
  const forged = await use(site, signed({ ...claims, aud: origin }, 'another secret'));
  const stale = await use(site, signed({ ...claims, aud: origin, exp: Date.now() / 1000 - 1 }, trusted.key));

  assert.equal(good.status, 200);
  assert.ok(good.json._links?.applications);
  assert.deepEqual([elsewhere.status, forged.status, stale.status], [403, 403, 403]);
  assert.match(diagnosticsOf(elsewhere), /^28077;/);
  assert.match(diagnosticsOf(forged), /^28055;/);
  assert.match(diagnosticsOf(stale), /^28056;/);
  assert.match(elsewhere.headers['www-authenticate'] ?? '', /Bearer .*MsRtcOAuth /);
});

function guestOf(conferenceUri: string, key: string): Record<string, string> {
  return { grant_type: 'urn:microsoft.rtc:anonmeeting', password: key, ms_rtc_conferenceuri: conferenceUri };
}

function diagnosticsOf({ headers }: Answer): string {
  return String(headers['x-ms-diagnostics']);
}

/** A JSON Web Token, HS256. */
function signed(claims: Readonly<Record<string, unknown>>, secret: string): string {
  const [head, payload] = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const message = `${head ?? ''}.${payload ?? ''}`;
  return `${message}.${createHmac('sha256', secret).update(message).digest('base64url')}`;
}
