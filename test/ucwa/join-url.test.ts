import assert from 'node:assert/strict';

import {
  createUcwaAccount,
  UcwaNotFoundError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaTransportError,
  UntrustedLinkError,
} from '../../src/ucwa';

import { anySignal, html, optionsFor, type Pool, type Reply, withAccount } from './support/pool';

const uri = 'sip:annab@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const xml = (text: string): Reply => ({
  headers: { 'content-type': 'Application/vnd.microsoft.lync.meeting+xml; charset=utf-8' },
  text,
});
const information = xml(
  `<?xml version="1.0" encoding="utf-8"?><conf-info xmlns="http://schemas.microsoft.com/rtc/2009/05/simplejoinconfdoc"><conf-uri> ${uri} </conf-uri><server-time>1</server-time></conf-info>`,
);

async function resolve(pool: Pool, reply: Reply, path = '/meet/annab/7QX2MZ4K'): Promise<string> {
  pool.on(`GET ${path}`, reply);
  const account = createUcwaAccount(optionsFor(pool));
  const meetHosts = [new URL(pool.origin).host];
  try {
    return (await account.resolveJoinUrl(`${pool.origin}${path}?sl=1#part`, { meetHosts }, anySignal()))
      .onlineMeetingUri;
  } finally {
    await account.close(anySignal());
  }
}

const answers: [string, Reply, new (...args: never[]) => Error][] = [
  ['HTML', html, UcwaProxyAnswerError],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }, UcwaProxyAnswerError],
  ['404', { status: 404 }, UcwaNotFoundError],
  ['410 in HTML', { ...html, status: 410 }, UcwaNotFoundError],
  ['XML without a URI', xml('<conf-info/>'), UcwaProtocolError],
  ['a URI that is none', xml('<conf-info><conf-uri>https://evil.example/</conf-uri></conf-info>'), UcwaProtocolError],
  ['XML with a DTD', xml('<!DOCTYPE x><conf-info/>'), UcwaProtocolError],
  ['300 KB', xml(`<conf-info>${' '.repeat(300 * 1024)}</conf-info>`), UcwaTransportError],
];

describe('resolveJoinUrl', () => {
  it('asks for meeting information without signing in and finds the conference URI', async () => {
    await withAccount(async (pool) => {
      assert.equal(await resolve(pool, information), uri);

      assert.equal(pool.requests.length, 1);
      const { headers, path } = pool.last('GET /meet/annab/7QX2MZ4K');
      assert.equal(path, '/meet/annab/7QX2MZ4K?sl=1');
      assert.equal(headers.accept, 'Application/vnd.microsoft.lync.meeting+xml');
      assert.equal(headers.authorization, undefined);
      assert.equal(headers.cookie, undefined);
    });
  });

  it('reads prefixed and wrapped elements', async () => {
    await withAccount(async (pool) => {
      const text = `<m:meeting xmlns:m="urn:x"><m:conf-info><m:conf-uri>${uri}</m:conf-uri></m:conf-info></m:meeting>`;
      assert.equal(await resolve(pool, xml(text)), uri);
    });
  });

  for (const [name, reply, type] of answers) {
    it(`rejects ${name}`, async () => {
      await withAccount(async (pool) => {
        await assert.rejects(resolve(pool, reply), type);
      });
    });
  }

  for (const url of [
    'https://evil.example/meet/a/b',
    'http://meet.contoso.com/a/b',
    'https://meet.contoso.com.evil.example/a/b',
    'https://meet.contoso.com:8443/a/b',
    'https://user@meet.contoso.com/a/b',
    'https://sub.meet.contoso.com/a/b',
    'http://127.0.0.1:1/a/b',
    'ftp://meet.contoso.com/a',
    'not a url',
  ]) {
    it(`asks nobody about ${url}`, async () => {
      const requests: unknown[] = [];
      await withAccount(
        async (_pool, account) => {
          const asked = account.resolveJoinUrl(url, { meetHosts: ['meet.contoso.com'] }, anySignal());

          await assert.rejects(asked, UntrustedLinkError);
          assert.deepEqual(requests, []);
        },
        { hooks: { onRequest: (info) => requests.push(info) } },
      );
    });
  }

  it('asks no loopback host when the root is elsewhere', async () => {
    const account = createUcwaAccount({
      server: { kind: 'domain', sipDomain: 'contoso.com' },
      credentials: { kind: 'password', username: 'a', password: async () => Promise.resolve('') },
      application: { userAgent: 'x', endpointId: 'x', culture: 'en-US' },
    });
    for (const url of ['http://127.0.0.1:4010/meet/a', 'http://localhost/meet/a']) {
      const asked = account.resolveJoinUrl(url, { meetHosts: ['127.0.0.1:4010', 'localhost'] }, anySignal());
      await assert.rejects(asked, UntrustedLinkError);
    }
  });
});
