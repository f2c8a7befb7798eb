import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import type { TokenCredential } from '@azure/identity';

import { BotCredentials, type BotCredentialsDeps } from '../../../src/adapters/identity/bot-credentials';
import { AuthorityDouble, CLIENT, SECRET, SENTENCE, TENANT } from '../../support/authority';
import { RecordingLogger } from '../../support/recording-logger';

const HOUR_MS = 3_600_000;
const AUTHORITY = 'https://login.microsoftonline.com';
const IDENTITY = { kind: 'secret', appId: CLIENT, tenantId: TENANT, secret: SECRET } as const;

const IDENTITIES = (
  [
    IDENTITY,
    { kind: 'certificate', appId: CLIENT, tenantId: TENANT, certificatePath: 'app.pem' },
    { kind: 'managedIdentity', appId: CLIENT, tenantId: TENANT },
  ] as const
).map((identity) => ({ kind: identity.kind, identity }));

/** Signs a request and gives back its authorization. */
async function signed(credentials: BotCredentials, audience?: string): Promise<string | undefined> {
  const headers = new Map<string, string>();
  const signer = await credentials.createCredentials(CLIENT, audience);
  await signer.signRequest({ headers } as never);
  return headers.get('authorization');
}

/** Lets other work go on until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

describe('BotCredentials', function () {
  this.timeout(20_000);

  let authority: AuthorityDouble;
  let log: RecordingLogger;
  let nowMs: number;

  beforeEach(async () => {
    authority = await AuthorityDouble.start();
    log = new RecordingLogger();
    nowMs = 0;
  });

  afterEach(async () => {
    await authority.stop();
  });

  function credentialsFor(over: Partial<BotCredentialsDeps> = {}): BotCredentials {
    const { host, ca } = authority;
    return new BotCredentials({ identity: IDENTITY, authorityHost: host, ca, log, now: () => nowMs, ...over });
  }

  /** Waits until the authority was asked so often. */
  async function asked(times: number): Promise<void> {
    await until(() => authority.requests.length >= times);
  }

  /** Waits until so many requests of a token have failed. */
  async function failed(times: number): Promise<void> {
    await until(() => log.of('connectorToken.missing').length >= times);
  }

  it('sign a request with a token for the Bot Connector', async () => {
    const authorization = await signed(credentialsFor(), 'https://api.botframework.com');

    assert.match(authorization ?? '', /^Bearer ey/u);
    assert.deepEqual(
      authority.requests.map(({ grant_type: grant, scope }) => [grant, scope?.split(' ')[0]]),
      [['client_credentials', 'https://api.botframework.com/.default']],
    );
  });

  it('take the Bot Connector for the audience when none is named, and a scope as it is', async () => {
    const credentials = credentialsFor();

    await signed(credentials);
    await signed(credentials, 'https://api.botframework.us/.default');

    assert.deepEqual(
      authority.requests.map(({ scope }) => scope?.split(' ')[0]),
      ['https://api.botframework.com/.default', 'https://api.botframework.us/.default'],
    );
  });

  it('F-40: ask once for a hundred turns that begin without a token', async () => {
    const credentials = credentialsFor();

    const authorizations = await Promise.all(Array.from({ length: 100 }, async () => signed(credentials)));

    assert.equal(new Set(authorizations).size, 1);
    assert.equal(authority.requests.length, 1);
  });

  it('F-40: renew a token when four fifths of its life are over, and nobody waits for it', async () => {
    const credentials = credentialsFor();
    const first = await signed(credentials);

    nowMs = 0.79 * HOUR_MS;
    assert.equal(await signed(credentials), first);
    assert.equal(authority.requests.length, 1);

    nowMs = 0.81 * HOUR_MS;
    const waiting = await Promise.all(Array.from({ length: 100 }, async () => signed(credentials)));
    await asked(2);
    const renewed = await nextAuthorization(credentials, first);

    assert.deepEqual([...new Set(waiting)], [first]);
    assert.notEqual(renewed, first);
    assert.equal(authority.requests.length, 2);
  });

  it('F-40: use a token to its end while the authority is away, asking no more than every half minute', async () => {
    const credentials = credentialsFor();
    const first = await signed(credentials);
    authority.broken = { status: 400, body: '{"error":"temporarily_unavailable"}', type: 'application/json' };

    for (let seconds = 0; seconds < 540; seconds += 10) {
      // The library counts in whole seconds.
      nowMs = 0.8 * HOUR_MS + (1 + seconds) * 1000;
      assert.equal(await signed(credentials), first);
      await failed(Math.floor(seconds / 30) + 1);
    }
    nowMs = HOUR_MS - 5000;
    assert.equal(await signed(credentials), first);
    await failed(19);
    nowMs = HOUR_MS + 5000;
    await assert.rejects(signed(credentials), { code: 'connector.noToken' });

    // 540 s at 30 s each, one at the end, and the one that had no token any more.
    assert.equal(authority.requests.length, 1 + 18 + 1 + 1);
  });

  it('F-40: let nobody wait long for an authority that is silent, nor each for themself', async () => {
    authority.silent = true;
    const credentials = credentialsFor({ limitMs: 200 });
    const startedAt = performance.now();

    const results = await Promise.allSettled(Array.from({ length: 50 }, async () => signed(credentials)));
    nowMs = 1999;
    await assert.rejects(signed(credentials), { code: 'connector.noToken' });

    assert.ok(results.every(({ status }) => status === 'rejected'));
    assert.equal(authority.requests.length, 1);
    assert.ok(performance.now() - startedAt < 2000);
    authority.silent = false;
    nowMs = 2000;
    assert.match((await signed(credentials)) ?? '', /^Bearer ey/u);
  });

  it('get a token ahead, so that the first answer need not wait for it', async () => {
    const credentials = credentialsFor();

    credentials.warm('https://api.botframework.com');
    await asked(1);
    await signed(credentials);

    assert.equal(authority.requests.length, 1);
  });

  it('say in the log what the authority answered, without its sentences', async () => {
    authority.secret = 'another';

    await assert.rejects(signed(credentialsFor()), { message: /status 401 invalid_client AADSTS7000215/u });

    assert.match(String(log.of('connectorToken.missing')[0]?.fields.error), /AADSTS7000215/u);
    assert.doesNotMatch(JSON.stringify(log.records), new RegExp(`${SENTENCE}|${SECRET}`, 'u'));
  });

  it('know their own app id only', async () => {
    const credentials = credentialsFor();

    assert.equal(await credentials.isValidAppId(CLIENT), true);
    assert.equal(await credentials.isValidAppId(TENANT), false);
    assert.equal(await credentials.isValidAppId(''), false);
    assert.equal(await credentials.isAuthenticationDisabled(), false);
  });

  it('sign nothing in local mode, where nobody has an app id', async () => {
    const credentials = credentialsFor({ identity: { kind: 'local' } });

    credentials.warm('https://api.botframework.com');
    assert.equal(await signed(credentials), undefined);
    assert.equal(await credentials.isAuthenticationDisabled(), true);
    assert.equal(await credentials.isValidAppId(''), false);
    assert.deepEqual(authority.paths, []);
  });

  it('fail the request when the machine has no identity', async () => {
    const credential: TokenCredential = { getToken: async () => Promise.reject(new TypeError('no endpoint')) };

    await assert.rejects(signed(credentialsFor({ credential })), { message: /managed identity cannot be used/u });
  });

  for (const { kind, identity } of IDENTITIES) {
    it(`can be made without asking anybody: ${kind}`, async () => {
      const credentials = credentialsFor({ identity, authorityHost: AUTHORITY });

      assert.equal(await credentials.isValidAppId(CLIENT), true);
    });
  }

  /** The first authorization that differs from an earlier one: the renewal is under way. */
  async function nextAuthorization(credentials: BotCredentials, before?: string): Promise<string | undefined> {
    for (;;) {
      const authorization = await signed(credentials);
      if (authorization !== before) return authorization;
      await turn();
    }
  }
});
