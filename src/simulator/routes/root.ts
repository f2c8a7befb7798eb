import type { Exchange } from '../http/exchange';
import { WebServerProblem } from '../http/problem';
import type { Resource } from '../http/resource';
import type { Pool } from '../model/pool';
import { isLocal } from '../pages/same-site';
import type { World } from '../world';

import { checkOrigin } from './authentication';
import type { Route } from './route';

/** Path of the root resource; `/` serves it too. */
export const ROOT_PATH = '/Autodiscover/AutodiscoverService.svc/root';
/** Path of the user resource. */
export const USER_PATH = `${ROOT_PATH}/oauth/user`;
const XFRAME_PATH = '/Autodiscover/XFrame/XFrame.html';

/** Discovery without a token. Source: Skype/UCWA/RootURL.md, Skype/UCWA/root_ref.md. */
export function rootRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: '/',
      handle: (exchange) => {
        if (isBrowser(exchange)) {
          exchange.send(302, '', { Location: '/_sim/' });
          return;
        }
        checkDiscovery(exchange, world);
        const target = world.pools.find((pool) => pool !== exchange.pool && pool.condition === 'up') ?? exchange.pool;
        exchange.resource(
          200,
          world.switches.discovery === 'redirect' ? redirect(target, world) : root(exchange.pool, world),
        );
      },
    },
    {
      method: 'GET',
      path: ROOT_PATH,
      handle: (exchange) => {
        checkDiscovery(exchange, world);
        exchange.resource(200, root(exchange.pool, world));
      },
    },
    {
      method: 'GET',
      path: XFRAME_PATH,
      handle: (exchange) => {
        exchange.html(200, '<!DOCTYPE html><html lang="en"><head><title>XFrame</title></head><body></body></html>');
      },
    },
  ];
}

/** A person on this machine who typed our address; no client of an API asks for XHTML. */
function isBrowser(exchange: Exchange): boolean {
  const accept = exchange.header('accept') ?? '';
  return accept.includes('text/html') && accept.includes('application/xhtml+xml') && isLocal(exchange);
}

/** An absolute discovery href on a pool; it keeps the domain that was asked for. */
export function discoveryHref(pool: Pool, path: string, world: World): string {
  return `${pool.origin}${path}?originalDomain=${encodeURIComponent(world.company.sipDomain)}`;
}

/** The link to a pool's cross-domain frame. */
export function xframe(pool: Pool): { href: string } {
  return { href: `${pool.origin}${XFRAME_PATH}` };
}

/** Sends the client to another pool's root. Source: Skype/UCWA/redirect_ref.md. */
export function redirect(pool: Pool, world: World): Resource {
  return { rel: 'root', properties: {}, links: { redirect: { href: discoveryHref(pool, ROOT_PATH, world) } } };
}

function root(pool: Pool, world: World): Resource {
  return {
    rel: 'root',
    properties: {},
    links: {
      self: { href: discoveryHref(pool, ROOT_PATH, world) },
      user: { href: discoveryHref(pool, USER_PATH, world) },
      xframe: xframe(pool),
    },
  };
}

function checkDiscovery(exchange: Exchange, { switches }: World): void {
  checkOrigin(exchange, switches);
  if (switches.discovery === 'off') throw new WebServerProblem(404, 'Not Found');
}
