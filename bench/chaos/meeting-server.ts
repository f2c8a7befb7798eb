import { request as send } from 'node:http';

import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../../src/simulator';

import { type Answered, type Asked, FaultyServer, type Trouble } from './faulty-server';

/** A meeting as the server really has it. */
export interface TrueMeeting {
  readonly onlineMeetingId: string;
  readonly subject: string;
  readonly joinUrl: string;
}

/** A held event request ends by itself, and signing in is not what is tried out. */
const spared = /^\/$|^\/\?|autodiscover|oauthtoken|webticket|\/applications$|\/events\?/iu;

/** The simulator behind a door at which calls go wrong. */
export class MeetingServer {
  readonly #door: FaultyServer;
  readonly #simulator: RunningSimulator;
  readonly #counts: Map<string, number>;

  private constructor(parts: { door: FaultyServer; simulator: RunningSimulator; counts: Map<string, number> }) {
    this.#door = parts.door;
    this.#simulator = parts.simulator;
    this.#counts = parts.counts;
  }

  static async start(trouble: Trouble, options: SimulatorOptions = {}): Promise<MeetingServer> {
    const counts = new Map<string, number>();
    const behind: { simulator?: RunningSimulator } = {};
    const door = await FaultyServer.start({ ...trouble, spares: ({ path }) => spared.test(path) }, async (asked) => {
      if (behind.simulator === undefined) return { status: 503 };
      count(counts, asked);
      return throughTo(behind.simulator.origin, door.origin, asked);
    });
    const simulator = await startSimulator({ ...options, publicMeetOrigin: door.origin });
    behind.simulator = simulator;
    return new MeetingServer({ door, simulator, counts });
  }

  /** What the product has to know. */
  get settings(): Record<string, string> {
    const { username, password } = this.#simulator.demoAccount;
    return { UCWA_ROOT_URL: `${this.#door.origin}/`, UCWA_USERNAME: username, UCWA_PASSWORD: password };
  }

  /** Requests that reached the simulator, by `METHOD last-part-of-the-path`. */
  count(call: string): number {
    return this.#counts.get(call) ?? 0;
  }

  /** See {@link FaultyServer.retriesPerCall}. */
  get retriesPerCall(): number | undefined {
    return this.#door.retriesPerCall;
  }

  fail(percent: number): void {
    this.#door.fail(percent);
  }

  async meetings(): Promise<readonly TrueMeeting[]> {
    const response = await fetch(new URL('/_sim/state', this.#simulator.origin));
    return ((await response.json()) as { meetings: readonly TrueMeeting[] }).meetings;
  }

  async stop(): Promise<void> {
    await this.#door.stop();
    await this.#simulator.stop();
  }
}

function count(counts: Map<string, number>, { method, path }: Asked): void {
  const call = `${method} ${new URL(path, 'http://x').pathname.split('/').pop() ?? ''}`;
  counts.set(call, (counts.get(call) ?? 0) + 1);
}

/** Hands a request on; addresses in the answer lead back through the door. */
async function throughTo(
  target: string,
  door: string,
  { method, path, headers, body, gone }: Asked,
): Promise<Answered> {
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host'));
  return new Promise((resolve, reject) => {
    const request = send(new URL(path, target), { method, headers: others, signal: gone }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const through = (text: string): string => text.replaceAll(target, door);
        const kept = Object.entries(response.headers).flatMap(([name, value]) =>
          value === undefined || hopByHop.includes(name)
            ? []
            : [[name, typeof value === 'string' ? through(value) : value.map(through)] as const],
        );
        const text = through(Buffer.concat(chunks).toString());
        resolve({ status: response.statusCode ?? 502, headers: Object.fromEntries(kept), body: text });
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** Headers that are about one connection. */
const hopByHop: readonly string[] = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date'];
