import type { Route } from '../routes/route';
import type { World } from '../world';

import { ControlProblem, controlRoute } from './control-route';

/** Ends things before their time, so that no test has to wait for it. */
export function lifetimeRoutes(world: World): Route[] {
  return [
    controlRoute('POST', '/applications/expire', () => {
      const applications = world.applications.all();
      for (const application of applications) world.applications.expire(application);
      return { expired: applications.length };
    }),
    controlRoute('POST', '/applications/silence', ({ body }) => {
      const minutes = body.minutes;
      if (typeof minutes !== 'number' || minutes < 0) throw new ControlProblem(400, '"minutes" is a number.');
      for (const application of world.applications.all()) {
        for (const channel of application.channels.values()) channel.fallSilent(minutes * 60_000);
      }
      return { applications: world.applications.all().length };
    }),
    controlRoute('POST', '/tokens/expire', () => ({ expired: world.tokens.expireAll() })),
  ];
}
