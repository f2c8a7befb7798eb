import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { lacksScope, parseChallenges, readClaims, readOffer } from '../../src/ucwa/challenge';

interface Written {
  readonly scheme: string;
  readonly params: readonly { readonly name: string; readonly value: string; readonly bare: boolean }[];
}

const bareText = fc.stringMatching(/^[a-z][a-z\d:/.?*@-]{0,20}$/);

/** A challenge as servers may write it; a bare value has neither blank nor comma nor quote. */
const challenge: fc.Arbitrary<Written> = fc.record({
  scheme: fc.constantFrom('Bearer', 'MsRtcOAuth', 'MSRTCOAUTH', 'Negotiate', 'NTLM'),
  params: fc.uniqueArray(
    fc.oneof(
      fc.record({ name: fc.constantFrom('href', 'grant_type', 'claims'), value: bareText, bare: fc.constant(true) }),
      fc.record({
        name: fc.constantFrom('trusted_issuers', 'Client_Id', 'authorization_uri', 'error'),
        value: fc.string().map((text) => text.replaceAll(/[\n\r\u2028\u2029]/g, ' ')),
        bare: fc.constant(false),
      }),
    ),
    { selector: ({ name }) => name, maxLength: 4 },
  ),
});

function write({ scheme, params }: Written): string {
  const written = params.map(({ name, value, bare }) =>
    bare ? `${name}=${value}` : `${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`,
  );
  return [scheme, written.join(', ')].join(' ').trimEnd();
}

