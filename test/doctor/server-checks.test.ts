import assert from 'node:assert/strict';

import { judgeCertificate, judgeClock, judgeGrants } from '../../src/doctor/server-checks';
import type { SignInWay } from '../../src/ucwa';

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
    const named = { challenges: [], status: 401 };
    const tokenEndpoint = 'https://pool.contoso.com/WebTicket/oauthtoken';
    const authorizationUri = 'https://login.contoso.com/adfs';
    const password = { kind: 'password', username: 'a', password: async () => Promise.resolve('') } as const;
    const modern = { kind: 'modern', token: async () => Promise.resolve({ token: 'x', expiresAt: 0 }) } as const;
    const grants = ['urn:microsoft.rtc:windows', 'password'];
    const both = {
      ...named,
      grants,
      tokenEndpoint,
      authorizationUri,
      ways: ['modern', 'windows', 'password'] satisfies SignInWay[],
    };

    it('names the way that will be used, and all that are offered', () => {
      const finding = judgeGrants(both, [password]);

      assert.equal(finding.level, 'ok');
      assert.equal(
        finding.what,
        'password at pool.contoso.com will be used; the server offers modern authentication, Windows (NTLM/Negotiate), password',
      );
    });

    it('takes the first of the configured ways that is offered', () => {
      assert.match(judgeGrants(both, [modern, password]).what, /^modern authentication at login\.contoso\.com will/);
      const closed = { ...both, ways: ['password'] satisfies SignInWay[] };
      assert.match(judgeGrants(closed, [modern, password]).what, /^password at pool\.contoso\.com will/);
    });

    it('reports a server that offers none of the configured ways, by name', () => {
      const finding = judgeGrants({ ...both, ways: ['windows'], grants: ['urn:microsoft.rtc:windows'] }, [password]);

      assert.equal(finding.level, 'problem');
      assert.equal(finding.what, 'the server does not offer password; it offers Windows (NTLM/Negotiate)');
    });

    it('shows a grant that nobody has documented', () => {
      const finding = judgeGrants({ ...both, ways: [], grants: ['urn:new'] }, [password]);

      assert.match(finding.what, /offers urn:new$/);
    });

    it('suspects a proxy when there is no challenge at all', () => {
      const finding = judgeGrants({ status: 200, challenges: [], grants: [], ways: [] }, [password]);

      assert.match('todo' in finding ? finding.todo : '', /proxy/);
    });
  });
});
