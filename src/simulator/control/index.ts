import type { Route } from '../routes/route';
import type { World } from '../world';

import { behaviourRoutes } from './behaviour-routes';
import { companyRoutes } from './company-routes';
import { lifetimeRoutes } from './lifetime-routes';
import { poolRoutes } from './pool-routes';
import { viewRoutes } from './view-routes';

/** The remote control for tests and the curious: answers on loopback only, and is no part of UCWA. */
export function controlRoutes(world: World): Route[] {
  return [
    ...viewRoutes(world),
    ...behaviourRoutes(world),
    ...companyRoutes(world),
    ...lifetimeRoutes(world),
    ...poolRoutes(world),
  ];
}
