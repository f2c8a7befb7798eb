import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import {
  checkCredentials,
  createUcwaAccount,
  discover,
  readCertificate,
  readChallenges,
  UcwaAuthenticationError,
  UcwaDiscoveryError,
  UcwaTransportError,
  UntrustedLinkError,
} from '../../src/ucwa';
import { discoveryUrls } from '../../src/ucwa/discovery';

import { annab, anySignal, optionsFor, Pool } from './support/pool';

const read = (name: string): string => readFileSync(join(__dirname, 'fixtures', name), 'utf8');
const cert = read('loopback-certificate.pem');
const key = read('loopback-key.pem'); // good for localhost and for nothing else

describe('Sign-in step by step', () => {
  describe('The steps of signing in, one by one', () => {
    let pool: Pool;

    beforeEach(async () => {
      pool = await Pool.start();
    });

    afterEach(async () => {
      await pool.stop();
    });

    it('discover tells every attempt', async () => {
      pool.once('GET /', { json: { _links: { redirect: { href: '/r' } } } });
      pool.on('GET /r', { json: { _links: { user: { href: '/user' } } } });

      const report = await discover(optionsFor(pool), anySignal());

      assert.equal(report.userUrl, `${pool.origin}/user`);
      assert.deepEqual(
        report.attempts.map(({ outcome, status }) => [outcome, status]),
        [
          ['redirect', 200],
          ['ok', 200],
        ],
      );
      assert.ok(report.attempts[0]?.serverDate instanceof Date);
    });

    it('discover names the reason why nobody answered', async () => {
      const options = { ...optionsFor(pool), server: { kind: 'root', rootUrl: 'http://127.0.0.1:1/' } as const };

      await assert.rejects(discover(options, anySignal()), (error: unknown) => {
        assert.ok(error instanceof UcwaDiscoveryError);
        assert.equal(error.attempts[0]?.networkCode, 'ECONNREFUSED');
        return true;
      });
    });

    it('discover tries https only, internal name first, unless http is allowed', () => {
      const urls = (options: object): string[] =>
        discoveryUrls({ kind: 'domain', sipDomain: ' Contoso.com', ...options }).map(({ href }) => href);
      const secure = ['https://lyncdiscoverinternal.contoso.com/', 'https://lyncdiscover.contoso.com/'];

      assert.deepEqual(urls({}), secure);
      const plain = secure.map((url) => url.replace('https', 'http'));
      assert.deepEqual(urls({ allowHttpDiscovery: true }), [...secure, ...plain]);
    });

    for (const [name, server] of [
      ['a domain with a path', { kind: 'domain', sipDomain: 'contoso.com/evil' }],
      ['an empty domain', { kind: 'domain', sipDomain: '' }],
      ['a root that is no URL', { kind: 'root', rootUrl: 'contoso' }],
    ] as const) {
      it(`discover refuses ${name}`, async () => {
        await assert.rejects(discover({ server }, anySignal()), UcwaDiscoveryError);
      });
    }

    it('readChallenges tells grants, token endpoint and the clock of the server', async () => {
      pool.on('GET /user', () => ({
        ...pool.challenge(),
        headers: { ...pool.challenge().headers, date: new Date(Date.now() + 3_600_000).toUTCString() },
      }));

      const report = await readChallenges(`${pool.origin}/user`, optionsFor(pool), anySignal());

      assert.equal(report.status, 401);
      assert.deepEqual(report.grants, ['urn:microsoft.rtc:windows', 'password']);
      assert.equal(report.tokenEndpoint, `${pool.origin}/token`);
      assert.ok(Math.abs((report.clockSkewMs ?? 0) - 3_600_000) < 5_000);
    });

    it('readChallenges asks no foreign host', async () => {
      await assert.rejects(readChallenges('https://evil.example/', optionsFor(pool), anySignal()), UntrustedLinkError);
    });

    it('checkCredentials tells when the token ends, but not the token', async () => {
      const request = { tokenEndpoint: `${pool.origin}/token`, credentials: annab };

      const report = await checkCredentials(request, optionsFor(pool), anySignal());

      assert.deepEqual(Object.keys(report), ['expiresAt']);
      assert.ok(report.expiresAt.getTime() > Date.now());
    });

    it('checkCredentials posts a wrong password once, and an empty one never', async () => {
      pool.password = 'other';
      const tokenEndpoint = `${pool.origin}/token`;
      await assert.rejects(
        checkCredentials({ tokenEndpoint, credentials: annab }, optionsFor(pool), anySignal()),
        UcwaAuthenticationError,
      );
      const empty = { ...annab, password: async () => Promise.resolve('') };
      await assert.rejects(
        checkCredentials({ tokenEndpoint, credentials: empty }, optionsFor(pool), anySignal()),
        UcwaAuthenticationError,
      );

      assert.equal(pool.count('POST /token'), 1);
    });
  });

  describe('A server with a certificate of a private authority', () => {
    async function withServer(test: (rootUrl: string) => Promise<void>): Promise<void> {
      const server = createServer({ key, cert }, (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end('{"_links":{"user":{"href":"/user"}}}');
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      try {
        await test(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    }

    it('is refused, with the reason, and never spoken to', async () => {
      await withServer(async (rootUrl) => {
        const server = { kind: 'root', rootUrl } as const;

        await assert.rejects(discover({ server }, anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaDiscoveryError);
          assert.equal(error.attempts[0]?.networkCode, 'DEPTH_ZERO_SELF_SIGNED_CERT');
          return true;
        });
        const report = await readCertificate(rootUrl, { server }, anySignal());
        assert.equal(report.failure, 'DEPTH_ZERO_SELF_SIGNED_CERT');
        assert.equal(report.subject, 'localhost');
        assert.ok(report.validTo.getTime() > Date.now());
        await assert.rejects(
          readChallenges(rootUrl, { server }, anySignal()),
          (error: unknown) => error instanceof UcwaTransportError && error.kind === 'tls',
        );
      });
    });

    it('is trusted when its authority is configured', async () => {
      await withServer(async (rootUrl) => {
        const options = { server: { kind: 'root', rootUrl } as const, tls: { ca: cert } };

        assert.equal((await discover(options, anySignal())).userUrl, `${rootUrl}user`);
        assert.equal((await readCertificate(rootUrl, options, anySignal())).failure, undefined);
      });
    });

    it('is refused by an account too', async () => {
      await withServer(async (rootUrl) => {
        const account = createUcwaAccount({
          server: { kind: 'root', rootUrl },
          credentials: { kind: 'password', username: 'a', password: async () => Promise.resolve('') },
          application: { userAgent: 'x', endpointId: 'x', culture: 'en-US' },
        });
        await assert.rejects(account.signIn(anySignal()), /DEPTH_ZERO_SELF_SIGNED_CERT/);
      });
    });
  });
});
