import type { Exchange } from '../http/exchange';
import { applicationNotFound, invalidParameters, notFound, UcwaProblem } from '../http/problem';
import { ANONYMOUS_ROOT, applicationRoots, Hrefs } from '../model/hrefs';
import type { Principal } from '../model/principal';
import type { Application } from '../model/session';
import type { World } from '../world';

import { authenticate } from './authentication';
import type { Route, Verb } from './route';
import { checkScope } from './scopes';

/** Newest resource version that `X-MS-RequiresMinResourceVersion` may ask for. */
const NEWEST_RESOURCE_VERSION = 2;

/** Every address that applications answer on; the last one is the lost root of the July 2015 pages. */
export const mountPoints: readonly string[] = [...Object.values(applicationRoots), ANONYMOUS_ROOT, '/v1/applications'];

/** A request inside a signed-in application. */
export interface ApplicationCall {
  readonly exchange: Exchange;
  readonly world: World;
  readonly application: Application;
  readonly caller: Principal;
  /** Instance that the request's address names; empty: the only one. */
  readonly instanceId: string;
  readonly hrefs: Hrefs;
}

/** One verb on one path below an application. */
export interface ApplicationRoute {
  readonly method: Verb;
  /** Below the application's own path, e.g. `/me`; empty for the application itself. */
  readonly path: string;
  readonly handle: (call: ApplicationCall) => Promise<void> | void;
}

/** Turns routes below an application into routes of a listener: token, version and application are checked first. */
export function mount(world: World, routes: readonly ApplicationRoute[]): Route[] {
  return mountPoints.flatMap((root) =>
    routes.map(({ method, path, handle }) => ({
      method,
      path: `${root}/:application${path}`,
      handle: async (exchange) => {
        const call = await enterApplication(exchange, world);
        if (world.switches.checkScopes) checkScope(call.caller, path, exchange.url.searchParams);
        await handle(call);
      },
    })),
  );
}

/**
 * The application a request is about.
 *
 * @throws UcwaProblem 404 or 410, and everything that `authenticate` throws.
 */
export async function enterApplication(exchange: Exchange, world: World): Promise<ApplicationCall> {
  const caller = await authenticate(exchange, world);
  checkVersion(exchange);
  const application = world.applications.find(exchange.param('application'), caller, exchange.pool);
  const named = exchange.url.searchParams.get('instanceId') ?? undefined;
  if (named !== undefined && !application.channels.has(named)) throw applicationNotFound();
  const only = application.channels.size === 1 ? [...application.channels.keys()][0] : undefined;
  const instanceId = named ?? only ?? '';
  const hrefs = new Hrefs(world.switches.pathStyle, { id: application.id, instanceId });
  return { exchange, world, application, caller, instanceId, hrefs };
}

/** @throws UcwaProblem 404 APIVersionNotSupported. Source: Skype/UCWA/Versioning.md. */
export function checkVersion(exchange: Exchange): void {
  const required = exchange.header('x-ms-requiresminresourceversion');
  if (required === undefined || Number(required) <= NEWEST_RESOURCE_VERSION) return;
  throw notFound('This version of the resource', 'APIVersionNotSupported');
}

/** The person behind a call; guests have no schedule and no presence. @throws UcwaProblem 403 AnonymousNotAllowed. */
export function personOf(call: ApplicationCall): Extract<Principal, { kind: 'person' }>['person'] {
  if (call.caller.kind === 'person') return call.caller.person;
  throw new UcwaProblem(403, 'AnonymousNotAllowed', { message: 'Anonymous users cannot do this.' });
}

/** The event channel of the instance. @throws UcwaProblem 404 ApplicationNotFound. */
export function channelOf({
  application,
  instanceId,
}: ApplicationCall): NonNullable<ReturnType<Application['channels']['get']>> {
  const channel = application.channels.get(instanceId);
  if (channel === undefined) throw applicationNotFound();
  return channel;
}

/**
 * Checks what every PUT needs: a quoted tag that is current, and the pass-back property in the body.
 *
 * @throws UcwaProblem 428, 412 or 400. Source: Skype/UCWA/PayloadFormat.md.
 */
export function checkPut(
  { exchange, world }: ApplicationCall,
  resource: { etag: string; name: string; hasInput: (name: string) => boolean },
): void {
  const given = exchange.header('if-match')?.trim() ?? '';
  // An unquoted tag is not a tag for the web server, so it counts as missing.
  if (given !== '*' && !/^(W\/)?"[^"]*"$/.test(given)) {
    throw new UcwaProblem(428, undefined, { message: 'The request needs a quoted If-Match header.' });
  }
  if (given !== '*' && given.replace(/^W\/|"/g, '') !== resource.etag) {
    throw new UcwaProblem(412, undefined, { message: 'The resource has been changed in the meantime.' });
  }
  const passBack = world.passBack(resource.name);
  if (!resource.hasInput(passBack)) {
    throw invalidParameters({ name: passBack, reason: 'The value is missing; please pass it back.' });
  }
}

/** True when the caller has this version already; quoted or bare. */
export function isUnchanged(exchange: Exchange, etag: string): boolean {
  return exchange.header('if-none-match')?.trim().replace(/^W\//, '').replace(/"/g, '') === etag;
}
