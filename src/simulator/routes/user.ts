import { applicationRoots } from '../model/hrefs';
import type { World } from '../world';

import { authenticate } from './authentication';
import { discoveryHref, redirect, USER_PATH, xframe } from './root';
import type { Route } from './route';

/** Discovery with a token: where the person's applications live. Source: Skype/UCWA/user_ref.md. */
export function userRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: USER_PATH,
      handle: (exchange) => {
        const principal = authenticate(exchange, world);
        const home = (principal.kind === 'person' ? world.homePool(principal.person) : undefined) ?? exchange.pool;
        if (world.switches.userRedirect && home !== exchange.pool) {
          exchange.resource(200, redirect(home, world));
          return;
        }
        const enabled = principal.kind === 'guest' || principal.person.ucwaEnabled !== false;
        const applications = `${home.origin}${applicationRoots[world.switches.pathStyle]}`;
        exchange.resource(200, {
          rel: 'user',
          properties: {},
          links: {
            self: { href: discoveryHref(exchange.pool, USER_PATH, world) },
            applications: enabled ? { href: applications, revision: '2' } : undefined,
            xframe: xframe(home),
          },
        });
      },
    },
  ];
}
