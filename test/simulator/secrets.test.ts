import assert from 'node:assert/strict';

import { contoso } from '../../src/simulator';
import { SecretRemover } from '../../src/simulator/secrets';

const [ANYBODY] = contoso.people;
const COMPANY = { ...contoso, people: [{ ...(ANYBODY ?? assert.fail()), password: 'päss "w" 1' }] };

describe('simulator secrets', () => {
  const secrets = new SecretRemover(COMPANY);

  for (const [title, given, shown] of [
    ['a ticket', 'a cwt=AAEB-x_y/z+9== b', 'a cwt=(removed) b'],
    ['a JSON Web Token', 'x eyJhbGci.eyJzdWIi.c2ln-_ y', 'x (removed) y'],
    ['a form', 'grant_type=password&password=a%20b&x=1', 'grant_type=password&password=(removed)&x=1'],
    ['a form that begins with it', 'password=a', 'password=(removed)'],
    ['JSON', '{"access_token":"a\\"b", "x":1}', '{"access_token":"(removed)", "x":1}'],
    ['JSON that was cut', '{"refresh_token":"abc', '{"refresh_token":"(removed)"'],
    [
      'XML',
      '<password>a</password><property name="access_token">b</property>',
      '<password>(removed)</password><property name="access_token">(removed)</property>',
    ],
    [
      'a header inside a batch',
      'GET / HTTP/1.1\r\nAuthorization: Basic YTpi\r\nAccept: x',
      'GET / HTTP/1.1\r\nAuthorization: Basic (removed)\nAccept: x',
    ],
    ['a known password', 'subject: päss "w" 1!', 'subject: (removed)!'],
    ['a known password in a form', 'x=p%C3%A4ss+%22w%22+1', 'x=(removed)'],
    ['a known password in an address', '/x?y=p%C3%A4ss%20%22w%22%201', '/x?y=(removed)'],
    ['a known password in JSON', '{"x":"päss \\"w\\" 1"}', '{"x":"(removed)"}'],
    ['nothing', '{"subject":"The password question"}', '{"subject":"The password question"}'],
  ] as const) {
    it(`are taken out of ${title}`, () => {
      assert.equal(secrets.text(given).replaceAll('\r\n', '\n'), shown.replaceAll('\r\n', '\n'));
    });
  }

  for (const [name, given, shown] of [
    ['Authorization', 'Bearer cwt=abc', 'Bearer (removed)'],
    ['authorization', 'NTLM', 'NTLM (removed)'],
    ['Set-Cookie', 'a=b; Secure', '(removed)'],
    ['X-Anything', 'token cwt=abc', 'token cwt=(removed)'],
  ] as const) {
    it(`are taken out of the header ${name}: ${given}`, () => {
      assert.equal(secrets.header(name, given), shown);
    });
  }
});
