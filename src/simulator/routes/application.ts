import type { Exchange } from '../http/exchange';
import { forbidden, invalidParameters, type ParameterProblem, UcwaProblem } from '../http/problem';
import { Hrefs } from '../model/hrefs';
import type { ApplicationInput } from '../model/session';
import { applicationResource } from '../resources/application';
import type { World } from '../world';

import {
  type ApplicationCall,
  type ApplicationRoute,
  checkVersion,
  isUnchanged,
  mountPoints,
} from './application-route';
import { authenticate } from './authentication';
import type { Route } from './route';

const MAX_IDENTITY_LENGTH = 100;

/** The factory of applications. Source: Skype/UCWA/applications_ref.md. */
export function applicationsRoutes(world: World): Route[] {
  return mountPoints.flatMap((path): Route[] => [
    { method: 'POST', path, handle: async (exchange) => createApplication(exchange, world) },
    {
      method: 'GET',
      path,
      handle: async (exchange) => {
        // Only here for its challenge: this is how a client finds the token endpoint of another pool.
        await authenticate(exchange, world);
        throw new UcwaProblem(405, undefined, { message: 'GET is not allowed on applications.' });
      },
    },
  ]);
}

/** One application. Source: Skype/UCWA/application_ref.md. */
export const applicationRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: '', handle: read },
  { method: 'DELETE', path: '', handle: remove },
];

function read({ exchange, world, application, hrefs }: ApplicationCall): void {
  if (isUnchanged(exchange, application.etag)) exchange.empty(304, { ETag: `"${application.etag}"` });
  else exchange.resource(200, applicationResource(world, application, hrefs));
}

function remove({ exchange, world, application, instanceId }: ApplicationCall): void {
  world.applications.leave(application, instanceId);
  exchange.empty(204);
}

async function createApplication(exchange: Exchange, world: World): Promise<void> {
  const owner = await authenticate(exchange, world);
  checkVersion(exchange);
  if (owner.kind === 'person' && owner.person.ucwaEnabled === false) {
    throw forbidden('None', 'You are not enabled for this service.');
  }
  const home = world.homePoolOf(owner);
  if (home !== undefined && home !== exchange.pool) throw forbidden('None', 'You are homed on another pool.');
  const input = decodeApplication(await exchange.input());
  if (world.switches.disallowedUserAgents.includes(input.userAgent)) {
    throw forbidden('None', 'This client is not allowed.');
  }
  const { application, created } = world.applications.admit(owner, exchange.pool, input);
  const hrefs = new Hrefs(world.switches.pathStyle, { id: application.id, instanceId: input.instanceId });
  exchange.resource(created ? 201 : 200, applicationResource(world, application, hrefs), { Location: hrefs.self });
}

function decodeApplication(input: Awaited<ReturnType<Exchange['input']>>): ApplicationInput {
  const wrong: ParameterProblem[] = [];
  const identity = (name: string): string => {
    const value = input.get(name);
    if (value === undefined || value === '') wrong.push({ name, reason: 'The value is missing.' });
    else if (typeof value !== 'string') wrong.push({ name, reason: 'The value is not a string.' });
    else if (value.length > MAX_IDENTITY_LENGTH)
      wrong.push({ name, reason: 'The value is longer than 100 characters.' });
    return typeof value === 'string' ? value : '';
  };
  const decoded = {
    userAgent: identity('userAgent'),
    endpointId: identity('endpointId'),
    culture: identity('culture'),
  };
  if (wrong.length > 0) throw invalidParameters(...wrong);
  return {
    ...decoded,
    type: input.choice('type', ['Browser']),
    instanceId: input.text('instanceId', MAX_IDENTITY_LENGTH) ?? '',
  };
}
