import type { Company } from './company';
import { contosoScenario } from './contoso';
import { controlRoutes } from './control';
import { faultFrom } from './faults';
import { type Listener, startListener } from './listener';
import type { RunningSimulator, SimulatorOptions } from './options';
import { meetRoutes } from './pages/meet-routes';
import { type RedirectListener, startRedirectListener } from './redirect-listener';
import { ucwaRoutes } from './routes';
import type { Route } from './routes/route';
import { StateFile } from './state-file';
import { defaultSwitches } from './switches';
import { Timers } from './timers';
import { World } from './world';

/** How often what has outlived its time is let go, before `timeScale`. */
const SWEEP_MS = 30_000;

/**
 * Starts a UCWA pool (or two) with a company in it.
 *
 * @throws SimulatorStartError when an address cannot be used; SimulatorStateError for a state file that is none.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const world = makeWorld(options);
  const stateFile = await openBook(world, options.stateFile);
  world.timers.every(SWEEP_MS, () => {
    world.sweep();
  });
  const listeners = await listen(world, options);
  const redirect = await listenForHttp(listeners, options);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    world.timers.stop();
    await Promise.all([...listeners, ...redirect].map(async (listener) => listener.stop()));
    await stateFile?.settled();
  };
  const [first, second] = world.pools;
  return {
    rootUrl: `${first?.origin ?? ''}/`,
    origin: first?.origin ?? '',
    ...(second && { secondOrigin: second.origin }),
    ...(redirect[0] && { httpOrigin: redirect[0].origin }),
    sipDomain: world.company.sipDomain,
    company: world.company,
    demoAccount: demoAccount(world.company),
    requests: world.requests.records,
    stop: async () => (stopping ??= stop()),
  };
}

function makeWorld(options: SimulatorOptions): World {
  const scenario = options.scenario ?? contosoScenario;
  const world = new World({
    company: options.company ?? scenario.company,
    clock: options.clock ?? { now: () => Date.now() },
    timers: new Timers(options.timeScale ?? 1),
    switches: { ...defaultSwitches, ...scenario.switches, ...options.switches },
    trustedIssuer: options.trustedIssuer,
  });
  for (const fault of scenario.faults) world.faults.add(faultFrom(fault));
  return world;
}

/** Fills the meeting book, from the file if there is one, and keeps the file up to date from then on. */
async function openBook(world: World, path: string | undefined): Promise<StateFile | undefined> {
  const file = path === undefined ? undefined : new StateFile(path);
  const { meetings, company } = world;
  const saved = await file?.load();
  if (saved === undefined) meetings.seedMeetings(company, world.clock.now());
  else meetings.restore(saved, company);
  meetings.seedRooms(company, world.clock.now());
  if (file !== undefined) {
    file.save(meetings.saved());
    meetings.onChange(() => {
      file.save(meetings.saved());
    });
  }
  return file;
}

/** Starts the listeners; if the second one fails, the first is closed again. */
async function listen(world: World, options: SimulatorOptions): Promise<Listener[]> {
  const routes = [...ucwaRoutes(world), ...meetRoutes(world), ...controlRoutes(world)];
  const first = await listenOn(world, options, { key: 'first', port: options.port ?? 0, routes });
  world.meetOrigin = options.publicMeetOrigin ?? first.pool.origin;
  const { secondPool = options.scenario?.secondPool ?? false } = options;
  if (!secondPool) return [first];
  try {
    return [first, await listenOn(world, options, { key: 'second', port: 0, routes })];
  } catch (error) {
    await first.stop();
    throw error;
  }
}

/** The plain HTTP port beside HTTPS, if wanted; if it fails, the others are closed again. */
async function listenForHttp(
  listeners: readonly Listener[],
  { host = '127.0.0.1', tls, httpDiscovery }: SimulatorOptions,
): Promise<RedirectListener[]> {
  const target = listeners[0]?.pool.origin;
  if (tls === undefined || httpDiscovery !== true || target === undefined) return [];
  try {
    return [await startRedirectListener(host, target)];
  } catch (error) {
    await Promise.all(listeners.map(async (listener) => listener.stop()));
    throw error;
  }
}

async function listenOn(
  world: World,
  { host = '127.0.0.1', tls, log = (): void => undefined }: SimulatorOptions,
  place: { key: 'first' | 'second'; port: number; routes: readonly Route[] },
): Promise<Listener> {
  const { key, port, routes } = place;
  const fqdn = `${key === 'first' ? 'fe1' : 'fe2'}.${world.company.sipDomain}`;
  const listener = await startListener(world, { host, port, tls, pool: { key, fqdn }, routes, log });
  world.pools.push(listener.pool);
  return listener;
}

function demoAccount(company: Company): RunningSimulator['demoAccount'] {
  const account = company.people.find((person) => person.account === company.serviceAccount);
  return { username: account?.uri.replace(/^sip:/, '') ?? '', password: account?.password ?? '' };
}
