import { randomBytes } from 'node:crypto';

import type { Exchange } from '../http/exchange';
import { readForm } from '../http/form';
import type { Pool } from '../model/pool';
import { personByUsername, type Principal } from '../model/principal';
import type { World } from '../world';

import { diagnostics } from './authentication';
import { ISSUED_FOR, TOKEN_PATH } from './challenges';
import type { Route } from './route';

const GUEST_LIFETIME_SECONDS = 3600;
const ANONYMOUS_GRANT = 'urn:microsoft.rtc:anonmeeting';
const PASSIVE_GRANT = 'urn:microsoft.rtc:passive';

/** What asking for a ticket came to. */
type Grant =
  | { readonly kind: 'granted'; readonly principal: Principal; readonly lifetimeSeconds: number }
  | {
      readonly kind: 'refused';
      readonly error: string;
      readonly more?: Record<string, string>;
      readonly code?: string;
    };

/** The web ticket service. Source: Skype/UCWA/AuthenticationInUCWA.md. */
export function tokenRoutes(world: World): Route[] {
  return [
    {
      method: 'POST',
      path: TOKEN_PATH,
      handle: async (exchange) => {
        const form = readForm((await exchange.body()).toString('utf8'), exchange.header('content-type'));
        answer(exchange, world, grant(form, exchange, world));
      },
    },
  ];
}

function answer(exchange: Exchange, world: World, result: Grant): void {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache' };
  if (result.kind === 'refused') {
    const explained = result.code === undefined ? {} : diagnostics(exchange.pool, result.code, result.error);
    exchange.send(400, JSON.stringify({ error: result.error, ...result.more }), { ...headers, ...explained });
    return;
  }
  const token = world.tokens.issue(result.principal, poolFor(exchange, world), result.lifetimeSeconds);
  const body = {
    access_token: token,
    expires_in: result.lifetimeSeconds,
    ms_rtc_identityscope: 'local',
    token_type: 'Bearer',
  };
  exchange.send(200, JSON.stringify(body), headers);
}

/** The pool that a ticket is for: mostly the one that is asked. */
function poolFor(exchange: Exchange, world: World): Pool {
  const wanted = exchange.url.searchParams.get(ISSUED_FOR);
  return world.pools.find(({ key }) => key === wanted) ?? exchange.pool;
}

function grant(form: URLSearchParams, exchange: Exchange, world: World): Grant {
  const type = form.get('grant_type') ?? '';
  if (type === '') return { kind: 'refused', error: 'invalid_request' };
  if (form.has('scope') && form.get('scope') !== 'all') return { kind: 'refused', error: 'invalid_scope' };
  if (type === PASSIVE_GRANT) {
    const more = { ms_rtc_passiveauthuri: `${exchange.pool.origin}/PassiveAuth/PassiveAuth.aspx` };
    return { kind: 'refused', error: 'invalid_grant', more, code: '28020' };
  }
  if (!world.switches.grants.includes(type)) {
    return { kind: 'refused', error: 'unsupported_grant_type', code: '28029' };
  }
  if (type === 'password') return passwordGrant(form, poolFor(exchange, world), world);
  if (type === ANONYMOUS_GRANT) return guestGrant(form, poolFor(exchange, world), world);
  // The Windows grant takes its identity from NTLM on the connection, which this listener does not speak.
  return { kind: 'refused', error: 'invalid_grant', code: '28020' };
}

function passwordGrant(form: URLSearchParams, pool: Pool, world: World): Grant {
  const username = form.get('username') ?? '';
  const password = form.get('password') ?? '';
  if (username === '' || password === '') return { kind: 'refused', error: 'invalid_request' };
  const isNamed = form.get('resource') === new URL(pool.origin).hostname;
  if (world.switches.requireTokenResource && pool.key === 'second' && !isNamed) {
    return { kind: 'refused', error: 'invalid_request' };
  }
  const person = personByUsername(world.company, username);
  if (person?.password !== password) return { kind: 'refused', error: 'invalid_grant' };
  return {
    kind: 'granted',
    principal: { kind: 'person', person },
    lifetimeSeconds: world.switches.tokenLifetimeSeconds,
  };
}

/** The password of a guest is the meeting's ID; a renewal brings the old ticket instead. */
function guestGrant(form: URLSearchParams, pool: Pool, world: World): Grant {
  const renewed = form.get('ms_rtc_renew');
  if (renewed !== null) {
    const reading = world.tokens.read(renewed, pool);
    if (reading.kind !== 'valid' || reading.principal.kind !== 'guest')
      return { kind: 'refused', error: 'invalid_grant' };
    return { kind: 'granted', principal: reading.principal, lifetimeSeconds: GUEST_LIFETIME_SECONDS };
  }
  const conferenceUri = form.get('ms_rtc_conferenceuri') ?? '';
  const password = form.get('password') ?? '';
  if (conferenceUri === '' || password === '') return { kind: 'refused', error: 'invalid_request' };
  const meeting = world.meetings.findByUri(conferenceUri);
  if (meeting?.id !== password.toUpperCase()) return { kind: 'refused', error: 'invalid_grant' };
  const uri = `sip:guest-${randomBytes(4).toString('hex')}@anonymous.invalid`;
  return {
    kind: 'granted',
    principal: { kind: 'guest', uri, conferenceUri },
    lifetimeSeconds: GUEST_LIFETIME_SECONDS,
  };
}