describe('Challenges', () => {
  describe('parseChallenges', () => {
    it('reads two challenges joined by a comma', () => {
      const header =
        'Bearer trusted_issuers="a@*,b@contoso.com", client_id="0004", MsRtcOAuth href="https://web-dir.contoso.com/WebTicket/oauthtoken",grant_type="urn:microsoft.rtc:windows,password"';

      assert.deepEqual(parseChallenges(header), [
        { scheme: 'bearer', params: { trusted_issuers: 'a@*,b@contoso.com', client_id: '0004' } },
        {
          scheme: 'msrtcoauth',
          params: {
            href: 'https://web-dir.contoso.com/WebTicket/oauthtoken',
            grant_type: 'urn:microsoft.rtc:windows,password',
          },
        },
      ]);
    });

    it('reads a bare href', () => {
      const header = 'MsRtcOAuth href=https://web-dir.contoso.com/WebTicket/oauthtoken,grant_type="password"';
      const [challenge] = parseChallenges(header);
      assert.equal(challenge?.params.href, 'https://web-dir.contoso.com/WebTicket/oauthtoken');
      assert.equal(challenge.params.grant_type, 'password');
    });

    it('reads schemes without parameters, in any order', () => {
      const schemes = parseChallenges('Negotiate, NTLM, MSRTCOAUTH HREF = "https://x/" , Bearer').map(
        ({ scheme }) => scheme,
      );
      assert.deepEqual(schemes, ['negotiate', 'ntlm', 'msrtcoauth', 'bearer']);
    });

    it('unescapes quoted pairs', () => {
      assert.equal(parseChallenges('Basic realm="a \\"b\\", c=d"')[0]?.params.realm, 'a "b", c=d');
    });

    it('reads nothing from nothing', () => {
      assert.deepEqual(parseChallenges(undefined), []);
      assert.deepEqual(parseChallenges(' ,, '), []);
    });

    it('survives any text', () => {
      fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))));
    });

    it('reads what was written, one header or several joined, quoted or bare', () => {
      fc.assert(
        fc.property(
          fc.array(challenge, { minLength: 1, maxLength: 4 }),
          fc.constantFrom(', ', ',', ' , '),
          (all, comma) => {
            const read = parseChallenges(all.map(write).join(comma));

            assert.deepEqual(
              read,
              all.map(({ scheme, params }) => ({
                scheme: scheme.toLowerCase(),
                params: Object.fromEntries(params.map(({ name, value }) => [name.toLowerCase(), value])),
              })),
            );
          },
        ),
      );
    });
  });

  describe('readOffer', () => {
    it('lists the grants and the token endpoint', () => {
      const offer = readOffer(parseChallenges('MsRtcOAuth href="/t",grant_type="urn:microsoft.rtc:windows, password"'));
      assert.deepEqual(offer, {
        tokenHref: '/t',
        grants: ['urn:microsoft.rtc:windows', 'password'],
        ways: ['windows', 'password'],
      });
    });

    for (const value of ['', 'file://client/common/oauth2/authorize', 'http://login.example/']) {
      it(`takes authorization_uri "${value}" for no offer of modern authentication`, () => {
        assert.equal(readOffer(parseChallenges(`Bearer authorization_uri="${value}"`)).authorizationUri, undefined);
      });
    }

    it('shows an https authorization_uri', () => {
      const offer = readOffer(parseChallenges('Bearer authorization_uri="https://login.windows.net/common"'));
      assert.equal(offer.authorizationUri, 'https://login.windows.net/common');
    });

    it('counts http on this machine when the root is there too, and only then', () => {
      const challenges = parseChallenges('Bearer authorization_uri="http://localhost:8080/authorize"');

      assert.deepEqual(readOffer(challenges, { loopback: true }).ways, ['modern']);
      assert.deepEqual(readOffer(challenges).ways, []);
      const elsewhere = parseChallenges('Bearer authorization_uri="http://login.contoso.com/"');
      assert.deepEqual(readOffer(elsewhere, { loopback: true }).ways, []);
    });

    for (const [header, ways] of [
      ['MsRtcOAuth href="/t"', ['password', 'anonymous']],
      ['MsRtcOAuth href="/t", grant_type="PASSWORD,urn:new"', ['password']],
      ['MsRtcOAuth grant_type="password"', []],
      ['MsRtcOAuth href="", grant_type="password"', []],
      ['Negotiate, NTLM, MsRtcOAuth href="/t", grant_type="urn:microsoft.rtc:windows"', ['windows']],
      [
        'MsRtcOAuth href=/t,grant_type="urn:microsoft.rtc:passive,urn:microsoft.rtc:anonmeeting"',
        ['passive', 'anonymous'],
      ],
      ['Basic realm="x"', []],
    ] as const) {
      it(`finds the ways in that are open in ${header}`, () => {
        assert.deepEqual(readOffer(parseChallenges(header)).ways, ways);
      });
    }
  });

  describe('readClaims', () => {
    it('reads back any claims that were written into a challenge', () => {
      fc.assert(
        fc.property(
          fc.dictionary(fc.string(), fc.jsonValue()),
          fc.constantFrom('base64' as const, 'base64url' as const, 'plain' as const),
          (claims, form) => {
            const json = JSON.stringify(claims);
            const written = form === 'plain' ? json : Buffer.from(json).toString(form);
            const quoted = written.replaceAll(/["\\]/g, '\\$&');

            assert.equal(readClaims(parseChallenges(`Bearer error="insufficient_claims", claims="${quoted}"`)), json);
          },
        ),
      );
    });

    for (const value of ['', 'eyJ', 'bm90IGpzb24', 'InRleHQi', '{']) {
      it(`takes "${value}" for no demand`, () => {
        assert.equal(readClaims(parseChallenges(`Bearer claims="${value}"`)), undefined);
      });
    }

    it('finds none where there are none', () => {
      assert.equal(readClaims(parseChallenges('Bearer error="invalid_token"')), undefined);
    });
  });

  describe('lacksScope', () => {
    it('knows insufficient_scope from other errors', () => {
      assert.equal(lacksScope(parseChallenges('Bearer error="Insufficient_Scope"')), true);
      assert.equal(lacksScope(parseChallenges('Bearer error="insufficient_claims"')), false);
      assert.equal(lacksScope([]), false);
    });
  });
});
