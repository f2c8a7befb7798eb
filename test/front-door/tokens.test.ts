import assert from 'node:assert/strict';

import { EmulatorValidation } from 'botframework-connector';

import { tidyMemory } from '../support/memory';

import { DoorHarness } from './door-harness';
import { APP_ID, CONNECTOR_KEY, encode, ISSUER, STRANGE_KEY, TENANT_ID, TestKey, type TokenParts } from './tokens';

const FOREIGN_KEY = new TestKey('foreign-1');
const FOREIGN_TENANT = '99999999-2222-3333-4444-555555555555';
const ENTRA = `https://sts.windows.net/${FOREIGN_TENANT}/`;
const SECONDS = 1_780_304_400;

/** Every way to change a good token into a bad one. Source: the promise P-19. */
const MUTATIONS: readonly (TokenParts & { readonly title: string; readonly reason?: string })[] = [
  { title: 'alg none', header: { alg: 'none' } },
  { title: 'alg HS256 with the public key', header: { alg: 'HS256' }, reason: 'token.algorithm' },
  { title: 'alg HS512 with the public key', header: { alg: 'HS512' }, reason: 'token.algorithm' },
  { title: 'alg RS384', header: { alg: 'RS384' }, reason: 'token.algorithm' },
  { title: 'alg RS512', header: { alg: 'RS512' }, reason: 'token.algorithm' },
  { title: 'its own jwk', key: FOREIGN_KEY, header: { jwk: FOREIGN_KEY.entry() } },
  { title: 'a jku', header: { jku: 'https://evil.example/keys' } },
  { title: 'an x5u', header: { x5u: 'https://evil.example/cert' } },
  { title: 'an x5c', header: { x5c: ['MIIB'] } },
  { title: 'a critical header', header: { crit: ['b64'], b64: false } },
  { title: 'no kid', header: { kid: undefined } },
  { title: 'an empty kid', header: { kid: '' } },
  { title: 'a kid that is a number', header: { kid: 1 } },
  { title: 'a kid that is a path', header: { kid: '../../etc/passwd' } },
  { title: 'a kid named __proto__', header: { kid: '__proto__' } },
  { title: 'an unknown kid', key: FOREIGN_KEY },
  { title: 'the right kid over another key', key: FOREIGN_KEY, header: { kid: CONNECTOR_KEY.id } },
  { title: 'a key without the endorsement', key: STRANGE_KEY },
  { title: 'no iss', claims: { iss: undefined } },
  { title: 'an iss with a slash', claims: { iss: `${ISSUER}/` } },
  { title: 'an iss in capitals', claims: { iss: ISSUER.toUpperCase() } },
  { title: 'an iss in a list', claims: { iss: [ISSUER] } },
  { title: 'the government iss', claims: { iss: 'https://api.botframework.us' } },
  { title: 'an emulator token, version 1', claims: { iss: ENTRA, ver: '1.0', appid: APP_ID, tid: FOREIGN_TENANT } },
  {
    title: 'an emulator token, version 2',
    claims: { iss: `https://login.microsoftonline.com/${FOREIGN_TENANT}/v2.0`, ver: '2.0', azp: APP_ID },
  },
  { title: 'a skill token', claims: { iss: ENTRA, ver: '2.0', azp: 'other-bot', tid: TENANT_ID } },
  { title: 'no aud', claims: { aud: undefined } },
  { title: 'the aud of another bot', claims: { aud: '11111111-2222-3333-4444-000000000000' } },
  { title: 'an aud in a list', claims: { aud: [APP_ID] } },
  { title: 'an aud that is a URL', claims: { aud: 'https://api.botframework.com' } },
  { title: 'no exp', claims: { exp: undefined } },
  { title: 'an exp that is text', claims: { exp: String(SECONDS + 3600) } },
  { title: 'an exp ten years away', claims: { exp: SECONDS + 315_360_000 } },
  { title: 'an exp six minutes ago', claims: { exp: SECONDS - 360 } },
  { title: 'an exp that is null', claims: { exp: null } },
  { title: 'an nbf in six minutes', claims: { nbf: SECONDS + 360 } },
  { title: 'an nbf that is text', claims: { nbf: 'now' } },
  { title: 'no serviceurl', claims: { serviceurl: undefined } },
  { title: 'an empty serviceurl', claims: { serviceurl: '' } },
  { title: 'a serviceurl in a list', claims: { serviceurl: ['https://smba.trafficmanager.net/'] } },
  { title: 'the serviceurl of another conversation', claims: { serviceurl: 'https://smba.trafficmanager.net/' } },
];

