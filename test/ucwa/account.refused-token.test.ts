import assert from 'node:assert/strict';

import { UcwaAuthenticationError, UcwaNotEnabledError, UcwaResponseError } from '../../src/ucwa';

import { Authority, authorizationUri, bearer, refusal, withModern } from './support/authority';
import { anySignal, type Reply, withAccount } from './support/pool';

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const claimsForms: readonly [string, string][] = [
  ['base64', Buffer.from(claims).toString('base64')],
  ['base64url', Buffer.from(claims).toString('base64url')],
  ['plain text', claims.replaceAll('"', '\\"')],
];

function isRefused(error: unknown): error is UcwaAuthenticationError {
  return error instanceof UcwaAuthenticationError && error.reason === 'token-refused';
}

describe('A refused access token', () => {
  let authority: Authority;

  beforeEach(() => {
    authority = new Authority();
  });

  for (const [name, code, challenge] of [
    ['invalid', '28055', bearer],
    ['over', '28056', bearer],
    ['meant for another audience', '28077', bearer],
    ['invalid, by a server that makes no challenge', '28055', undefined],
  ] as const) {
    it(`is replaced once when it is ${name}`, async () => {
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());
        authority.rotate(pool, 'SECRET-ACCESS-2');
        pool.once(`GET ${pool.app}/my`, refusal(403, `${code};reason="x"`, challenge));

        await account.meetings.list(anySignal());

        assert.equal(pool.last(`GET ${pool.app}/my`).headers.authorization, 'Bearer SECRET-ACCESS-2');
        assert.equal(authority.asked.length, 2);
      });
    });

    it(`ends in a clear error when the next one is ${name} too`, async () => {
      await withModern(authority, async (pool, account) => {
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

  for (const [code, words] of [
    ['28000', /is not enabled for UCWA/],
    ['28081', /knows nobody by the name in the access token/],
  ] as const) {
    it(`is not replaced when the server says with ${code} that it is the user who does not fit`, async () => {
      await withModern(authority, async (pool, account) => {
        pool.once('GET /user', () => pool.challenge(), refusal(403, `${code};reason="x"`, bearer));

        await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaNotEnabledError);
          assert.equal(error.feature, 'ucwa');
          assert.match(error.message, words);
          return true;
        });
        assert.equal(authority.asked.length, 1);
      });
    });
  }

  for (const [name, written] of claimsForms) {
    it(`leads to one that satisfies the claims, written in ${name}`, async () => {
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());
        const challenge = `Bearer error="insufficient_claims", claims="${written}"`;
        pool.once(`GET ${pool.app}/my`, refusal(401, '28055', challenge));

        await account.meetings.list(anySignal());

        assert.deepEqual(authority.asked[1], { resource: pool.origin, authorizationUri, claims });
      });
    });
  }

  it('says so when the new one does not satisfy the claims either', async () => {
    await withModern(authority, async (pool, account) => {
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

  it('leads to one that satisfies the claims, although an early renewal has replaced it meanwhile', async () => {
    authority.lifeMs = 600_000;
    await withModern(authority, async (pool, account) => {
      await account.signIn(anySignal());
      const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`;
      // The refusal of the first token comes after somebody else has renewed it; the second one is refused too.
      pool.once(
        `GET ${pool.app}/my`,
        async () => {
          authority.clock.offsetMs = 481_000;
          await account.meetings.list(anySignal());
          return refusal(401, 'none', challenge);
        },
        { json: { rel: 'myOnlineMeetings', _links: {} } },
      );

      await account.meetings.list(anySignal());

      assert.deepEqual(
        authority.asked.map((request) => request.claims),
        [undefined, undefined, claims],
      );
    });
  });

  it('leads to one that satisfies the claims, although a renewal without them is under way', async () => {
    authority.lifeMs = 600_000;
    await withModern(authority, async (pool, account) => {
      await account.signIn(anySignal());
      const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`;
      let other: Promise<unknown> = Promise.resolve();
      pool.once(`GET ${pool.app}/my`, async () => {
        authority.clock.offsetMs = 481_000;
        const renewing = authority.hold();
        other = account.meetings.list(anySignal());
        await renewing;
        setTimeout(authority.release.bind(authority), 20);
        return refusal(401, 'none', challenge);
      });

      await Promise.all([account.meetings.list(anySignal()), other]);
      await other;

      assert.deepEqual(
        authority.asked.map((request) => request.claims),
        [undefined, undefined, claims],
      );
    });
  });

  it('leads to a new one without claims when the server names none', async () => {
    await withModern(authority, async (pool, account) => {
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
      await withModern(authority, async (pool, account) => {
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
    await withModern(authority, async (pool, account) => {
      await account.signIn(anySignal());
      pool.on(`GET ${pool.app}/my`, refusal(403, 'none', 'Bearer error="insufficient_scope"'));

      await assert.rejects(account.meetings.list(anySignal()), UcwaResponseError);
      assert.equal(authority.asked.length, 1);
    });
  });

  describe('that ran out between being obtained and being used', () => {
    /** A server that refuses what comes after this time, because the token that came with it is over by then. */
    function late(ms: number): () => Reply {
      return () => {
        authority.clock.offsetMs += ms;
        return refusal(401, '28033;reason="The web ticket has expired."');
      };
    }

    beforeEach(() => {
      authority.lifeMs = 30_000;
    });

    it('is replaced once more', async () => {
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());
        const before = authority.asked.length;
        pool.once(`GET ${pool.app}/my`, late(0), late(30_000));

        await account.meetings.list(anySignal());

        assert.equal(authority.asked.length, before + 2);
      });
    });

    it('is not replaced a third time', async () => {
      await withModern(authority, async (pool, account) => {
        await account.signIn(anySignal());
        const before = authority.asked.length;
        pool.on(`GET ${pool.app}/my`, late(30_000));

        await assert.rejects(account.meetings.list(anySignal()), isRefused);

        assert.equal(authority.asked.length, before + 2);
        assert.equal(pool.count(`GET ${pool.app}/my`), 1 + 3);
      });
    });

    it('is taken to run out when the server began to count, not when its answer came', async () => {
      await withAccount(
        async (pool, account) => {
          pool.tokenLifeSec = 30;
          await account.signIn(anySignal());
          pool.once('POST /token', () => {
            authority.clock.offsetMs += 20_000;
            return { json: { access_token: pool.token, expires_in: 30, token_type: 'Bearer' } };
          });
          pool.once(`GET ${pool.app}/my`, late(0), late(10_000));

          await account.meetings.list(anySignal());

          assert.equal(pool.count('POST /token'), 3);
        },
        { clock: authority.clock },
      );
    });
  });
});
