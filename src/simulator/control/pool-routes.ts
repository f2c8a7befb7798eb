import { type PoolCondition, poolConditions } from '../model/pool';
import type { Route } from '../routes/route';
import type { World } from '../world';

import { ControlProblem, controlRoute } from './control-route';

/** Lets a pool fail, and come back. */
export function poolRoutes(world: World): Route[] {
  return [
    controlRoute('POST', '/pools/:pool', async ({ exchange, body: { condition } }) => {
      const name = exchange.param('pool');
      const pool = world.pools.find(({ key }) => key === name);
      if (pool === undefined) throw new ControlProblem(404, `There is no pool "${name}".`);
      if (!isCondition(condition)) throw new ControlProblem(400, `"condition" is one of ${poolConditions.join(', ')}.`);
      if (condition === 'closed' && pool === exchange.pool) {
        throw new ControlProblem(400, 'A pool cannot close itself: ask the other one.');
      }
      await world.setCondition(pool, condition);
      return { pool: name, condition };
    }),
  ];
}

function isCondition(value: unknown): value is PoolCondition {
  return poolConditions.some((condition) => condition === value);
}
