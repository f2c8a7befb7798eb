import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { UntrustedLinkError } from '../../src/ucwa';
import {
  assertSameOrigin,
  assertTrusted,
  hrefKey,
  isWithin,
  loggable,
  resolveHref,
  trustRules,
} from '../../src/ucwa/href';

const base = new URL('https://pool.contoso.com/ucwa/v1/applications/1/events?ack=1');

const cases: [string, string][] = [
  ['/ucwa/v1/applications/1', 'https://pool.contoso.com/ucwa/v1/applications/1'],
  ['//v1/applications/833/me', 'https://pool.contoso.com/v1/applications/833/me'],
  ['///v1/x', 'https://pool.contoso.com/v1/x'],
  ['/\\evil.example/x', 'https://pool.contoso.com/evil.example/x'],
  ['\\\\evil.example/x', 'https://pool.contoso.com/evil.example/x'],
  ['/\t/evil.example/x', 'https://pool.contoso.com/evil.example/x'],
  ['https://fe1.contoso.com:443//v1/applications/833', 'https://fe1.contoso.com/v1/applications/833'],
  ['?ack=2', 'https://pool.contoso.com/ucwa/v1/applications/1/events?ack=2'],
  ['conversations/137', 'https://pool.contoso.com/ucwa/v1/applications/1/conversations/137'],
  ['/join?onlineMeetingUri=adhoc#part', 'https://pool.contoso.com/join?onlineMeetingUri=adhoc'],
];

const rules = trustRules({
  server: { kind: 'domain', sipDomain: 'contoso.com' },
  trust: { allowedDomains: ['online.lync.com'], allowedPorts: [4443] },
});
const loopbackRules = trustRules({
  server: { kind: 'root', rootUrl: 'http://127.0.0.1:4010/', sipDomain: 'contoso.com' },
});

describe('Hrefs', () => {
  describe('resolveHref', () => {
    for (const [href, expected] of cases) {
      it(`reads "${href}" as ${expected}`, () => {
        assert.equal(resolveHref(href, base).href, expected);
      });
    }

    for (const href of [
      'data:text/plain;base64,SGk=',
      'ftp://contoso.com/x',
      'javascript:alert(1)',
      'https://',
      'file:///etc/passwd',
    ]) {
      it(`refuses ${href}`, () => {
        assert.throws(() => resolveHref(href, base), UntrustedLinkError);
      });
    }

    it('never leaves the origin for a href without a scheme', () => {
      const relative = fc
        .stringMatching(/^[/\\\t .a-z@:?#%&=0-9]{1,24}$/)
        .filter((text) => !/^[\s]*[a-z][a-z\d+.\-\t]*:/i.test(text));
      fc.assert(
        fc.property(relative, (href) => {
          assert.equal(new URL(hrefKey(href, base)).origin, base.origin);
        }),
      );
    });
  });

  describe('assertTrusted', () => {
    const refused = (url: string): void => {
      assert.throws(() => {
        assertTrusted(new URL(url), rules);
      }, UntrustedLinkError);
    };

    for (const url of [
      'https://web-dir.contoso.com/x',
      'https://contoso.com/',
      'https://WEB.CONTOSO.COM./x',
      'https://web.online.lync.com/x',
      'https://web.contoso.com:4443/',
    ]) {
      it(`accepts ${url}`, () => {
        assertTrusted(new URL(url), rules);
      });
    }

    for (const url of [
      'http://web.contoso.com/',
      'https://evilcontoso.com/',
      'https://contoso.com.evil.example/',
      'https://user:pass@web.contoso.com/',
      'https://web.contoso.com:8443/',
      'https://10.0.0.1/',
      'https://[fd00::1]/',
      'https://127.0.0.1/',
      'http://localhost:4010/',
      'https://0x7f.1/',
    ]) {
      it(`refuses ${url}`, () => {
        refused(url);
      });
    }

    it('names the refused host in the error', () => {
      assert.throws(
        () => {
          assertTrusted(new URL('https://evil.example/x'), rules);
        },
        (error: unknown) => error instanceof UntrustedLinkError && error.host === 'evil.example',
      );
    });
  });

  describe('assertTrusted with a root on loopback', () => {
    for (const url of [
      'http://127.0.0.1:4010/x',
      'http://127.0.0.1:9999/x',
      'http://localhost:1/',
      'http://[::1]:5/',
      'https://127.0.0.9/',
    ]) {
      it(`accepts ${url}`, () => {
        assertTrusted(new URL(url), loopbackRules);
      });
    }

    for (const url of [
      'http://web.contoso.com/',
      'http://10.0.0.1/',
      'https://evil.example/',
      'http://127.0.0.1.evil.example/',
    ]) {
      it(`refuses ${url}`, () => {
        assert.throws(() => {
          assertTrusted(new URL(url), loopbackRules);
        }, UntrustedLinkError);
      });
    }
  });

  describe('isWithin', () => {
    it('compares labels, not endings', () => {
      assert.equal(isWithin('a.contoso.com', 'contoso.com'), true);
      assert.equal(isWithin('evilcontoso.com', 'contoso.com'), false);
    });
  });

  describe('assertSameOrigin', () => {
    it('takes the default port for what it is', () => {
      assertSameOrigin(new URL('https://pool.contoso.com:443/x'), base.origin);
    });

    it('refuses a link to another host', () => {
      assert.throws(() => {
        assertSameOrigin(new URL('https://other.contoso.com/x'), base.origin);
      }, UntrustedLinkError);
    });
  });

  describe('hrefKey', () => {
    it('gives absolute, relative and doubled-slash forms of one resource the same key', () => {
      const forms = ['/v1/a//b?x=1', '//v1/a/b?x=1', 'https://pool.contoso.com:443//v1//a/b?x=1'];
      assert.deepEqual([...new Set(forms.map((href) => hrefKey(href, base)))], ['https://pool.contoso.com/v1/a/b?x=1']);
    });

    it('does not throw for what cannot be followed', () => {
      assert.equal(hrefKey('data:x', base), 'untrusted:data:x');
    });
  });

  describe('loggable', () => {
    const cases: [string, string][] = [
      [
        'https://pool.contoso.com:4443/ucwa/oauth/v1/applications/103200000417/onlineMeetings/myOnlineMeetings/7QX2MZ4K',
        'https://pool.contoso.com:4443/ucwa/oauth/v1/applications/*/onlineMeetings/myOnlineMeetings/*',
      ],
      ['https://meet.contoso.com/annab/ABCDEFGH', 'https://meet.contoso.com/*/*'],
      ['https://user:SECRET@pool.contoso.com/root?key=SECRET#SECRET', 'https://pool.contoso.com/root'],
      [
        'https://pool.contoso.com/Autodiscover/AutodiscoverService.svc/root/user',
        'https://pool.contoso.com/Autodiscover/AutodiscoverService.svc/root/user',
      ],
      ['https://pool.contoso.com/', 'https://pool.contoso.com/'],
    ];
    for (const [url, shown] of cases) {
      it(`leaves ${shown}`, () => {
        assert.equal(loggable(new URL(url)), shown);
      });
    }
  });
});
