import assert from 'node:assert/strict';

import fc from 'fast-check';

import { TokenVerifier } from '../../../src/http/tokens/token-verifier';
import { APP_ID, CONNECTOR_KEY, encode, ISSUER, NOW, tokenFor } from '../../front-door/tokens';

const GOOD = `Bearer ${tokenFor('https://smba.trafficmanager.net/emea/')}`;

/** Keys that are always there. */
const keys = {
  find: async () =>
    Promise.resolve({
      kind: 'found',
      key: { key: CONNECTOR_KEY.publicKey, endorsements: ['msteams'] },
    } as const),
};

describe('TokenVerifier', function () {
  this.timeout(30_000);

  function verifierFor(appId: string): TokenVerifier {
    return new TokenVerifier({ appId, issuer: ISSUER, keys, now: () => NOW });
  }

  it('says who called, and where they may be answered', async () => {
    const verdict = await verifierFor(APP_ID).verify([GOOD]);

    assert.deepEqual(verdict, {
      kind: 'verified',
      caller: { kind: 'connector', appId: APP_ID, issuer: ISSUER, serviceUrl: 'https://smba.trafficmanager.net/emea/' },
    });
  });

  it('knows an app id that was configured in capitals', async () => {
    const verdict = await verifierFor('AAAAAAAA-2222-3333-4444-555555555555').verify([
      `Bearer ${tokenFor('https://x/', { claims: { aud: 'aaaaaaaa-2222-3333-4444-555555555555' } })}`,
    ]);

    assert.equal(verdict.kind, 'verified');
  });

  it('refuses a good token with any one letter changed', async () => {
    const verifier = verifierFor(APP_ID);

    await fc.assert(
      fc.asyncProperty(fc.nat(GOOD.length - 1), fc.constantFrom('A', 'b', '9', '-', '.', ' '), async (at, letter) => {
        fc.pre(GOOD[at] !== letter);
        // The last letter holds four bits that mean nothing.
        fc.pre(at < GOOD.length - 1);

        const verdict = await verifier.verify([GOOD.slice(0, at) + letter + GOOD.slice(at + 1)]);

        assert.equal(verdict.kind, 'refused');
      }),
      { numRuns: 2000 },
    );
  });

  it('P-30 refuses whatever claims to be a token, and never throws', async () => {
    const verifier = verifierFor(APP_ID);
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }).map(encode),
      fc.base64String().map((text) => text.replace(/=+$/u, '')),
      fc.string({ unit: 'binary' }),
    );
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(part, part, part).map((parts) => `Bearer ${parts.join('.')}`),
    );

    await fc.assert(
      fc.asyncProperty(fc.array(odd, { maxLength: 2 }), async (authorization) => {
        const verdict = await verifier.verify(authorization);

        assert.ok(verdict.kind === 'refused' && verdict.code === 'Unauthorized');
      }),
      { numRuns: 20_000 },
    );
  });

  it('P-19 spends less than five milliseconds of a processor on a bad token', async () => {
    const verifier = verifierFor(APP_ID);
    const bad = `${GOOD.slice(0, -6)}AAAAAA`;
    await verifier.verify([bad]);
    const started = process.cpuUsage();

    for (let count = 0; count < 200; count += 1) await verifier.verify([bad]);

    const { user, system } = process.cpuUsage(started);
    assert.ok((user + system) / 1000 / 200 < 5);
  });
});
