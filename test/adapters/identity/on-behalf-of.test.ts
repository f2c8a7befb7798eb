import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { TokenCredential } from '@azure/identity';

import { type ExchangedToken, OnBehalfOf, type OnBehalfOfDeps } from '../../../src/adapters/identity/on-behalf-of';
import { MeetingProblem, SignInNeeded } from '../../../src/meetings/errors';
import { AuthorityDouble, CLAIMS, CLIENT, SECRET, SENTENCE, TENANT } from '../../support/authority';
import { testApp } from '../../support/tls';

const ANNA = { oid: 'a0000000-0000-0000-0000-000000000001', upn: 'anna@contoso.com' };
const LUKAS = { oid: 'a0000000-0000-0000-0000-000000000002', upn: 'lukas@contoso.com' };
const POOL = 'https://pool-a.contoso.com';
const DIRECTOR = 'https://director.contoso.com';
const IDENTITY = { kind: 'secret', appId: CLIENT, tenantId: TENANT, secret: SECRET } as const;
const MANAGED_ID = '44444444-2222-3333-4444-555555555555';

/** What goes wrong at the authority, and what it means. */
const REFUSALS: readonly (readonly [string, (authority: AuthorityDouble) => void, string, string])[] = [
  ['nobody agreed', (authority) => (authority.consented = false), 'signIn.consentNeeded', 'AADSTS65001'],
  [
    'the server is not registered',
    (authority) => {
      authority.resources.clear();
    },
    'signIn.notSetUp',
    'AADSTS500011',
  ],
  ['the secret is wrong', (authority) => (authority.secret = 'another'), 'signIn.notSetUp', 'AADSTS7000215'],
  ['a policy wants more proof', (authority) => authority.unproven.add(ANNA.oid), 'interactive', 'AADSTS50076'],
  [
    'it fails',
    (authority) => {
      broken(authority, 500, '{}');
    },
    'signIn.unavailable',
    'status 500',
  ],
  [
    'something else answers in its place',
    (authority) => {
      broken(authority, 502, `<h1>${SENTENCE}</h1>`);
    },
    'signIn.unavailable',
    'status 502',
  ],
  [
    'it refuses for a reason nobody knows',
    (authority) => {
      broken(authority, 400, '{"error":"invalid_grant","error_codes":[123456]}');
    },
    'signIn.refused',
    'AADSTS123456',
  ],
  [
    'a policy blocks the person',
    (authority) => {
      broken(authority, 400, '{"error":"interaction_required","error_codes":[53003]}');
    },
    'signIn.refused',
    'AADSTS53003',
  ],
  [
    'it names no number and wants claims',
    (authority) => {
      broken(authority, 400, '{"error":"invalid_grant","claims":"{}"}');
    },
    'interactive',
    'invalid_grant',
  ],
  [
    'it answers success without a token',
    (authority) => {
      broken(authority, 200, '{"token_type":"Bearer"}');
    },
    'signIn.unavailable',
    'the authority did not answer',
  ],
];

function broken(authority: AuthorityDouble, status: number, body: string): void {
  authority.broken = { status, body, type: body.startsWith('{') ? 'application/json' : 'text/html' };
}

