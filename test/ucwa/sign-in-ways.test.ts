import assert from 'node:assert/strict';

import { notOffered, offeredNames, usableCredentials } from '../../src/ucwa';

import { annab } from './support/pool';

const modern = { kind: 'modern', token: async () => Promise.resolve({ token: 'x', expiresAt: 0 }) } as const;
const guest = { kind: 'anonymous', conferenceUri: 'sip:a@b', displayName: 'Megan' } as const;

describe('Ways to sign in', () => {
  it('are used in the order of the caller, not in that of the server', () => {
    const offer = { ways: ['anonymous', 'password', 'modern'] as const };

    assert.deepEqual(usableCredentials([modern, annab, guest], offer), [modern, annab, guest]);
    assert.deepEqual(usableCredentials([annab, modern], { ways: ['modern', 'windows'] }), [modern]);
    assert.deepEqual(usableCredentials(annab, offer), [annab]);
    assert.deepEqual(usableCredentials([], offer), []);
  });

  it('have names, also where nobody has documented them', () => {
    const grants = ['urn:microsoft.rtc:windows', 'urn:new'];

    assert.deepEqual(offeredNames({ ways: ['modern', 'windows'], grants }), [
      'modern authentication',
      'Windows (NTLM/Negotiate)',
      'urn:new',
    ]);
  });

  it('are told in one sentence when none fits', () => {
    assert.equal(
      notOffered('pool.contoso.com', [modern, annab, guest], { ways: ['passive'], grants: [] }),
      'pool.contoso.com does not offer modern authentication, password or anonymous meeting join; it offers passive (browser) sign-in',
    );
    assert.equal(
      notOffered('pool.contoso.com', [], { ways: ['password'], grants: [] }),
      'No way to sign in was given; pool.contoso.com offers password',
    );
    assert.equal(
      notOffered('pool.contoso.com', annab, { ways: [], grants: [] }),
      'pool.contoso.com does not offer password; it offers nothing',
    );
  });
});
