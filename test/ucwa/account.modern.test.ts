import assert from 'node:assert/strict';

import {
  type ModernCredentials,
  type ModernToken,
  type ModernTokenRequest,
  type StateInfo,
  UcwaApplicationGoneError,
  UcwaAuthenticationError,
  UcwaResponseError,
} from '../../src/ucwa';

import { annab, anySignal, FastClock, html, type Pool, type Reply, withAccount } from './support/pool';

const authorizationUri = 'https://login.contoso.com/common/oauth2/authorize';
const bearer = `Bearer trusted_issuers="", client_id="0004", authorization_uri="${authorizationUri}"`;

/** What a caller's own way to the authority throws. */
class ConsentNeededError extends Error {}

/** Stands for the authority: hands out `token`, or fails; `asked` is what for. */
class Authority {
  readonly asked: ModernTokenRequest[] = [];
  token = 'SECRET-ACCESS-1';
  lifeMs = 3_600_000;
  failure: Error | undefined;
  readonly credentials: ModernCredentials;
  readonly #clock: FastClock;

  constructor(clock: FastClock) {
    this.#clock = clock;
    this.credentials = { kind: 'modern', token: this.#give.bind(this) };
  }

  async #give(request: ModernTokenRequest): Promise<ModernToken> {
    this.asked.push(request);
    if (this.failure !== undefined) throw this.failure;
    return Promise.resolve({ token: this.token, expiresAt: this.#clock.now() + this.lifeMs });
  }
}

function refusal(status: number, diagnostics: string, challenge?: string): Reply {
  const more = challenge === undefined ? {} : { 'www-authenticate': challenge };
  return { ...html, status, headers: { 'content-type': 'text/html', 'x-ms-diagnostics': diagnostics, ...more } };
}

const grantRefusals: readonly [string, Reply][] = [
  ['unsupported_grant_type', { status: 400, json: { error: 'unsupported_grant_type' } }],
  ['28029', refusal(403, '28029;reason="The grant is not allowed."')],
];

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const claimsForms: readonly [string, string][] = [
  ['base64', Buffer.from(claims).toString('base64')],
  ['base64url', Buffer.from(claims).toString('base64url')],
  ['plain text', claims.replaceAll('"', '\\"')],
];

describe('Sign-in with modern authentication', () => {
  let clock: FastClock;
  let authority: Authority;

  beforeEach(() => {
    clock = new FastClock();
    authority = new Authority(clock);
  });

  type Test = Parameters<typeof withAccount>[0];

  /** An account that signs in with modern authentication and nothing else, on a pool that offers it beside Windows. */
  async function withModern(test: Test, changes: NonNullable<Parameters<typeof withAccount>[1]> = {}): Promise<void> {
    await withAccount(
      async (pool, account) => {
        pool.token = authority.token;
        pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="urn:microsoft.rtc:windows"`];
        await test(pool, account);
      },
      { credentials: authority.credentials, clock, ...changes },
    );
  }

  /** From now on the pool takes no other token than this one. */
  function rotate(pool: Pool, token: string): void {
    pool.token = token;
    authority.token = token;
  }

  function isRefused(error: unknown): error is UcwaAuthenticationError {
    return error instanceof UcwaAuthenticationError && error.reason === 'token-refused';
  }

  describe('Getting tokens', () => {
    it('asks for one whose audience is the host, and posts nothing to the token endpoint', async () => {
      await withModern(async (pool, account) => {
        await account.signIn(anySignal());

        assert.deepEqual(authority.asked, [{ resource: pool.origin, authorizationUri }]);
        assert.equal(pool.last('POST /apps').headers.authorization, 'Bearer SECRET-ACCESS-1');
        assert.equal(pool.count('POST /token'), 0);
      });
    });

    it('asks once for many callers', async () => {
      await withModern(async (_pool, account) => {
        const signal = anySignal();

        await Promise.all([account.signIn(signal), account.meetings.list(signal), account.signIn(signal)]);

        assert.equal(authority.asked.length, 1);
      });
    });

    it('takes http for an authority on this machine, when the root is there too', async () => {
      await withModern(async (pool, account) => {
        pool.challenges = ['Bearer authorization_uri="http://127.0.0.1:1/authorize"'];

        await account.signIn(anySignal());

        assert.equal(authority.asked[0]?.authorizationUri, 'http://127.0.0.1:1/authorize');
      });
    });

    it('passes on what the authority made of it, unchanged, after one try', async () => {
      await withModern(async (pool, account) => {
        authority.failure = new ConsentNeededError('AADSTS65001');

        await assert.rejects(account.signIn(anySignal()), authority.failure);

        assert.equal(authority.asked.length, 1);
        assert.deepEqual(pool.commands(), ['GET /', 'GET /user']);
      });
    });

    for (const [name, token, lifeMs] of [
      ['is over', 'x', 0],
      ['never was', 'x', NaN],
      ['cannot be a header', 'SECRET\r\nX: y', 60_000],
      ['is empty', '', 60_000],
    ] as const) {
      it(`sends no token that ${name}`, async () => {
        await withModern(async (pool, account) => {
          Object.assign(authority, { token, lifeMs });

          await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
            assert.ok(error instanceof UcwaAuthenticationError);
            assert.equal(error.code, 'authentication.token-unusable');
            assert.doesNotMatch(error.message, /SECRET/);
            return true;
          });
          assert.equal(pool.requests.filter(({ headers }) => headers.authorization !== undefined).length, 0);
        });
      });
    }
  });

  describe('Choosing the way', () => {
    it('is used where it comes first, although a password would do', async () => {
      await withModern(
        async (pool, account) => {
          pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="password"`];

          await account.signIn(anySignal());

          assert.equal(authority.asked.length, 1);
          assert.equal(pool.count('POST /token'), 0);
        },
        { credentials: [authority.credentials, annab] },
      );
    });

    for (const uri of [
      '',
      'file://client/common/oauth2/authorize',
      'http://login.contoso.com/',
      'https://a:b@login/',
    ]) {
      it(`gives way to the password where authorization_uri is "${uri}"`, async () => {
        await withModern(
          async (pool, account) => {
            pool.challenges = [
              `Bearer authorization_uri="${uri}"`,
              `MsRtcOAuth href="${pool.origin}/token",grant_type="password"`,
            ];

            await account.signIn(anySignal());

            assert.equal(authority.asked.length, 0);
            assert.equal(pool.count('POST /token'), 1);
          },
          { credentials: [authority.credentials, annab] },
        );
      });
    }

    for (const [name, reply] of grantRefusals) {
      it(`comes next when the token endpoint answers the password with ${name}`, async () => {
        await withModern(
          async (pool, account) => {
            pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="password"`];
            pool.on('POST /token', reply);

            await account.signIn(anySignal());

            assert.equal(pool.count('POST /token'), 1);
            assert.equal(authority.asked.length, 1);
          },
          { credentials: [annab, authority.credentials] },
        );
      });
    }

    it('stays the way of a host whose token endpoint refused the password, also when it renews', async () => {
      authority.lifeMs = 600_000;
      await withModern(
        async (pool, account) => {
          pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="password"`];
          pool.on('POST /token', { status: 400, json: { error: 'unsupported_grant_type' } });
          await account.signIn(anySignal());
          clock.offsetMs = 481_000;

          await account.meetings.list(anySignal());

          assert.equal(authority.asked.length, 2);
          assert.equal(pool.count('POST /token'), 1);
        },
        { credentials: [annab, authority.credentials] },
      );
    });

    it('does not come next when the password is wrong', async () => {
      await withModern(
        async (pool, account) => {
          pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="password"`];
          pool.password = 'another';

          await assert.rejects(
            account.signIn(anySignal()),
            (error: unknown) => error instanceof UcwaAuthenticationError && error.reason === 'invalid_grant',
          );
          assert.equal(authority.asked.length, 0);
        },
        { credentials: [annab, authority.credentials] },
      );
    });

    it('names wanted and offered ways when none fits', async () => {
      await withModern(
        async (pool, account) => {
          const all = 'urn:microsoft.rtc:windows,urn:microsoft.rtc:passive,urn:microsoft.rtc:anonmeeting,urn:other';
          pool.challenges = ['Negotiate', 'NTLM', `MsRtcOAuth href="${pool.origin}/token",grant_type="${all}"`];

          await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
            assert.ok(error instanceof UcwaAuthenticationError);
            assert.equal(error.code, 'authentication.grant-not-offered');
            assert.equal(
              error.message,
              `${new URL(pool.origin).host} does not offer modern authentication or password; it offers ` +
                'Windows (NTLM/Negotiate), passive (browser) sign-in, anonymous meeting join and urn:other',
            );
            assert.deepEqual(error.offeredGrants, all.split(','));
            return true;
          });
          assert.equal(pool.count('POST /token'), 0);
        },
        { credentials: [authority.credentials, annab] },
      );
    });

    it('says so when a server names no way at all', async () => {
      await withModern(async (pool, account) => {
        pool.challenges = ['Basic realm="proxy"'];

        await assert.rejects(
          account.signIn(anySignal()),
          (error: unknown) => error instanceof UcwaAuthenticationError && error.reason === 'challenge-missing',
        );
      });
    });
  });

  describe('Renewing before the end', () => {
    it('happens at 80 % of the life of a short token', async () => {
      authority.lifeMs = 600_000;
      await withModern(async (pool, account) => {
        await account.signIn(anySignal());

        clock.offsetMs = 479_000;
        await account.meetings.list(anySignal());
        assert.equal(authority.asked.length, 1);
        clock.offsetMs = 481_000;
        rotate(pool, 'SECRET-ACCESS-2');
        await account.meetings.list(anySignal());

        assert.equal(authority.asked.length, 2);
        assert.equal(pool.last(`GET ${pool.app}/my`).headers.authorization, 'Bearer SECRET-ACCESS-2');
      });
    });

    it('uses the old token while the authority fails, asking once a minute', async () => {
      authority.lifeMs = 600_000;
      await withModern(async (_pool, account) => {
        await account.signIn(anySignal());
        authority.failure = new ConsentNeededError('AADSTS65001');

        clock.offsetMs = 481_000;
        for (let n = 0; n < 5; n += 1) await account.meetings.list(anySignal());
        assert.equal(authority.asked.length, 2);
        clock.offsetMs = 542_000;
        await account.meetings.list(anySignal());

        assert.equal(authority.asked.length, 3);
      });
    });

    it('passes on the failure of the authority once the token is over, and recovers with it', async () => {
      authority.lifeMs = 600_000;
      await withModern(async (pool, account) => {
        await account.signIn(anySignal());
        authority.failure = new ConsentNeededError('AADSTS65001');
        clock.offsetMs = 601_000;

        await assert.rejects(account.meetings.list(anySignal()), authority.failure);
        authority.failure = undefined;
        rotate(pool, 'SECRET-ACCESS-2');

        assert.deepEqual(await account.meetings.list(anySignal()), []);
      });
    });

    it('makes the application anew when the event channel could not get a token', async () => {
      const states: StateInfo[] = [];
      let tellLost: () => void = () => undefined;
      const lost = new Promise<void>((resolve) => {
        tellLost = resolve;
      });
      const onState = (state: StateInfo): void => {
        states.push(state);
        if (state.state === 'application-lost') tellLost();
      };
      await withModern(
        async (pool, account) => {
          await account.signIn(anySignal());
          authority.failure = new ConsentNeededError('SECRET of the caller');
          rotate(pool, 'SECRET-ACCESS-2');
          pool.push([]); // the next P-GET meets the new token
          await lost;

          await assert.rejects(account.signIn(anySignal()), authority.failure);
          authority.failure = undefined;
          await account.signIn(anySignal());

          assert.equal(pool.last('POST /apps').headers.authorization, 'Bearer SECRET-ACCESS-2');
          assert.doesNotMatch(JSON.stringify(states), /SECRET/);
        },
        { hooks: { onState } },
      );
    });

    it('ends a start whose event channel could not get a token', async () => {
      await withModern(async (pool, account) => {
        pool.on(`POST ${pool.app}/start`, () => {
          authority.failure = new ConsentNeededError('x');
          pool.token = 'SECRET-ACCESS-2';
          pool.push([]);
          return { status: 201, headers: { location: `${pool.app}/invitation` } };
        });

        await assert.rejects(account.startOnlineMeeting({}, anySignal()), UcwaApplicationGoneError);
      });
    });
  });

  describe('A refused token', () => {
    for (const [name, code, challenge] of [
      ['invalid', '28055', bearer],
      ['over', '28056', bearer],
      ['meant for another audience', '28077', bearer],
      ['invalid, by a server that makes no challenge', '28055', undefined],
    ] as const) {
      it(`is replaced once when it is ${name}`, async () => {
        await withModern(async (pool, account) => {
          await account.signIn(anySignal());
          rotate(pool, 'SECRET-ACCESS-2');
          pool.once(`GET ${pool.app}/my`, refusal(403, `${code};reason="x"`, challenge));

          await account.meetings.list(anySignal());

          assert.equal(pool.last(`GET ${pool.app}/my`).headers.authorization, 'Bearer SECRET-ACCESS-2');
          assert.equal(authority.asked.length, 2);
        });
      });

      it(`ends in a clear error when the next one is ${name} too`, async () => {
        await withModern(async (pool, account) => {
          pool.on(`GET ${pool.app}/my`, refusal(403, `${code};reason="x"`, challenge));
          await account.signIn(anySignal());
          const before = authority.asked.length;

          await assert.rejects(account.meetings.list(anySignal()), (error: unknown) => {
            assert.ok(isRefused(error));
            assert.match(error.message, new RegExp(`refused a new token \\(X-Ms-diagnostics ${code}\\)$`));
            assert.equal(error.diagnostics?.code, Number(code));
            return true;
          });
          assert.equal(authority.asked.length, before + 1);
        });
      });
    }

    for (const [name, written] of claimsForms) {
      it(`leads to one that satisfies the claims, written in ${name}`, async () => {
        await withModern(async (pool, account) => {
          await account.signIn(anySignal());
          const challenge = `Bearer error="insufficient_claims", claims="${written}"`;
          pool.once(`GET ${pool.app}/my`, refusal(401, '28055', challenge));

          await account.meetings.list(anySignal());

          assert.deepEqual(authority.asked[1], { resource: pool.origin, authorizationUri, claims });
        });
      });
    }

    it('says so when the new one does not satisfy the claims either', async () => {
      await withModern(async (pool, account) => {
        await account.signIn(anySignal());
        const challenge = `${bearer}, error="insufficient_claims", claims="${btoa(claims)}"`;
        pool.on(`GET ${pool.app}/my`, refusal(401, 'none', challenge));

        await assert.rejects(account.meetings.list(anySignal()), (error: unknown) => {
          assert.ok(isRefused(error));
          assert.match(error.message, /still demands claims/);
          return true;
        });
        assert.equal(authority.asked.length, 2);
      });
    });

    it('leads to a new one without claims when the server names none', async () => {
      await withModern(async (pool, account) => {
        await account.signIn(anySignal());
        pool.once(`GET ${pool.app}/my`, refusal(401, 'none', 'Bearer error="insufficient_claims"'));

        await account.meetings.list(anySignal());

        assert.deepEqual(authority.asked[1], { resource: pool.origin, authorizationUri });
      });
    });

    for (const [name, headers] of [
      ['by itself', {}],
      ['beside a challenge', { 'www-authenticate': bearer }],
      ['beside a challenge about the scope', { 'www-authenticate': 'Bearer error="insufficient_scope"' }],
    ] as const) {
      it(`is not what a 403 of UCWA ${name} is about: the scope is missing`, async () => {
        await withModern(async (pool, account) => {
          await account.signIn(anySignal());
          pool.on(`GET ${pool.app}/my`, { status: 403, headers, json: { code: 'Forbidden', subcode: 'None' } });

          await assert.rejects(
            account.meetings.list(anySignal()),
            (error: unknown) => error instanceof UcwaResponseError && error.status === 403,
          );
          assert.equal(authority.asked.length, 1);
        });
      });
    }

    it('is not what a 403 without a body is about when the challenge speaks of the scope', async () => {
      await withModern(async (pool, account) => {
        await account.signIn(anySignal());
        pool.on(`GET ${pool.app}/my`, refusal(403, 'none', 'Bearer error="insufficient_scope"'));

        await assert.rejects(account.meetings.list(anySignal()), UcwaResponseError);
        assert.equal(authority.asked.length, 1);
      });
    });
  });
});