/** Authorization headers that hold no token at all, or too many; `GOOD` stands for a good one. */
const HEADERS: readonly { readonly title: string; readonly make: (good: string) => readonly string[] }[] = [
  { title: 'none', make: () => [] },
  { title: 'an empty one', make: () => [''] },
  { title: 'two good ones', make: (good) => [good, good] },
  { title: 'a good one after another', make: (good) => ['Basic YTpi', good] },
  { title: 'no token', make: () => ['Bearer'] },
  { title: 'another scheme', make: (good) => [good.replace('Bearer', 'Basic')] },
  { title: 'a lower-case scheme', make: (good) => [good.replace('Bearer', 'bearer')] },
  { title: 'two spaces', make: (good) => [good.replace(' ', '  ')] },
  { title: 'something after the token', make: (good) => [`${good} x`] },
  { title: 'two parts', make: (good) => [good.slice(0, good.lastIndexOf('.'))] },
  { title: 'four parts', make: (good) => [`${good}.x`] },
  { title: 'no JSON', make: () => ['Bearer x.y.z'] },
  { title: 'no text', make: () => ['Bearer _____.____.____'] },
  { title: 'a list for a header', make: () => [`Bearer ${encode([])}.${encode({})}.c2ln`] },
  { title: 'null for claims', make: () => [`Bearer ${encode({ alg: 'RS256', kid: 'x' })}.${encode(null)}.c2ln`] },
  { title: 'a changed signature', make: (good) => [`${good.slice(0, -8)}AAAAAAAA`] },
  { title: 'no signature', make: (good) => [good.slice(0, good.lastIndexOf('.') + 1)] },
  { title: 'a token of 10 KB', make: (good) => [`Bearer ${'a'.repeat(10_000)}${good.slice(7)}`] },
  { title: 'a token of 20 KB', make: (good) => [`Bearer ${'a'.repeat(20_000)}${good.slice(7)}`] },
];

const REFUSED = '{"code":"Unauthorized"}';

