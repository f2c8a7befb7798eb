import assert from 'node:assert/strict';

import {
  createUcwaAccount,
  UcwaAuthenticationError,
  UcwaDiscoveryError,
  UcwaNotEnabledError,
  UcwaResponseError,
  UntrustedLinkError,
} from '../../src/ucwa';

import { anySignal, FastClock, html, optionsFor, Pool, withAccount } from './support/pool';

const userLink = (href: string): { json: unknown } => ({ json: { _links: { user: { href } } } });

describe('Sign-in of an account', () => {
  describe('Signing in', () => {
    it('goes root, challenge, token, user, application, collection, and no further', async () => {
      await withAccount(async (pool, account) => {
        const me = await account.signIn(anySignal());

        assert.deepEqual(me, {
          name: 'Anna Berg',
          uri: 'sip:annab@contoso.com',
          emailAddresses: ['annab@contoso.com'],
        });
        assert.deepEqual(pool.commands(), [
          'GET /',
          'GET /user',
          'POST /token',
          'GET /user',
          'POST /apps',
          `GET ${pool.app}/my`,
        ]);
      });
    });

    it('sends credentials percent-encoded and the token nowhere but in Authorization', async () => {
      const password = async (): Promise<string> => Promise.resolve('ä +&=%"\\');
      const credentials = { kind: 'password' as const, username: 'CONTOSO\\annab', password };
      await withAccount(
        async (pool, account) => {
          pool.password = 'ä +&=%"\\';

          await account.signIn(anySignal());

          const form = new URLSearchParams(pool.last('POST /token').body);
          assert.deepEqual(Object.fromEntries(form), {
            grant_type: 'password',
            username: 'CONTOSO\\annab',
            password: 'ä +&=%"\\',
          });
          assert.equal(pool.last('POST /token').headers.authorization, undefined);
          assert.equal(pool.requests[1]?.headers.authorization, undefined);
          assert.equal(pool.last('POST /apps').headers.authorization, 'Bearer cwt=SECRET-TOKEN-1');
        },
        { credentials },
      );
    });

    it('names itself when making the application, and insists on revision 2 where the link has it', async () => {
      await withAccount(async (pool, account) => {
        await account.signIn(anySignal());

        const sent = pool.last('POST /apps');
        assert.deepEqual(JSON.parse(sent.body), {
          userAgent: 'Confer/1.0',
          endpointId: 'endpoint-1',
          culture: 'en-US',
        });
        assert.equal(sent.headers['x-ms-requiresminresourceversion'], '2');
      });
    });

    it('makes the application without insisting when the server cannot do revision 2', async () => {
      await withAccount(async (pool, account) => {
        pool.once('POST /apps', { status: 404, json: { code: 'NotFound', subcode: 'APIVersionNotSupported' } });

        await account.signIn(anySignal());

        assert.equal(pool.count('POST /apps'), 2);
        assert.equal(pool.last('POST /apps').headers['x-ms-requiresminresourceversion'], undefined);
      });
    });

    it('happens once for many callers at the same time', async () => {
      await withAccount(async (pool, account) => {
        const signal = anySignal();

        await Promise.all([account.signIn(signal), account.meetings.list(signal), account.signIn(signal)]);

        assert.equal(pool.count('POST /token'), 1);
        assert.equal(pool.count('POST /apps'), 1);
      });
    });

    it('goes on for the others when the caller who began it aborts', async () => {
      await withAccount(async (pool, account) => {
        const first = new AbortController();
        const reason = new RangeError('turn ended');
        pool.once('POST /token', async () => {
          first.abort(reason);
          return Promise.resolve({ json: { access_token: pool.token, expires_in: '3600' } });
        });

        const aborted = account.signIn(first.signal);
        const other = account.signIn(anySignal());

        await assert.rejects(aborted, reason);
        assert.equal((await other).name, 'Anna Berg');
        assert.equal(pool.count('POST /token'), 1);
      });
    });

    it('F-11: posts a refused password once, and again only when it has changed', async () => {
      let password = 'wrong';
      const credentials = {
        kind: 'password' as const,
        username: 'annab@contoso.com',
        password: async () => Promise.resolve(password),
      };
      await withAccount(
        async (pool, account) => {
          const isRefusal = (error: unknown): boolean =>
            error instanceof UcwaAuthenticationError && error.reason === 'invalid_grant';

          await assert.rejects(
            Promise.all([account.signIn(anySignal()), account.meetings.list(anySignal())]),
            isRefusal,
          );
          await assert.rejects(account.signIn(anySignal()), isRefusal);
          assert.equal(pool.count('POST /token'), 1);

          password = pool.password;
          await account.signIn(anySignal());
          assert.equal(pool.count('POST /token'), 2);
        },
        { credentials },
      );
    });

    it('tells which grants are offered when the password is not among them', async () => {
      await withAccount(async (pool, account) => {
        const headers = {
          'www-authenticate': `MsRtcOAuth href="${pool.origin}/token",grant_type="urn:microsoft.rtc:windows"`,
        };
        pool.on('GET /user', { status: 401, headers });

        await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaAuthenticationError);
          assert.equal(error.code, 'authentication.grant-not-offered');
          assert.deepEqual(error.offeredGrants, ['urn:microsoft.rtc:windows']);
          return true;
        });
        assert.equal(pool.count('POST /token'), 0);
      });
    });

    it('says so when only modern authentication is offered', async () => {
      await withAccount(async (pool, account) => {
        const headers = { 'www-authenticate': 'Bearer authorization_uri="https://login.windows.net/common"' };
        pool.on('GET /user', { status: 401, headers });

        await assert.rejects(account.signIn(anySignal()), /does not offer password; it offers modern authentication$/);
      });
    });

    it('posts no password to a token endpoint on a foreign host', async () => {
      await withAccount(async (pool, account) => {
        const headers = { 'www-authenticate': 'MsRtcOAuth href="https://evil.example/token",grant_type="password"' };
        pool.on('GET /user', { status: 401, headers });

        await assert.rejects(
          account.signIn(anySignal()),
          (error: unknown) => error instanceof UntrustedLinkError && error.host === 'evil.example',
        );
      });
    });

    it('F-11: stops when a token just issued is refused', async () => {
      await withAccount(async (pool, account) => {
        pool.on('GET /user', () => pool.challenge());

        await assert.rejects(
          account.signIn(anySignal()),
          (error: unknown) => error instanceof UcwaAuthenticationError && error.reason === 'token-refused',
        );
        assert.equal(pool.count('POST /token'), 1);
      });
    });

    it('repeats a token request that met a server error', async () => {
      await withAccount(async (pool, account) => {
        pool.once('POST /token', { status: 400, json: { error: 'server_error' } }, { status: 503, ...html });

        await account.signIn(anySignal());

        assert.equal(pool.count('POST /token'), 3);
      });
    });

    for (const [name, reply] of [
      ['no applications link', { json: { _links: { self: { href: '/user' } } } }],
      ['403', { status: 403, json: { code: 'Forbidden', message: 'You are not enabled.' } }],
      [
        'diagnostics 28000',
        { status: 403, headers: { 'x-ms-diagnostics': '28000;reason="x"', 'www-authenticate': 'NTLM' } },
      ],
    ] as const) {
      it(`says that the user is not enabled when user answers ${name}`, async () => {
        await withAccount(async (pool, account) => {
          pool.once('GET /user', () => pool.challenge(), reply);

          await assert.rejects(
            account.signIn(anySignal()),
            (error: unknown) => error instanceof UcwaNotEnabledError && error.feature === 'ucwa',
          );
        });
      });
    }
  });

  describe('Signing in on two pools', () => {
    let second: Pool;

    beforeEach(async () => {
      second = await Pool.start();
      second.token = 'cwt=SECRET-TOKEN-2';
    });

    afterEach(async () => {
      await second.stop();
    });

    it('gets a token of its own for the pool of the applications link, naming that pool', async () => {
      await withAccount(async (pool, account) => {
        pool.once('GET /user', () => pool.challenge(), {
          json: { _links: { applications: { href: `${second.origin}/apps` } } },
        });

        await account.meetings.list(anySignal());

        assert.equal(second.requests[0]?.method, 'GET');
        assert.equal(second.requests[0].headers.authorization, undefined);
        assert.equal(new URLSearchParams(second.last('POST /token').body).get('resource'), '127.0.0.1');
        assert.equal(second.last('POST /apps').headers.authorization, 'Bearer cwt=SECRET-TOKEN-2');
        assert.equal(
          second.requests.filter(({ headers }) => (headers.authorization ?? '').includes('TOKEN-1')).length,
          0,
        );
      });
    });

    it('treats the redirect of user as a root and starts again there', async () => {
      await withAccount(async (pool, account) => {
        pool.once('GET /user', () => pool.challenge(), {
          json: { _links: { redirect: { href: `${second.origin}/` } } },
        });

        await account.signIn(anySignal());

        assert.deepEqual(second.commands().slice(0, 5), [
          'GET /',
          'GET /user',
          'POST /token',
          'GET /user',
          'POST /apps',
        ]);
      });
    });

    it('names the pool that a root sends everybody to', async () => {
      await withAccount(async (pool, account) => {
        pool.once('GET /', { json: { _links: { redirect: { href: `${second.origin}/` } } } });

        await account.signIn(anySignal());

        assert.equal(new URLSearchParams(second.last('POST /token').body).get('resource'), '127.0.0.1');
      });
    });

    it('takes 500 with diagnostics 28032 for a refused ticket and asks for a challenge', async () => {
      await withAccount(async (pool, account) => {
        await account.signIn(anySignal());
        pool.token = 'cwt=SECRET-TOKEN-3';
        const headers = {
          'content-type': 'text/html',
          'x-ms-diagnostics': '28032;reason="The web ticket is invalid."',
        };
        pool.once(`GET ${pool.app}/my`, { status: 500, headers, text: '<html>' });

        await account.meetings.list(anySignal());

        assert.equal(pool.last(`GET ${pool.app}/my`).headers.authorization, 'Bearer cwt=SECRET-TOKEN-3');
      });
    });
  });

  describe('Discovering', () => {
    it('follows redirect links to another root', async () => {
      await withAccount(async (pool, account) => {
        pool.once('GET /', { json: { _links: { redirect: { href: '/root2' }, user: { href: '/wrong' } } } });
        pool.on('GET /root2', userLink('/user'));

        await account.signIn(anySignal());

        assert.deepEqual(pool.commands().slice(0, 3), ['GET /', 'GET /root2', 'GET /user']);
      });
    });

    it('stops at the sixth redirect', async () => {
      await withAccount(async (pool, account) => {
        pool.on('GET /', { json: { _links: { redirect: { href: '/r1' } } } });
        for (let n = 1; n < 9; n += 1) {
          pool.on(`GET /r${String(n)}`, { json: { _links: { redirect: { href: `/r${String(n + 1)}` } } } });
        }

        await assert.rejects(account.signIn(anySignal()), UcwaDiscoveryError);
        assert.equal(pool.requests.length, 6);
      });
    });

    it('visits no root twice', async () => {
      await withAccount(async (pool, account) => {
        pool.on('GET /', { json: { _links: { redirect: { href: '/' } } } });

        await assert.rejects(account.signIn(anySignal()), /circle/);
        assert.equal(pool.requests.length, 1);
      });
    });

    it('follows an HTTP redirect on the same host, and not to another domain', async () => {
      await withAccount(async (pool, account) => {
        pool.once(
          'GET /',
          { status: 302, headers: { location: '/moved' } },
          { status: 302, headers: { location: 'https://evil.example/' } },
        );
        pool.on('GET /moved', userLink('/user'));

        await account.signIn(anySignal());

        const other = createUcwaAccount(optionsFor(pool));
        await assert.rejects(other.signIn(anySignal()), /another domain \(evil\.example\)/);
      });
    });

    for (const [name, reply, expected] of [
      ['HTML', html, /not JSON/],
      ['JSON without links', { json: { hello: true } }, /has no links/],
      ['links without user', { json: { _links: { self: { href: '/' } } } }, /has no user link/],
      ['404', { status: 404, ...html }, /answered 404/],
    ] as const) {
      it(`says what is wrong when the root answers ${name}`, async () => {
        await withAccount(async (pool, account) => {
          pool.on('GET /', reply);

          await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
            assert.ok(error instanceof UcwaDiscoveryError);
            assert.equal(error.attempts.length, 1);
            assert.match(error.message, expected);
            return true;
          });
        });
      });
    }

    it('waits as long as a busy root asks, then tries again', async () => {
      await withAccount(async (pool, account) => {
        pool.once('GET /', { status: 503, headers: { 'retry-after': '7' } });

        await account.signIn(anySignal());

        assert.equal(pool.count('GET /'), 2);
      });
    });

    it('tries a root again that answers 408, 429, 502 or 504 for a moment', async () => {
      for (const status of [408, 429, 502, 504]) {
        await withAccount(async (pool, account) => {
          pool.once('GET /', { ...html, status });

          await account.signIn(anySignal());

          assert.equal(pool.count('GET /'), 2, String(status));
        });
      }
    });

    it('tries a root again that drops the connection', async () => {
      await withAccount(async (pool, account) => {
        pool.once('GET /', { cut: true });

        await account.signIn(anySignal());

        assert.equal(pool.count('GET /'), 2);
      });
    });

    it('refuses a document that points outside, by name, and tries nothing else', async () => {
      await withAccount(async (pool, account) => {
        pool.on('GET /', userLink('https://user.evil.example/'));

        await assert.rejects(
          account.signIn(anySignal()),
          (error: unknown) => error instanceof UntrustedLinkError && error.host === 'user.evil.example',
        );
      });
    });

    it('learns its token endpoint anew when that was on a pool that is gone and the token has run out', async () => {
      const director = await Pool.start();
      const clock = new FastClock();
      await withAccount(
        async (pool, account) => {
          pool.once('GET /user', pool.challenge(director.origin));
          await account.signIn(anySignal());
          await director.stop();
          clock.offsetMs += 9 * 3_600_000;

          await account.meetings.list(anySignal());

          assert.equal(pool.count('POST /token'), 1);
        },
        { clock },
      );
    });

    it('F-18: looks for the pool anew when a remembered one answers 502', async () => {
      await withAccount(async (pool, account) => {
        await account.signIn(anySignal());
        pool.on(`GET ${pool.app}`, { status: 404, json: { code: 'NotFound', subcode: 'ApplicationNotFound' } });
        pool.once(`GET ${pool.app}/my`, { status: 404, json: { code: 'NotFound', subcode: 'ApplicationNotFound' } });
        pool.once('POST /apps', { status: 502, ...html }, { status: 502, ...html }, { status: 502, ...html });

        await account.meetings.list(anySignal());

        assert.equal(pool.count('GET /'), 2);
      });
    });

    it('passes on the error of a server that cannot make applications', async () => {
      await withAccount(async (pool, account) => {
        pool.on('POST /apps', {
          status: 400,
          json: { code: 'BadRequest', parameters: [{ name: 'culture', reason: 'bad' }] },
        });

        await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaResponseError);
          assert.deepEqual(error.parameters, [{ name: 'culture', reason: 'bad' }]);
          return true;
        });
      });
    });
  });
});
