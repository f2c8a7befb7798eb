import type { Route } from '../routes/route';
import { number, object, readAs } from '../shape';
import type { World } from '../world';

import { ControlProblem, controlRoute } from './control-route';

/** Ten years: far beyond every lifetime, and still a date. */
const MAX_ADVANCE_SECONDS = 10 * 365 * 86_400;

const timeShape = object({ advanceSeconds: number({ minimum: 0, maximum: MAX_ADVANCE_SECONDS }) }, {});

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
    controlRoute('POST', '/time', ({ body }) => {
      const reading = readAs(timeShape, body);
      if (reading.kind === 'wrong') throw new ControlProblem(400, reading.problems.join(' '));
      world.advance(reading.value.advanceSeconds * 1000);
      return { now: new Date(world.clock.now()).toISOString(), aheadSeconds: world.clock.aheadMs / 1000 };
    }),
    controlRoute('POST', '/tokens/expire', () => ({ expired: world.tokens.expireAll() })),
  ];
}
