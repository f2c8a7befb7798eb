import type { Pool } from '../model/pool';
import type { World } from '../world';

/** Path of the token endpoint on every pool. */
export const TOKEN_PATH = '/WebTicket/oauthtoken';

/** Query parameter of the token endpoint: key of the pool that the ticket is for. */
export const ISSUED_FOR = 'pool';

/** The service principal of Skype for Business, the same everywhere. */
const SERVICE_PRINCIPAL = '00000004-0000-0ff1-ce00-000000000000';

/**
 * The `WWW-Authenticate` headers of a pool, one per scheme as the web server sends them, or joined as proxies do.
 *
 * @param demanded - authentication context that the caller's access token lacks.
 * Source: Skype/UCWA/AuthenticationInUCWA.md, "401 Unauthorized".
 */
export function challenges(pool: Pool, world: World, demanded?: string): string[] {
  const { switches } = world;
  const all = [
    ...(switches.negotiateBeside ? ['Negotiate', 'NTLM'] : []),
    `Bearer ${[...bearerParams(world), ...claimsParams(demanded)].join(', ')}`,
    ...(switches.grants.length === 0 ? [] : [webTicketChallenge(pool, world)]),
  ];
  return switches.joinedChallenges ? [all.join(', ')] : all;
}

function bearerParams({ switches }: World): string[] {
  const { authorizationUri, emptyAuthorizationUri } = switches;
  const isShown = authorizationUri !== '' || emptyAuthorizationUri;
  return [
    'trusted_issuers=""',
    `client_id="${SERVICE_PRINCIPAL}"`,
    ...(isShown ? [`authorization_uri="${authorizationUri}"`] : []),
  ];
}

/** Source: learn.microsoft.com/entra/identity-platform/claims-challenge. */
function claimsParams(demanded: string | undefined): string[] {
  if (demanded === undefined) return [];
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: demanded } } });
  return ['error="insufficient_claims"', `claims="${Buffer.from(claims).toString('base64')}"`];
}

function webTicketChallenge(pool: Pool, world: World): string {
  const href = tokenEndpoint(pool, world);
  const shownHref = world.switches.unquotedTokenHref ? href : `"${href}"`;
  return `MsRtcOAuth href=${shownHref},grant_type="${world.switches.grants.join(',')}"`;
}

/** A pool's own endpoint, or another pool's that issues tickets for this one, as directors do. */
function tokenEndpoint(pool: Pool, { switches, pools }: World): string {
  const other = switches.foreignTokenEndpoint
    ? pools.find(({ key, condition }) => key !== pool.key && condition === 'up')
    : undefined;
  return other === undefined
    ? `${pool.origin}${TOKEN_PATH}`
    : `${other.origin}${TOKEN_PATH}?${new URLSearchParams({ [ISSUED_FOR]: pool.key }).toString()}`;
}
