import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { type Answer, send, text } from '../simulator/client';

import { behaviour } from './behaviour';
import { formOf, tokenEndpoint } from './site';

const certificate = 'test/ucwa/fixtures/loopback-certificate.pem';
const key = 'test/ucwa/fixtures/loopback-key.pem';

behaviour(1, async (site) => {
  await site.open();

  const root = await send('GET', site.rootUrl, { headers: { Accept: 'application/json' } });

  assert.equal(root.status, 200);
  assert.match(root.headers['content-type'] ?? '', /^application\/json/i);
  for (const rel of ['self', 'user', 'xframe']) assert.ok(URL.canParse(text(root.json._links?.[rel]?.href)), rel);
});

behaviour(2, async (site) => {
  const { secondOrigin } = await site.simulate({ secondPool: true, switches: { discovery: 'redirect' } });

  const root = await send('GET', site.rootUrl);
  const target = text(root.json._links?.redirect?.href);
  const next = await send('GET', target);

  assert.equal(root.status, 200);
  assert.equal(root.json._links?.user, undefined);
  assert.equal(new URL(target).origin, secondOrigin);
  assert.ok(text(next.json._links?.user?.href).startsWith(secondOrigin ?? '?'));
});

behaviour(3, async (site) => {
  const { rootUrl } = await site.simulate({ switches: { discovery: 'off' } });

  assert.equal((await send('GET', rootUrl)).status, 404);
});

behaviour(4, async (site) => {
  const tls = { cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  const { origin, httpOrigin = '' } = await site.simulate({ tls, httpDiscovery: true });
  const path = '/Autodiscover/AutodiscoverService.svc/root?originalDomain=contoso.com';

  for (const plain of [`${httpOrigin}${path}`, `${httpOrigin.replace('127.0.0.1', 'localhost')}/`]) {
    const redirect = await send('GET', plain);
    const location = new URL(redirect.headers.location ?? '');
    const root = await send('GET', location.href.replace('localhost', '127.0.0.1'), { ca: tls.cert });

    assert.ok(redirect.status >= 300 && redirect.status < 400, String(redirect.status));
    assert.deepEqual([location.protocol, location.port], ['https:', new URL(origin).port]);
    assert.equal(location.hostname, new URL(plain).hostname);
    assert.equal(location.pathname + location.search, plain.replace(/^http:\/\/[^/]+/, ''));
    assert.ok(root.json._links?.user);
  }
  assert.equal((await send('POST', `${httpOrigin}/WebTicket/oauthtoken`, formOf({ password: 'x' }))).status, 403);
});

behaviour(5, async (site) => {
  await site.open();

  const user = await send('GET', await site.userUrl());

  const challenges = challengesOf(user);
  assert.equal(user.status, 401);
  assert.match(user.headers['content-type'] ?? '', /^text\/html/i);
  assert.ok(challenges.some((challenge) => /^Bearer trusted_issuers=".*", ?client_id="/.test(challenge)));
  assert.ok(challenges.some((challenge) => /^MsRtcOAuth href=.*grant_type="[^"]*password/.test(challenge)));
  assert.ok(challenges.every((challenge) => !/Bearer.*MsRtcOAuth|MsRtcOAuth.*Bearer/.test(challenge)));
});

behaviour(6, async (site) => {
  const switches = { unquotedTokenHref: true, foreignTokenEndpoint: true };
  const { origin, secondOrigin } = await site.simulate({ secondPool: true, switches });

  const userUrl = await site.userUrl();
  const challenge = challengesOf(await send('GET', userUrl)).find((entry) => entry.startsWith('MsRtcOAuth')) ?? '';
  const token = await site.ticketFor(userUrl);
  const user = await send('GET', userUrl, { headers: { Authorization: `Bearer ${token}` } });

  assert.match(challenge, /^MsRtcOAuth href=http[^",\s]+,/);
  assert.equal(new URL(await tokenEndpoint(userUrl)).origin, secondOrigin);
  assert.equal(new URL(userUrl).origin, origin);
  assert.equal(user.status, 200);
});

behaviour(7, async (site) => {
  const authorizationUri = 'https://login.example.net/common/oauth2/authorize';
  await site.simulate();

  const before = challengesOf(await send('GET', await site.userUrl())).join();
  await site.pool.control('/switches', { authorizationUri });
  const after = challengesOf(await send('GET', await site.userUrl()));

  assert.doesNotMatch(before, /authorization_uri/);
  assert.ok(after.some((entry) => entry.startsWith('Bearer') && entry.includes(`="${authorizationUri}"`)));
});

behaviour(8, async (site) => {
  await site.open();
  const userUrl = await site.userUrl();
  const token = await site.ticketFor(userUrl);

  const user = await send('GET', userUrl, { headers: { Authorization: `Bearer ${token}` } });

  assert.equal(user.status, 200);
  assert.ok(URL.canParse(text(user.json._links?.applications?.href)));
  assert.equal(user.json._links?.applications?.revision, '2');
});

behaviour(9, async (site) => {
  const { secondOrigin } = await site.simulate({ secondPool: true, switches: { userRedirect: true } });
  const userUrl = await site.userUrl();
  const token = await site.ticketFor(userUrl, 'mei.tanaka');

  const user = await send('GET', userUrl, { headers: { Authorization: `Bearer ${token}` } });
  const target = new URL(text(user.json._links?.redirect?.href));
  const root = await send('GET', target.href);

  assert.equal(user.status, 200);
  assert.equal(user.json._links?.applications, undefined);
  assert.equal(target.origin, secondOrigin);
  assert.ok(text(root.json._links?.user?.href).startsWith(secondOrigin ?? '?'));
});

behaviour(22, async (site) => {
  await site.open({ switches: { allowedOrigins: ['https://intranet.contoso.com'] } });

  const refused = await send('GET', await site.userUrl(), { headers: { Origin: 'https://conformance.invalid' } });

  assert.equal(refused.status, 403);
  assert.match(refused.text, /Service does not allow a cross domain request/);
  if (site.isLive) return;
  const allowed = await send('GET', site.rootUrl, { headers: { Origin: 'https://intranet.contoso.com' } });
  assert.equal(allowed.status, 200);
});

/** The challenges, one entry per header. */
function challengesOf({ rawHeaders }: Answer): string[] {
  return rawHeaders.filter((_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'www-authenticate');
}
