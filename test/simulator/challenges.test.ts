import assert from 'node:assert/strict';

import type { Switches } from '../../src/simulator';

import { Pool, send } from './client';

const bearer = 'Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000"';
const authorizationUri = 'https://login.contoso.com/common/oauth2/authorize';

const grants = 'urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password';
const webTicket = `MsRtcOAuth href="POOL/WebTicket/oauthtoken",grant_type="${grants}"`;

const variations: readonly [string, Partial<Switches>, string[]][] = [
  ['two headers as delivered', {}, [bearer, webTicket]],
  ['a bare href', { unquotedTokenHref: true }, [bearer, webTicket.replace(/"(POOL[^"]*)"/, '$1')]],
  ['one joined header', { joinedChallenges: true }, [`${bearer}, ${webTicket}`]],
  ['Windows authentication beside', { negotiateBeside: true }, ['Negotiate', 'NTLM', bearer, webTicket]],
  ['modern authentication', { authorizationUri }, [`${bearer}, authorization_uri="${authorizationUri}"`, webTicket]],
  ['an empty authority', { emptyAuthorizationUri: true }, [`${bearer}, authorization_uri=""`, webTicket]],
  [
    'modern authentication alone',
    { authorizationUri, grants: [] },
    [`${bearer}, authorization_uri="${authorizationUri}"`],
  ],
  [
    'Windows alone, all in one header',
    { grants: ['urn:microsoft.rtc:windows'], negotiateBeside: true, joinedChallenges: true },
    [`Negotiate, NTLM, ${bearer}, ${webTicket.replace(grants, 'urn:microsoft.rtc:windows')}`],
  ],
];

describe('simulator challenges', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  /** The values of WWW-Authenticate, one per header, with POOL for the pool's origin. */
  async function challenges(switches: Partial<Switches>): Promise<string[]> {
    const { origin } = await pool.start({ switches });
    const answer = await send('GET', `${origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`);
    assert.equal(answer.status, 401);
    return answer.rawHeaders
      .filter((_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'www-authenticate')
      .map((value) => value.replaceAll(origin, 'POOL'));
  }

  for (const [name, switches, expected] of variations) {
    it(`can be ${name}`, async () => {
      assert.deepEqual(await challenges(switches), expected);
    });
  }
});