describe('who may call', function () {
  this.timeout(10_000);

  let door: DoorHarness;

  beforeEach(async () => {
    door = await DoorHarness.start();
  });

  afterEach(async () => {
    await door.stop();
  });

  /** Nothing went in, nothing went out. */
  function assertNothingHappened(): void {
    assert.deepEqual([door.turns, door.connector.requests], [[], []]);
  }

  it('is the Bot Connector, whose activity gets its answer', async () => {
    const { status, text } = await door.say();
    await door.idle();

    assert.deepEqual([status, text], [200, '{}']);
    await door.idle();
    assert.equal(door.messages.length, 1);
  });

  it('may have a clock that differs by five minutes', async () => {
    const seconds = door.now.getTime() / 1000;

    const late = await door.knock({ authorization: [door.bearer({ claims: { exp: seconds - 290 } })] });
    const early = await door.knock({ authorization: [door.bearer({ claims: { nbf: seconds + 290 } })] });

    assert.deepEqual([late.status, early.status], [200, 200]);
  });

  for (const { title, make } of HEADERS) {
    it(`A-01: refuses a request before its body is read: Authorization is ${title}`, async () => {
      const line = await door.open();
      const authorization = make(door.bearer()).map((value) => `Authorization: ${value}\r\n`);
      line.write(
        `POST /api/messages HTTP/1.1\r\nHost: confer\r\nContent-Type: application/json\r\n${authorization.join('')}`,
      );
      // The body that is announced never comes, so whoever waits for it does not answer.
      line.write('Content-Length: 1000\r\n\r\n');
      await line.closed();

      assert.match(line.received, /^HTTP\/1\.1 401 /u);
      assert.ok(line.received.endsWith(`\r\n\r\n${REFUSED}`), line.received);
      assert.match(line.received, /strict-transport-security: max-age=31536000/iu);
      assertNothingHappened();
    });
  }

  it('P-19 counts forty mutations of a token and more', () => {
    assert.ok(MUTATIONS.length >= 40, String(MUTATIONS.length));
  });

  for (const { title, reason, ...parts } of MUTATIONS) {
    it(`A-02, A-04, A-06: refuses a token with ${title}`, async () => {
      const { status, text } = await door.knock({ authorization: [door.bearer(parts)] });

      const [line] = door.log.of('auth.refused');
      assert.deepEqual([status, text], [401, REFUSED]);
      assert.equal(line?.fields.reason, reason ?? line?.fields.reason);
      assertNothingHappened();
    });
  }

  it('says in the log why, in one line, and never what', async () => {
    const bearer = door.bearer({ claims: { aud: 'other' } });

    await door.knock({ authorization: [bearer] });

    assert.deepEqual(
      door.log.records.map(({ level, event, fields }) => [level, event, fields.reason]),
      [['warn', 'auth.refused', 'token.audience']],
    );
    assert.doesNotMatch(JSON.stringify(door.log.records), /Bearer|eyJ/u);
  });

  it('A-03: refuses a token of another tenant that Entra ID really signed, and asks nobody there', async () => {
    const canary = await DoorHarness.start();
    const evil = canary.serviceUrl;
    // The same key is at both places, as if the directory's keys were to be had: the issuer must be enough.
    const claims = { iss: ENTRA, tid: FOREIGN_TENANT, ver: '1.0', appid: APP_ID, serviceurl: evil };
    try {
      const { status, text } = await door.knock({
        authorization: [door.bearer({ claims })],
        body: JSON.stringify(door.activity({ serviceUrl: evil })),
      });

      assert.deepEqual([status, text], [401, REFUSED]);
      assert.deepEqual(canary.connector.requests, []);
      assertNothingHappened();
    } finally {
      await canary.stop();
    }
  });

  it('A-08: keeps nothing of 100,000 tokens with a random tenant, key and issuer', async () => {
    const claims = door.bearer().split('.')[2];
    const sent = 100_000;
    await door.verifier.verify([door.bearer()]);
    const before = tidyMemory().heapUsed;

    for (let count = 0; count < sent; count += 1) {
      const random = `${String(count)}-${String(Math.random())}`;
      const head = encode({ alg: 'RS256', kid: random });
      const payload = encode({ iss: `https://sts.windows.net/${random}/`, tid: random, aud: APP_ID, ver: '1.0' });
      const verdict = await door.verifier.verify([`Bearer ${head}.${payload}.${String(claims)}`]);
      assert.equal(verdict.kind, 'refused');
    }

    const grownMb = (tidyMemory().heapUsed - before) / 1024 / 1024;
    assert.ok(grownMb <= 10, `${grownMb.toFixed(1)} MB`);
    assert.equal(door.keyServer.keyRequests, 1);
    assert.equal((await door.say()).status, 200);
  }).timeout(30_000);

  it('A-08: never lets the SDK look at what was not verified', async () => {
    // The list the SDK adds an entry to for every tenant that an unverified token names.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is the hole that must stay shut
    const known = EmulatorValidation.ToBotFromEmulatorTokenValidationParameters as { issuer: string[] };
    const before = known.issuer.length;

    for (let count = 0; count < 50; count += 1) {
      const tid = `tenant-${String(count)}`;
      await door.knock({ authorization: [door.bearer({ claims: { iss: ENTRA, ver: '1.0', appid: APP_ID, tid } })] });
    }

    assert.equal(known.issuer.length, before);
  });

  it('A-09: asks for keys at most once a minute, whatever keys 100,000 tokens name', async () => {
    await door.verifier.verify([door.bearer()]);
    const payload = door.bearer().split('.')[1];

    for (let count = 0; count < 100_000; count += 1) {
      await door.verifier.verify([
        `Bearer ${encode({ alg: 'RS256', kid: `kid-${String(count)}` })}.${String(payload)}.c2ln`,
      ]);
    }
    const withinTheMinute = door.keyServer.keyRequests;
    door.now = new Date(door.now.getTime() + 61_000);
    await Promise.all(
      Array.from({ length: 100 }, async (_, count) =>
        door.verifier.verify([
          `Bearer ${encode({ alg: 'RS256', kid: `late-${String(count)}` })}.${String(payload)}.c2ln`,
        ]),
      ),
    );

    assert.deepEqual([withinTheMinute, door.keyServer.keyRequests], [1, 2]);
  }).timeout(30_000);
});