describe('OnBehalfOf', function () {
  this.timeout(20_000);

  let authority: AuthorityDouble;
  let folder: string;

  beforeEach(async () => {
    authority = await AuthorityDouble.start();
    authority.resources.add(POOL).add(DIRECTOR);
    folder = await mkdtemp(path.join(tmpdir(), 'confer-obo-'));
  });

  afterEach(async () => {
    await authority.stop();
    await rm(folder, { recursive: true });
  });

  function onBehalfOf(over: Partial<OnBehalfOfDeps> = {}): OnBehalfOf {
    const now = (): Date => new Date();
    const { host, ca } = authority;
    return new OnBehalfOf({ identity: IDENTITY, clientId: CLIENT, authorityHost: host, ca, now, ...over });
  }

  async function exchange(exchanger: OnBehalfOf, over: object = {}): Promise<ExchangedToken> {
    const assertion = authority.ssoToken(ANNA);
    return exchanger.exchange({ personId: ANNA.oid, assertion, resource: POOL, ...over });
  }

  async function problemOf(exchanging: Promise<unknown>): Promise<MeetingProblem> {
    const error: unknown = await exchanging.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof MeetingProblem, String(error));
    return error;
  }

  it('gets a token of the person with the host of the server as audience', async () => {
    const { token, expiresAt } = await exchange(onBehalfOf());

    const { aud, oid, upn } = claimsOf(token);
    assert.deepEqual({ aud, oid, upn }, { aud: POOL, ...ANNA });
    assert.ok(Math.abs(expiresAt - Date.now() - 3_600_000) < 60_000);
    assert.equal(authority.requests.length, 1);
    assert.equal(authority.requests[0]?.requested_token_use, 'on_behalf_of');
  });

  it('asks nobody but the configured authority', async () => {
    await exchange(onBehalfOf());

    assert.ok(authority.paths.length >= 2);
    assert.deepEqual(
      authority.paths.filter((each) => !each.startsWith(`/${TENANT}/`)),
      [],
    );
  });

  it('proves itself with a certificate', async () => {
    authority.certificate = testApp.cert;
    const certificatePath = path.join(folder, 'app.pem');
    await writeFile(certificatePath, `${testApp.key}${testApp.cert}`);
    const identity = { kind: 'certificate', appId: CLIENT, tenantId: TENANT, certificatePath } as const;

    const { token } = await exchange(onBehalfOf({ identity }));

    assert.equal(claimsOf(token).aud, POOL);
    assert.equal(authority.requests[0]?.client_secret, undefined);
  });

  it('proves itself with the token of a managed identity that the app trusts', async () => {
    authority.federated = 'token-of-the-managed-identity';
    const asked: unknown[] = [];
    const managedIdentity: TokenCredential = {
      getToken: async (scope) => {
        asked.push(scope);
        return Promise.resolve({ token: 'token-of-the-managed-identity', expiresOnTimestamp: 4_000_000_000_000 });
      },
    };
    const identity = { kind: 'managedIdentity', appId: MANAGED_ID, tenantId: TENANT } as const;

    const { token } = await exchange(onBehalfOf({ identity, managedIdentity }));

    assert.equal(claimsOf(token).aud, POOL);
    assert.deepEqual(asked, ['api://AzureADTokenExchange/.default']);
  });

  it('says that the set-up is at fault when its certificate cannot be read, and asks nobody', async () => {
    const certificatePath = path.join(folder, 'none.pem');
    const identity = { kind: 'certificate', appId: CLIENT, tenantId: TENANT, certificatePath } as const;

    const problem = await problemOf(exchange(onBehalfOf({ identity })));

    assert.equal(problem.code, 'signIn.notSetUp');
    assert.match(String(problem.cause), /ENOENT/u);
    assert.equal(authority.requests.length, 0);
  });

  it('keeps a token for each person and host, and gives nobody the token of another', async () => {
    const exchanger = onBehalfOf();

    const first = await exchange(exchanger);
    const again = await exchange(exchanger);
    const other = await exchange(exchanger, { resource: DIRECTOR });
    const lukas = await exchange(exchanger, { personId: LUKAS.oid, assertion: authority.ssoToken(LUKAS) });

    assert.equal(again, first);
    assert.equal(claimsOf(other.token).aud, DIRECTOR);
    assert.equal(claimsOf(lukas.token).oid, LUKAS.oid);
    assert.equal(authority.requests.length, 3);
  });

  it('exchanges once for all who ask at the same time', async () => {
    const exchanger = onBehalfOf();

    const tokens = await Promise.all([exchange(exchanger), exchange(exchanger), exchange(exchanger)]);

    assert.equal(new Set(tokens).size, 1);
    assert.equal(authority.requests.length, 1);
  });

  it('gets a new token in place of one that the server refuses', async () => {
    const exchanger = onBehalfOf();
    const { token } = await exchange(exchanger);

    const next = await exchange(exchanger, { not: token });

    assert.notEqual(next.token, token);
    assert.equal(await exchange(exchanger), next);
  });

  it('gets a new token when the kept one is about to end', async () => {
    let now = new Date();
    const exchanger = onBehalfOf({ now: () => now });
    const { token, expiresAt } = await exchange(exchanger);

    now = new Date(expiresAt - 299_000);
    const next = await exchange(exchanger);

    assert.notEqual(next.token, token);
  });

  it('hands on the claims a server asks for, and does not take a kept token for an answer', async () => {
    const exchanger = onBehalfOf();
    await exchange(exchanger);

    await exchange(exchanger, { claims: CLAIMS });

    assert.equal(authority.requests.length, 2);
    const sent = JSON.parse(authority.requests[1]?.claims ?? '{}') as { access_token?: { polids?: unknown } };
    assert.deepEqual(sent.access_token?.polids, { essential: true, values: ['policy-1'] });
  });

  for (const [title, arrange, meaning, fact] of REFUSALS) {
    it(`knows what it means, tells the log the facts and nobody the words, when ${title}`, async () => {
      arrange(authority);

      const problem = await problemOf(exchange(onBehalfOf()));

      assert.equal(problem instanceof SignInNeeded ? problem.way : problem.code, meaning);
      assert.ok(String(problem.cause).includes(fact), String(problem.cause));
      const everything = [problem.stack, JSON.stringify(problem), String(problem.cause)].join(' ');
      assert.doesNotMatch(everything, /SENTENCE|anna@contoso\.com|eyJ|the-secret/u);
    });
  }

  it('asks for a new sign-on when the assertion has ended', async () => {
    const assertion = authority.ssoToken(ANNA, { exp: 1 });

    const problem = await problemOf(exchange(onBehalfOf(), { assertion }));

    assert.ok(problem instanceof SignInNeeded);
    assert.equal(problem.way, 'afresh');
    assert.equal(
      problem.cause,
      'AADSTS50013, invalid_grant, status 400, correlation 33333333-2222-3333-4444-555555555555',
    );
  });

  it('says that the set-up is at fault when the assertion was made for another app', async () => {
    const assertion = authority.ssoToken(ANNA, { aud: 'api://another' });

    assert.equal((await problemOf(exchange(onBehalfOf(), { assertion }))).code, 'signIn.notSetUp');
  });

  it('tries again after a failure, and keeps none', async () => {
    const exchanger = onBehalfOf();
    authority.consented = false;
    await problemOf(exchange(exchanger));

    authority.consented = true;

    assert.equal(claimsOf((await exchange(exchanger)).token).aud, POOL);
  });

  it('does not wait for ever', async () => {
    authority.silent = true;

    const problem = await problemOf(exchange(onBehalfOf({ limitMs: 300 })));

    assert.equal(problem.code, 'signIn.unavailable');
    assert.equal(authority.requests.length, 1);
  });

  it('says that the service is away when nobody listens, or the certificate is not trusted', async () => {
    const stranger = { authorityHost: 'https://127.0.0.1:9' };

    const unreachable = await problemOf(exchange(onBehalfOf(stranger)));
    const untrusted = await problemOf(exchange(onBehalfOf({ ca: testApp.cert })));

    assert.deepEqual([unreachable.code, untrusted.code], ['signIn.unavailable', 'signIn.unavailable']);
    assert.equal(authority.requests.length, 0);
  });
});

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
