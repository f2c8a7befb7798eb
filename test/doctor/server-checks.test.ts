import assert from 'node:assert/strict';

import { judgeCertificate, judgeClock, judgeGrants } from '../../src/doctor/server-checks';

const now = new Date('2026-11-20T10:00:00Z');
const certificate = {
  subject: 'pool.contoso.com',
  issuer: 'Contoso Root',
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validTo: new Date('2027-06-01T00:00:00Z'),
};

describe('what the doctor says of the server', () => {
  describe('judgeClock', () => {
    for (const [told, skewMs, level, words] of [
      ['less than a second', 900, 'ok', /agree/],
      ['59 seconds', -59_000, 'ok', /agree/],
      ['two minutes', 120_000, 'warning', /120 s behind/],
      ['more than five minutes', -301_000, 'problem', /301 s ahead of/],
      ['an hour', 3_600_000, 'problem', /3600 s behind/],
    ] as const) {
      it(`takes a difference of ${told} as ${level}`, () => {
        const finding = judgeClock(skewMs);

        assert.equal(finding.level, level);
        assert.match(finding.what, words);
      });
    }

    it('warns when the server does not tell its time', () => {
      assert.equal(judgeClock(undefined).level, 'warning');
    });
  });

  describe('judgeCertificate', () => {
    it('accepts a trusted one', () => {
      assert.equal(judgeCertificate('pool.contoso.com', certificate, now).level, 'ok');
    });

    it('warns in the last thirty days', () => {
      const finding = judgeCertificate('pool.contoso.com', certificate, new Date('2027-05-10T00:00:00Z'));

      assert.equal(finding.level, 'warning');
      assert.match(finding.what, /2027-06-01/);
    });

    for (const [failure, advice] of [
      ['CERT_HAS_EXPIRED', /Renew/],
      ['CERT_NOT_YET_VALID', /clock/],
      ['ERR_TLS_CERT_ALTNAME_INVALID', /other names/],
      ['SELF_SIGNED_CERT_IN_CHAIN', /UCWA_CA_FILE/],
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /UCWA_CA_FILE/],
    ] as const) {
      it(`says what to do about ${failure}`, () => {
        const finding = judgeCertificate('pool.contoso.com', { ...certificate, failure }, now);

        assert.equal(finding.level, 'problem');
        assert.match('todo' in finding ? finding.todo : '', advice);
      });
    }
  });

  describe('judgeGrants', () => {
    const challenge = { status: 401, challenges: [], grants: ['urn:microsoft.rtc:windows', 'password'] };
    const tokenEndpoint = 'https://pool.contoso.com/WebTicket/oauthtoken';

    it('accepts a server that takes passwords', () => {
      assert.equal(judgeGrants({ ...challenge, tokenEndpoint }).level, 'ok');
    });

    it('accepts a server that lists no grants', () => {
      assert.equal(judgeGrants({ ...challenge, grants: [], tokenEndpoint }).level, 'ok');
    });

    it('reports a server that takes no passwords, with what it takes', () => {
      const finding = judgeGrants({ ...challenge, grants: ['urn:microsoft.rtc:windows'], tokenEndpoint });

      assert.equal(finding.level, 'problem');
      assert.match(finding.what, /urn:microsoft\.rtc:windows/);
    });

    it('names modern authentication when it is all there is', () => {
      const finding = judgeGrants({ ...challenge, grants: [], authorizationUri: 'https://login.contoso.com/' });

      assert.equal(finding.level, 'problem');
      assert.match(finding.what, /modern authentication at https:\/\/login\.contoso\.com/);
    });

    it('suspects a proxy when there is no challenge at all', () => {
      const finding = judgeGrants({ status: 200, challenges: [], grants: [] });

      assert.match('todo' in finding ? finding.todo : '', /proxy/);
    });
  });
});
