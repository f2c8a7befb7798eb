import { isAllowedOrigin } from '../http/cross-origin';
import type { Exchange } from '../http/exchange';
import { WebServerProblem } from '../http/problem';
import type { Pool } from '../model/pool';
import type { Principal } from '../model/principal';
import type { Switches } from '../switches';
import type { World } from '../world';

import { challenges } from './challenges';

/**
 * Who calls.
 *
 * @throws WebServerProblem 401 with the pool's challenges; 500/28032 for another pool's ticket; 403 for an access
 * token that is not good enough, and for an origin that may not call.
 * Source: Skype/UCWA/AuthenticationInUCWA.md, AuthenticationUsingAzureAD.md.
 */
export async function authenticate(exchange: Exchange, world: World): Promise<Principal> {
  checkOrigin(exchange, world.switches);
  const { pool } = exchange;
  const token = /^Bearer\s+(\S+)$/i.exec(exchange.header('authorization') ?? '')?.[1];
  if (token === undefined) throw unauthorized(pool, world, ['28020', 'No valid security token.']);
  if (!token.startsWith('cwt=')) return bearerOf(token, pool, world);
  const reading = world.tokens.read(token, pool);
  switch (reading.kind) {
    case 'valid':
      return reading.principal;
    case 'other-pool':
      // Not a 401: the web ticket layer of a real pool fails on a ticket that it cannot decrypt.
      throw new WebServerProblem(
        500,
        'Internal Server Error',
        diagnostics(pool, '28032', 'The web ticket is invalid.'),
      );
    case 'expired':
      throw unauthorized(pool, world, ['28033', 'The web ticket has expired.']);
    case 'unknown':
      throw unauthorized(pool, world, ['28020', 'No valid security token.']);
  }
}

/** Why an access token was refused. */
const oauthRefusals = {
  invalid: ['28055', 'The OAuth token is invalid.'],
  expired: ['28056', 'The OAuth token has expired.'],
  'other-audience': ['28077', 'The OAuth token is meant for another audience.'],
  nobody: ['28081', 'The OAuth token names nobody of this pool.'],
} as const;

async function bearerOf(token: string, pool: Pool, world: World): Promise<Principal> {
  const reading = (await world.accessTokens?.read(token, pool)) ?? ({ kind: 'invalid' } as const);
  if (reading.kind === 'valid') {
    const { authenticationContext: demanded } = world.switches;
    if (demanded === '' || reading.contexts.includes(demanded)) return reading.principal;
    throw new WebServerProblem(401, 'Unauthorized', { 'WWW-Authenticate': challenges(pool, world, demanded) });
  }
  const [code, reason] = oauthRefusals[reading.kind];
  throw new WebServerProblem(403, 'Forbidden', {
    'WWW-Authenticate': challenges(pool, world),
    Warning: `120 ${pool.fqdn} "InvalidToken"`,
    ...diagnostics(pool, code, reason),
  });
}

/** The header that explains a failure of the web ticket layer. */
export function diagnostics(pool: Pool, code: string, reason: string): { 'X-Ms-diagnostics': string } {
  return { 'X-Ms-diagnostics': `${code};source="${pool.fqdn}";reason="${reason}"` };
}

function unauthorized(pool: Pool, world: World, [code, reason]: readonly [string, string]): WebServerProblem {
  return new WebServerProblem(401, 'Unauthorized', {
    'WWW-Authenticate': challenges(pool, world),
    ...diagnostics(pool, code, reason),
  });
}

/**
 * Refuses browsers of foreign pages.
 *
 * @throws WebServerProblem 403. Source: Skype/UCWA/ConfiguringATopology.md.
 */
export function checkOrigin(exchange: Exchange, switches: Switches): void {
  const origin = exchange.header('origin');
  if (origin === undefined || isAllowedOrigin(origin, switches)) return;
  throw new WebServerProblem(403, 'Service does not allow a cross domain request from this origin.');
}
