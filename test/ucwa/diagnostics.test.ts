import assert from 'node:assert/strict';

import { asksForNewToken, parseDiagnostics } from '../../src/ucwa/diagnostics';

describe('Diagnostics', () => {
  describe('parseDiagnostics', () => {
    it('reads code, source and reason', () => {
      const header = '28032;source="fe1.poolb.contoso.com";reason="The web ticket is invalid."';
      assert.deepEqual(parseDiagnostics(header), {
        code: 28032,
        source: 'fe1.poolb.contoso.com',
        reason: 'The web ticket is invalid.',
      });
    });

    it('reads a faultcode and keeps semicolons inside quotes', () => {
      assert.deepEqual(parseDiagnostics('28020;reason="a;b";faultcode="wsse:FailedAuthentication"'), {
        code: 28020,
        reason: 'a;b',
        faultcode: 'wsse:FailedAuthentication',
      });
    });

    it('reads nothing from a header that is not there', () => {
      assert.equal(parseDiagnostics(undefined), undefined);
    });

    for (const header of ['', 'none', ';source="x"']) {
      it(`reads nothing from "${header}"`, () => {
        assert.equal(parseDiagnostics(header), undefined);
      });
    }
  });

  describe('asksForNewToken', () => {
    it('knows a ticket of another pool from a grant that is not allowed', () => {
      assert.equal(asksForNewToken({ code: 28032 }), true);
      assert.equal(asksForNewToken({ code: 28029 }), false);
      assert.equal(asksForNewToken(undefined), false);
    });
  });
});
