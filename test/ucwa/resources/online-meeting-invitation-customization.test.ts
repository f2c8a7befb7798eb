import assert from 'node:assert/strict';

import { decodeInvitationCustomization } from '../../../src/ucwa/resources/online-meeting-invitation-customization';

describe('decodeInvitationCustomization', () => {
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//contoso.com/logo.png',
    'contoso.com/logo.png',
    'ftp://contoso.com/logo.png',
    'https://',
    'mailto:help@contoso.com',
    '',
  ]) {
    it(`takes ${url === '' ? 'an empty text' : url} for no URL`, () => {
      const raw = { invitationLogoUrl: url, invitationHelpUrl: url, enterpriseHelpUrl: url, invitationLegalUrl: url };

      assert.deepEqual(decodeInvitationCustomization(raw), {});
    });
  }

  it('passes web addresses and text on', () => {
    const raw = {
      invitationLogoUrl: ' HTTPS://contoso.com/logo.png ',
      enterpriseHelpUrl: 'http://help.contoso.com/?a=1&b=2',
      invitationFooterText: 'Be <b>nice</b>',
    };

    assert.deepEqual(decodeInvitationCustomization(raw), {
      invitationLogoUrl: 'https://contoso.com/logo.png',
      enterpriseHelpUrl: 'http://help.contoso.com/?a=1&b=2',
      invitationFooterText: 'Be <b>nice</b>',
    });
  });

  it('leaves out what is empty or null', () => {
    assert.deepEqual(decodeInvitationCustomization({ invitationFooterText: '', invitationHelpUrl: null }), {});
  });
});
