import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { createUcwaAccount, type ModernToken, type UcwaAccount } from '../../src/ucwa';
import { AccessToken } from '../../src/ucwa/access-token';

import { anySignal, html, optionsFor, Pool, type Reply } from './support/pool';

const secret = /SECRET|U0VDUkVU/;

function print(value: unknown): string {
  return inspect(value, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(value) + String(value);
}

describe('Secrets', () => {
  describe('What can be printed', () => {
    let pool: Pool;
    let account: UcwaAccount;
    let heard: unknown[];

    beforeEach(async () => {
      pool = await Pool.start();
      heard = [];
      const listen = (info: unknown): void => {
        heard.push(info);
      };
      account = createUcwaAccount({
        ...optionsFor(pool, {
          credentials: {
            kind: 'password',
            username: 'annab@contoso.com',
            password: async () => Promise.resolve(pool.password),
          },
        }),
        timeouts: { requestMs: 200, operationMs: 400 },
        hooks: { onRequest: listen, onResponse: listen, onRetry: listen, onEvents: listen, onState: listen },
      });
    });

    afterEach(async () => {
      await account.close(anySignal()).catch(() => undefined);
      await pool.stop();
    });

    async function failureOf(work: Promise<unknown>): Promise<unknown> {
      return work.then(
        () => assert.fail('It should have failed'),
        (error: unknown) => error,
      );
    }

    const failures: [string, string, Reply][] = [
      ['a cut connection', 'GET /my', { cut: true }],
      ['a timeout', 'GET /my', { hang: true }],
      ['HTML that repeats the token', 'GET /my', { ...html, text: '<html>SECRET</html>' }],
      ['an error with a body that repeats the token', 'GET /my', { status: 500, ...html, text: 'cwt=SECRET-TOKEN-1' }],
      [
        'a UCWA error',
        'GET /my',
        { status: 403, json: { code: 'Forbidden', subcode: 'None', debugInfo: { x: 'SECRET' } } },
      ],
      ['broken JSON', 'GET /my', { headers: { 'content-type': 'application/json' }, text: '{"SECRET' }],
      ['a token endpoint that cuts', 'POST /token', { cut: true }],
      ['a token endpoint that hangs', 'POST /token', { hang: true }],
      [
        'a token endpoint that repeats the password',
        'POST /token',
        { status: 400, json: { error: 'invalid_grant', error_description: 'SECRET-PASSWORD' } },
      ],
      ['a token that cannot be a header', 'POST /token', { json: { access_token: 'SECRET\r\nX: 1', expires_in: 5 } }],
    ];
    for (const [name, route, reply] of failures) {
      it(`shows no secret after ${name}`, async () => {
        const [method, path = ''] = route.split(' ');
        pool.on(`${String(method)} ${path === '/my' ? `${pool.app}/my` : path}`, reply);

        const error = await failureOf(account.meetings.list(anySignal()));

        assert.ok(error instanceof Error);
        assert.doesNotMatch(print(error), secret);
        assert.doesNotMatch(print(account), secret);
        assert.doesNotMatch(print(heard), secret);
      });
    }

    it('shows neither token nor password of a working account', async () => {
      await account.meetings.list(anySignal());
      await account.meetings.list(anySignal());

      assert.ok(heard.length > 10);
      assert.doesNotMatch(print(account) + print(account.meetings) + print(heard), secret);
    });

    it('shows no access token and no claims after the last one was refused', async () => {
      const token = async (): Promise<ModernToken> =>
        Promise.resolve({ token: 'SECRET-ACCESS', expiresAt: Date.now() + 60_000 });
      const modern = createUcwaAccount(optionsFor(pool, { credentials: { kind: 'modern', token } }));
      const claims = Buffer.from('{"access_token":{"SECRET":1}}').toString('base64');
      pool.challenges = [`Bearer authorization_uri="https://login.contoso.com/", claims="${claims}"`];

      const error = await failureOf(modern.signIn(anySignal()));

      assert.ok(error instanceof Error);
      assert.doesNotMatch(print(error) + print(modern), secret);
      assert.doesNotMatch(print(error), new RegExp(claims));
      await modern.close(anySignal());
    });

    it('does not show the value of a token', () => {
      const token = new AccessToken('cwt=SECRET', 1_000, 0);

      assert.doesNotMatch(print(token), secret);
      assert.equal(token.authorization(), 'Bearer cwt=SECRET');
    });
  });

  describe('An access token', () => {
    it('is refreshed at 80 % of its life, or five minutes before its end where that is later', () => {
      assert.equal(new AccessToken('x', 600_000, 0).refreshAt, 480_000);
      assert.equal(new AccessToken('x', 28_800_000, 0).refreshAt, 28_500_000);
    });
  });
});
