import { parseFault } from '../faults';
import type { Route } from '../routes/route';
import { parseSwitches } from '../switches';
import type { World } from '../world';

import { ControlProblem, controlRoute } from './control-route';

/** Orders faults and turns switches. */
export function behaviourRoutes(world: World): Route[] {
  return [
    controlRoute('POST', '/faults', ({ body }) => {
      const reading = parseFault(body);
      if (reading.kind === 'wrong') throw new ControlProblem(400, reading.problem);
      world.faults.add(reading.fault);
      return { waiting: world.faults.size };
    }),
    controlRoute('DELETE', '/faults', () => {
      world.faults.clear();
      return { waiting: 0 };
    }),
    controlRoute('POST', '/switches', ({ body }) => {
      const reading = parseSwitches(body);
      if (reading.kind === 'wrong') throw new ControlProblem(400, reading.problem);
      return { ...Object.assign(world.switches, reading.switches) };
    }),
  ];
}
