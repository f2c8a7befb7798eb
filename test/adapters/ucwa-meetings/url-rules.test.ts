import assert from 'node:assert/strict';

import { isMeetingHost, mayShowJoinUrl, type UrlRules } from '../../../src/adapters/ucwa-meetings/url-rules';

const COMPANY: UrlRules = {
  meetHosts: ['meet.contoso.com', 'join.contoso.com:8443'],
  domains: ['contoso.com'],
  localServer: undefined,
};
const LOCAL: UrlRules = { meetHosts: [], domains: ['contoso.com'], localServer: '127.0.0.1:4010' };

/** A URL; whether a company asks it, whether it shows it; the same for a demo on this machine. */
const ROWS = (
  [
    ['https://meet.contoso.com/a/1', 'ask show', 'show'],
    ['https://MEET.contoso.com/a/1', 'ask show', 'show'],
    ['https://meet.contoso.com:443/a/1', 'ask show', 'show'],
    ['https://join.contoso.com:8443/a', 'ask show', 'show'],
    ['https://join.contoso.com/a', 'show', 'show'],
    ['https://meet.contoso.com:8443/a', 'show', 'show'],
    ['https://other.contoso.com/a', 'show', 'show'],
    ['https://contoso.com/a', 'show', 'show'],
    ['https://evilcontoso.com/a', '', 'show'],
    ['https://meet.contoso.com.evil.example/a', '', 'show'],
    ['http://meet.contoso.com/a/1', '', ''],
    ['https://user:pw@meet.contoso.com/a', '', ''],
    ['https://meet.contoso.com@evil.example/a', '', ''],
    ['http://127.0.0.1:4010/meet/1', '', 'ask show'],
    ['http://localhost:4010/meet/1', '', 'ask show'],
    ['http://[::1]:4010/meet/1', '', 'ask show'],
    ['http://127.0.0.1:6379/meet/1', '', 'show'],
    ['http://127.0.0.1/meet/1', '', 'show'],
    ['http://localhost:6379/meet/1', '', 'show'],
    ['http://127.0.0.1.evil.example/', '', ''],
    ['http://10.0.0.1/', '', ''],
    ['javascript:alert(1)//https://meet.contoso.com/', '', ''],
    ['file:///etc/passwd', '', ''],
    ['sip:confer@contoso.com', '', ''],
  ] as const
).map(([url, company, local]) => ({ url, company, local }));

function judged(url: string, rules: UrlRules): string {
  const asks = isMeetingHost(new URL(url), rules) ? ['ask'] : [];
  return [...asks, ...(mayShowJoinUrl(url, rules) ? ['show'] : [])].join(' ');
}

describe('url rules', () => {
  for (const { url, company, local } of ROWS) {
    it(`A-23: decide whom to ask and what to show: ${url}`, () => {
      assert.equal(judged(url, COMPANY), company);
      assert.equal(judged(url, LOCAL), local);
    });
  }

  it('ask hosts of this machine that are configured, or that the server links to', () => {
    const url = new URL('http://127.0.0.1:6379/meet/1');

    assert.equal(isMeetingHost(url, { ...LOCAL, meetHosts: ['127.0.0.1:6379'] }), true);
    assert.equal(isMeetingHost(url, { ...LOCAL, meetHosts: ['127.0.0.1'] }), true);
    assert.equal(isMeetingHost(url, { ...LOCAL, meetHosts: ['127.0.0.1:6380'] }), false);
    assert.equal(isMeetingHost(url, LOCAL, new Set(['127.0.0.1:6379'])), true);
    assert.equal(isMeetingHost(url, COMPANY, new Set(['127.0.0.1:6379'])), false);
  });

  it('A-23: show nothing that is no URL', () => {
    assert.equal(mayShowJoinUrl('', COMPANY), false);
    assert.equal(mayShowJoinUrl('meet.contoso.com/a', COMPANY), false);
  });
});
