import assert from 'node:assert/strict';

import type { GetTokenOptions, TokenCredential } from '@azure/identity';

import { BotCredentials } from '../../../src/adapters/identity/bot-credentials';

const APP_ID = '11111111-2222-3333-4444-555555555555';
const TENANT_ID = '22222222-2222-3333-4444-555555555555';
const AUTHORITY = 'https://login.microsoftonline.com';
const SECRET = { kind: 'secret', appId: APP_ID, tenantId: TENANT_ID, secret: 's' } as const;

const IDENTITIES = (
  [
    SECRET,
    { kind: 'certificate', appId: APP_ID, tenantId: TENANT_ID, certificatePath: 'app.pem' },
    { kind: 'managedIdentity', appId: APP_ID, tenantId: TENANT_ID },
  ] as const
).map((identity) => ({ kind: identity.kind, identity }));

/** A directory that hands out one token, and remembers what it was asked. */
class FakeDirectory implements TokenCredential {
  readonly asked: { scope: string | string[]; timeout: number | undefined }[] = [];

  async getToken(scope: string | string[], options?: GetTokenOptions) {
    this.asked.push({ scope, timeout: options?.requestOptions?.timeout });
    return Promise.resolve({ token: 't-1', expiresOnTimestamp: 4_000_000_000_000 });
  }
}

/** Signs a request and gives back its authorization. */
async function signed(credentials: BotCredentials, audience?: string): Promise<string | undefined> {
  const headers = new Map<string, string>();
  const signer = await credentials.createCredentials(APP_ID, audience);
  await signer.signRequest({ headers } as never);
  return headers.get('authorization');
}

describe('BotCredentials', () => {
  it('sign a request with a token for the Bot Connector, asked for with a time limit', async () => {
    const directory = new FakeDirectory();

    const authorization = await signed(
      new BotCredentials(SECRET, AUTHORITY, directory),
      'https://api.botframework.com',
    );

    assert.equal(authorization, 'Bearer t-1');
    assert.deepEqual(directory.asked, [{ scope: 'https://api.botframework.com/.default', timeout: 10_000 }]);
  });

  it('take the Bot Connector for the audience when none is named, and a scope as it is', async () => {
    const directory = new FakeDirectory();
    const credentials = new BotCredentials(SECRET, AUTHORITY, directory);

    await signed(credentials);
    await signed(credentials, 'https://api.botframework.us/.default');

    assert.deepEqual(
      directory.asked.map(({ scope }) => scope),
      ['https://api.botframework.com/.default', 'https://api.botframework.us/.default'],
    );
  });

  it('know their own app id only', async () => {
    const credentials = new BotCredentials(SECRET, AUTHORITY, new FakeDirectory());

    assert.equal(await credentials.isValidAppId(APP_ID), true);
    assert.equal(await credentials.isValidAppId(TENANT_ID), false);
    assert.equal(await credentials.isValidAppId(''), false);
    assert.equal(await credentials.isAuthenticationDisabled(), false);
  });

  it('sign nothing in local mode, where nobody has an app id', async () => {
    const credentials = new BotCredentials({ kind: 'local' }, AUTHORITY);

    assert.equal(await signed(credentials), undefined);
    assert.equal(await credentials.isAuthenticationDisabled(), true);
    assert.equal(await credentials.isValidAppId(''), false);
  });

  it('fail the request when the directory does', async () => {
    const directory: TokenCredential = { getToken: async () => Promise.reject(new TypeError('no token')) };

    await assert.rejects(signed(new BotCredentials(SECRET, AUTHORITY, directory)), /no token/u);
  });

  for (const { kind, identity } of IDENTITIES) {
    it(`can be made without asking anybody: ${kind}`, async () => {
      assert.equal(await new BotCredentials(identity, AUTHORITY).isValidAppId(APP_ID), true);
    });
  }
});
