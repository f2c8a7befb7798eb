import assert from 'node:assert/strict';

import { plainAddress, withoutSecrets } from '../../src/shared/log-filter';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl';

describe('the filter of the log', () => {
  for (const [name, text, left] of [
    ['a JSON web token', `token ${JWT} refused`, 'token [token] refused'],
    ['a bearer token', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer [token]'],
    ['a basic credential', 'basic Y29uZmVyOnB3', 'basic [token]'],
    ['a web ticket', 'WWW cwt=AAEBHAEFAA== sent', 'WWW cwt=[token] sent'],
    [
      'a form',
      'grant_type=password&username=x&password=p%40ss&x=1',
      'grant_type=password&username=x&password=[secret]&x=1',
    ],
    ['JSON', '{"access_token":"abc\\"def","a":1}', '{"access_token":[secret],"a":1}'],
    ['a client secret', "client_secret: 'q~8 x'", 'client_secret: [secret]'],
    ['a password in an address', 'postgres://confer:pw@db:5432/confer', 'postgres://[secret]@db:5432/confer'],
    ['a join URL', 'at https://meet.contoso.com/anna/IB88RLLY.', 'at https://meet.contoso.com/[path]'],
    ['a conference URI', 'sip:anna@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY x', 'sip:[person] x'],
    ['a meeting ID', 'meeting IB88RLLY is gone', 'meeting [meeting] is gone'],
    ['a conference ID', 'conference 49386147 is gone', 'conference [number] is gone'],
    ['a PIN', 'PIN: 4711 was wrong', 'PIN: [number] was wrong'],
    ['an address of a person', 'anna.berg@contoso.com is unknown', '[person] is unknown'],
  ] as const) {
    it(`takes out ${name}`, () => {
      assert.equal(withoutSecrets(text, false), left);
    });
  }

  for (const text of [
    'UcwaTransportError: GET https://pool01.contoso.com: no answer in 120000 ms',
    'connect ECONNREFUSED 127.0.0.1:54321',
    'AADSTS65001: consent needed',
    'at run (src/journal/worker.ts:116:25)',
    'ref 7K3M-Q2XP-0000-1111',
    '7K3MAB23-Q2XP',
    'Exceeded 2026-06-01T09:00:00.000Z',
  ]) {
    it(`leaves alone: ${text}`, () => {
      assert.equal(withoutSecrets(text, false), text);
    });
  }

  it('leaves people alone where they may be named', () => {
    assert.equal(withoutSecrets('sip:anna@contoso.com', true), 'sip:anna@contoso.com');
  });

  it('cuts what is too long', () => {
    assert.equal(withoutSecrets('x '.repeat(5000), false).length, 4000);
  });

  it('is quick with whatever it is given', () => {
    const startedAt = performance.now();

    for (const part of ['eyJ', 'a@', 'password=', 'https://', 'A1', '"', 'Bearer ', 'a.', '1 ', 'secret"']) {
      withoutSecrets(part.repeat(4000), false);
    }

    assert.ok(performance.now() - startedAt < 1000);
  });

  it('makes text of what is no address', () => {
    assert.equal(plainAddress('password=x'), 'password=[secret]');
  });
});
