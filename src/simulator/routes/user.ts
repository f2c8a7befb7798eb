import { ANONYMOUS_ROOT, applicationRoots } from '../model/hrefs';
import type { World } from '../world';

import { authenticate } from './authentication';
import { discoveryHref, redirect, USER_PATH, xframe } from './root';
import type { Route } from './route';

/** Discovery with a token: where somebody's applications live. Source: Skype/UCWA/user_ref.md, anonApplications_ref.md. */
export function userRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: USER_PATH,
      handle: async (exchange) => {
        const principal = await authenticate(exchange, world);
        const home = world.homePoolOf(principal) ?? exchange.pool;
        if (world.switches.userRedirect && home !== exchange.pool) {
          exchange.resource(200, redirect(home, world));
          return;
        }
        const enabled = principal.kind === 'guest' || principal.person.ucwaEnabled !== false;
        const apart = principal.kind === 'guest' && world.switches.anonApplications;
        const root = apart ? ANONYMOUS_ROOT : applicationRoots[world.switches.pathStyle];
        const applications = { href: `${home.origin}${root}`, revision: '2' };
        exchange.resource(200, {
          rel: 'user',
          properties: {},
          links: {
            self: { href: discoveryHref(exchange.pool, USER_PATH, world) },
            [apart ? 'anonApplications' : 'applications']: enabled ? applications : undefined,
            xframe: xframe(home),
          },
        });
      },
    },
  ];
}
