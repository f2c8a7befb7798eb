import assert from 'node:assert/strict';

import { type StateInfo, UcwaApplicationGoneError, UcwaAuthenticationError, UcwaError } from '../../src/ucwa';

import { Authority, authorizationUri, bearer, ConsentNeededError, refusal, withModern } from './support/authority';
import { annab, anySignal, type Reply } from './support/pool';

const grantRefusals: readonly [string, Reply][] = [
  ['unsupported_grant_type', { status: 400, json: { error: 'unsupported_grant_type' } }],
  ['28029', refusal(403, '28029;reason="The grant is not allowed."')],
];

function ignoreUcwa(error: unknown): void {
  if (!(error instanceof UcwaError)) throw error;
}

describe('Sign-in with modern authentication', () => {
  let authority: Authority;

  beforeEach(() => {
    authority = new Authority();
  });

  describe('Getting tokens', () => {
    it('asks for one whose audience is the host, and posts nothing to the token endpoint', async () => {
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());

        assert.deepEqual(authority.asked, [{ resource: pool.origin, authorizationUri }]);
        assert.equal(pool.last('POST /apps').headers.authorization, 'Bearer SECRET-ACCESS-1');
        assert.equal(pool.count('POST /token'), 0);
      });
    });

    it('asks once for many callers', async () => {
      await withModern(authority, async (_pool, account) => {
        const signal = anySignal();

        await Promise.all([account.signIn(signal), account.meetings.list(signal), account.signIn(signal)]);

        assert.equal(authority.asked.length, 1);
      });
    });

    it('takes http for an authority on this machine, when the root is there too', async () => {
      await withModern(authority, async (pool, account) => {
        pool.challenges = ['Bearer authorization_uri="http://127.0.0.1:1/authorize"'];

        await account.signIn(anySignal());

        assert.equal(authority.asked[0]?.authorizationUri, 'http://127.0.0.1:1/authorize');
      });
    });

    it('passes on what the authority made of it, unchanged, after one try', async () => {
      await withModern(authority, async (pool, account) => {
        authority.failure = new ConsentNeededError('AADSTS65001');

        await assert.rejects(account.signIn(anySignal()), authority.failure);

        assert.equal(authority.asked.length, 1);
        assert.deepEqual(pool.commands(), ['GET /', 'GET /user']);
      });
    });

    it('does not wait for an authority that never answers, and asks again', async () => {
      await withModern(
        authority,
        async (_pool, account) => {
          void authority.hold();
          await assert.rejects(account.signIn(anySignal()), UcwaError);
          authority.forget();

          while (authority.asked.length < 2) await account.signIn(anySignal()).catch(ignoreUcwa);

          assert.equal((await account.signIn(anySignal())).name, 'Anna Berg');
        },
        { timeouts: { operationMs: 100 } },
      );
    });

    for (const [name, token, lifeMs] of [
      ['is over', 'x', 0],
      ['never was', 'x', NaN],
      ['cannot be a header', 'SECRET\r\nX: y', 60_000],
      ['is empty', '', 60_000],
    ] as const) {
      it(`sends no token that ${name}`, async () => {
        await withModern(authority, async (pool, account) => {
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
        authority,
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
          authority,
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
          authority,
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
        authority,
        async (pool, account) => {
          pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="password"`];
          pool.on('POST /token', { status: 400, json: { error: 'unsupported_grant_type' } });
          await account.signIn(anySignal());
          authority.clock.offsetMs = 481_000;

          await account.meetings.list(anySignal());

          assert.equal(authority.asked.length, 2);
          assert.equal(pool.count('POST /token'), 1);
        },
        { credentials: [annab, authority.credentials] },
      );
    });

    it('does not come next when the password is wrong', async () => {
      await withModern(
        authority,
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
        authority,
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
      await withModern(authority, async (pool, account) => {
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
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());

        authority.clock.offsetMs = 479_000;
        await account.meetings.list(anySignal());
        assert.equal(authority.asked.length, 1);
        authority.clock.offsetMs = 481_000;
        authority.rotate(pool, 'SECRET-ACCESS-2');
        await account.meetings.list(anySignal());

        assert.equal(authority.asked.length, 2);
        assert.equal(pool.last(`GET ${pool.app}/my`).headers.authorization, 'Bearer SECRET-ACCESS-2');
      });
    });

    it('uses the old token while the authority fails, asking once a minute', async () => {
      authority.lifeMs = 600_000;
      await withModern(authority, async (_pool, account) => {
        await account.signIn(anySignal());
        authority.failure = new ConsentNeededError('AADSTS65001');

        authority.clock.offsetMs = 481_000;
        for (let n = 0; n < 5; n += 1) await account.meetings.list(anySignal());
        assert.equal(authority.asked.length, 2);
        authority.clock.offsetMs = 542_000;
        await account.meetings.list(anySignal());

        assert.equal(authority.asked.length, 3);
      });
    });

    it('passes on the failure of the authority once the token is over, and recovers with it', async () => {
      authority.lifeMs = 600_000;
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());
        authority.failure = new ConsentNeededError('AADSTS65001');
        authority.clock.offsetMs = 601_000;

        await assert.rejects(account.meetings.list(anySignal()), authority.failure);
        authority.failure = undefined;
        authority.rotate(pool, 'SECRET-ACCESS-2');

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
        authority,
        async (pool, account) => {
          await account.signIn(anySignal());
          authority.failure = new ConsentNeededError('SECRET of the caller');
          authority.rotate(pool, 'SECRET-ACCESS-2');
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
      await withModern(authority, async (pool, account) => {
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
});
