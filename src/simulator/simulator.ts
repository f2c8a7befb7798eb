import { contoso } from './contoso';
import { startListener, type Listener } from './listener';
import type { RunningSimulator, SimulatorOptions } from './options';
import { ucwaRoutes } from './routes';
import { defaultSwitches } from './switches';
import { Timers } from './timers';
import { World } from './world';

/**
 * Starts a UCWA pool (or two) with a company in it.
 *
 * @throws SimulatorStartError when an address cannot be used; SimulatorStateError for a state file that is none.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const company = options.company ?? contoso;
  const clock = options.clock ?? { now: () => Date.now() };
  const timers = new Timers(options.timeScale ?? 1);
  const world = new World({ company, clock, timers, switches: { ...defaultSwitches, ...options.switches } });
  world.meetings.seed(company, clock.now());
  const listeners: Listener[] = [];
  const routes = ucwaRoutes(world);
  const log = options.log ?? ((): void => undefined);
  const listenOn = async (key: 'first' | 'second', port: number): Promise<Listener> => {
    const fqdn = `${key === 'first' ? 'fe1' : 'fe2'}.${company.sipDomain}`;
    const host = options.host ?? '127.0.0.1';
    const listener = await startListener(world, { host, port, tls: options.tls, pool: { key, fqdn }, routes, log });
    listeners.push(listener);
    world.pools.push(listener.pool);
    return listener;
  };
  const first = await listenOn('first', options.port ?? 0);
  world.meetOrigin = options.publicMeetOrigin ?? first.pool.origin;
  const second = options.secondPool === true ? await listenOn('second', 0) : undefined;
  const account = company.people.find((person) => person.account === company.serviceAccount);
  return {
    rootUrl: `${first.pool.origin}/`,
    origin: first.pool.origin,
    ...(second && { secondOrigin: second.pool.origin }),
    sipDomain: company.sipDomain,
    company,
    demoAccount: { username: account?.uri.replace(/^sip:/, '') ?? '', password: account?.password ?? '' },
    requests: world.requests.records,
    stop: async () => {
      timers.stop();
      await Promise.all(listeners.map(async (listener) => listener.stop()));
    },
  };
}
