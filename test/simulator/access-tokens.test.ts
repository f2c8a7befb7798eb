import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';

import { type Answer, Pool, send } from './client';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const issuer = 'https://sts.example.net/';

describe('simulator access tokens', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  function signed(claims: Readonly<Record<string, unknown>>): string {
    const parts = [{ alg: 'RS256' }, { iss: issuer, exp: Date.now() / 1000 + 60, ...claims }];
    const message = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${message}.${sign('sha256', Buffer.from(message), privateKey).toString('base64url')}`;
  }

  async function use(claims: Readonly<Record<string, unknown>>): Promise<Answer> {
    const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { origin } = await pool.start({ trustedIssuer: { issuer, key } });
    const headers = { Authorization: `Bearer ${signed({ aud: origin, ...claims })}` };
    return send('GET', `${origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`, { headers });
  }

  it('takes a token signed with the key of the issuer', async () => {
    assert.equal((await use({ preferred_username: 'anna.berg@contoso.com' })).status, 200);
  });

  it('answers a token of another issuer with 28055', async () => {
    const answer = await use({ iss: 'https://evil.example/', upn: 'anna.berg@contoso.com' });

    assert.match(String(answer.headers['x-ms-diagnostics']), /^28055;/);
  });

  it('answers a token that names nobody with 28081', async () => {
    const answer = await use({ upn: 'nobody@contoso.com' });

    assert.equal(answer.status, 403);
    assert.match(String(answer.headers['x-ms-diagnostics']), /^28081;/);
  });
});
