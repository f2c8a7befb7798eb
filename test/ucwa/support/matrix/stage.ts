import { request } from 'node:http';

import { type RunningSimulator, startSimulator } from '../../../../src/simulator';
import {
  createUcwaAccount,
  type StateInfo,
  type UcwaAccount,
  type UcwaClock,
  type UcwaFormat,
} from '../../../../src/ucwa';

import type { Variant } from './variants';

/** How much faster than in life time goes, for the simulator and the client alike. */
const speed = 50;

/** How long a case may take before it counts as hanging, in real milliseconds. */
const caseLimitMs = 30_000;

/** How long the client waits, in real milliseconds: more than a busy machine takes. */
const patience = { requestMs: 8_000, operationMs: 10_000 };

/** How long it waits when it shall meet its limits, in real milliseconds. */
export const impatience = { requestMs: 2_000, operationMs: 5_000 };

/** A meeting as the simulator has it. */
export interface TrueMeeting {
  readonly onlineMeetingId: string;
  readonly kind: string;
  readonly organizer: string;
  readonly subject: string;
  readonly description: string;
  readonly attendees: readonly string[];
  readonly expirationTime?: number;
  readonly etag: string;
  readonly joinUrl: string;
  readonly onlineMeetingUri: string;
  readonly participants: readonly { readonly uri: string; readonly role: string; readonly inLobby: boolean }[];
}

/** What the simulator holds, looked at past the client. */
export interface Truth {
  readonly applications: readonly {
    readonly owner: string;
    readonly pool: string;
    readonly pendingGets: number;
  }[];
  readonly meetings: readonly TrueMeeting[];
}

/** What the client is like. */
interface Manner {
  readonly format: UcwaFormat;
  readonly isImpatient: boolean;
}

/** A clock on which everything is `speed` times as fast. */
function fastClock(): UcwaClock {
  const startedAt = Date.now();
  return {
    now: () => startedAt + (Date.now() - startedAt) * speed,
    sleep: async (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          if (signal.aborted) reject(signal.reason as Error);
          else resolve();
        };
        const timer = setTimeout(wake, ms / speed);
        signal.addEventListener('abort', wake, { once: true });
      }),
  };
}

/** A simulator, an account on it, and the simulator's control endpoint: where one case is played. */
export class Stage {
  readonly simulator: RunningSimulator;
  readonly account: UcwaAccount;
  readonly clock: UcwaClock;
  /** The format the account speaks inside its application. */
  readonly format: UcwaFormat;
  /** Ends a case that hangs. */
  readonly signal = AbortSignal.timeout(caseLimitMs);
  /** SIP URI of the account. */
  readonly ownUri: string;
  readonly #states: string[] = [];
  #onChange: () => void = () => undefined;

  private constructor(simulator: RunningSimulator, clock: UcwaClock, manner: Manner) {
    this.simulator = simulator;
    this.clock = clock;
    this.format = manner.format;
    const { uri, password } = whoSignsIn(simulator);
    this.ownUri = uri;
    this.account = createUcwaAccount({
      format: manner.format,
      server: { kind: 'root', rootUrl: simulator.rootUrl, sipDomain: simulator.sipDomain },
      credentials: {
        kind: 'password',
        username: uri.replace('sip:', ''),
        password: async () => Promise.resolve(password),
      },
      application: { userAgent: 'Confer/1.0', endpointId: 'endpoint-1', culture: 'en-US' },
      timeouts: manner.isImpatient ? impatience : patience,
      clock,
      hooks: {
        onState: ({ state }) => {
          this.#states.push(state);
          this.#onChange();
        },
      },
    });
  }

  static async open(options: Variant['options'], manner: Manner): Promise<Stage> {
    const clock = fastClock();
    return new Stage(await startSimulator({ ...options, clock, timeScale: 1 / speed }), clock, manner);
  }

  /** `host:port` of everything that belongs to the pool. */
  get hosts(): readonly string[] {
    const { origin, secondOrigin } = this.simulator;
    return [origin, secondOrigin].flatMap((url) => (url === undefined ? [] : [new URL(url).host]));
  }

  /** Orders something at the control endpoint. */
  async control(path: string, body: unknown = {}): Promise<void> {
    await this.#ask('POST', path, JSON.stringify(body));
  }

  async truth(): Promise<Truth> {
    return JSON.parse(await this.#ask('GET', 'state')) as Truth;
  }

  /** Forgets the failures that have not happened yet. */
  async clearFaults(): Promise<void> {
    await this.#ask('DELETE', 'faults');
  }

  /** Resolves when the client has reported this state once more, or is not going to. */
  async untilState(wanted: StateInfo['state'], order: () => Promise<void>): Promise<void> {
    const count = (): number => this.#states.filter((state) => state === wanted).length;
    const before = count();
    await order();
    await new Promise<void>((resolve) => {
      const givingUp = setTimeout(resolve, 1_000);
      this.#onChange = (): void => {
        if (count() <= before) return;
        clearTimeout(givingUp);
        resolve();
      };
      this.#onChange();
    });
    this.#onChange = (): void => undefined;
  }

  async #ask(method: string, path: string, body = ''): Promise<string> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      request(`${this.simulator.origin}/_sim/${path}`, { method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(text);
          else reject(new RangeError(`${method} ${path}: ${text}`));
        });
      })
        .on('error', reject)
        .end(body);
    });
  }
}

/** The demo account; with a second pool somebody who is homed there. */
function whoSignsIn(simulator: RunningSimulator): { readonly uri: string; readonly password: string } {
  const { people, serviceAccount } = simulator.company;
  const wanted = people.find((person) =>
    simulator.secondOrigin === undefined ? person.account === serviceAccount : person.secondPool === true,
  );
  if (wanted === undefined) throw new RangeError('The company has nobody to sign in');
  return wanted;
}
