import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { parseChallenges, readOffer } from '../../src/ucwa/challenge';

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
  });

  describe('readOffer', () => {
    it('lists the grants and the token endpoint', () => {
      const offer = readOffer(parseChallenges('MsRtcOAuth href="/t",grant_type="urn:microsoft.rtc:windows, password"'));
      assert.deepEqual(offer, { tokenHref: '/t', grants: ['urn:microsoft.rtc:windows', 'password'] });
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
  });
});
