import { request } from 'node:http';

import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../../../src/simulator';
import {
  type ConversationSnapshot,
  createUcwaAccount,
  type JoinedMeeting,
  type UcwaAccount,
  type UcwaAccountOptions,
} from '../../../src/ucwa';

import { anySignal } from './pool';

/** A simulator with several people on it, each with an account of their own. */
export class Company {
  readonly simulator: RunningSimulator;
  readonly #accounts: UcwaAccount[] = [];
  readonly #changes: Partial<UcwaAccountOptions>;

  private constructor(simulator: RunningSimulator, changes: Partial<UcwaAccountOptions>) {
    this.simulator = simulator;
    this.#changes = changes;
  }

  static async open(options: SimulatorOptions, changes: Partial<UcwaAccountOptions>): Promise<Company> {
    return new Company(await startSimulator({ timeScale: 0.01, ...options }), changes);
  }

  async close(): Promise<void> {
    await Promise.all(this.#accounts.map(async (account) => account.close(anySignal()).catch(() => undefined)));
    await this.simulator.stop();
  }

  /** An account of somebody of the company, by account name; signed in when first used. */
  account(name = 'confer', changes: Partial<UcwaAccountOptions> = {}): UcwaAccount {
    const person = this.simulator.company.people.find(({ account }) => account === name);
    const account = createUcwaAccount({
      server: { kind: 'root', rootUrl: this.simulator.rootUrl, sipDomain: this.simulator.sipDomain },
      credentials: {
        kind: 'password',
        username: `${name}@${this.simulator.sipDomain}`,
        password: async () => Promise.resolve(person?.password ?? ''),
      },
      application: { userAgent: 'Confer/1.0', endpointId: `endpoint-${name}`, culture: 'en-US' },
      ...this.#changes,
      ...changes,
    });
    this.#accounts.push(account);
    return account;
  }

  /** Uses the control endpoint; fails when it refuses. */
  async control(path: string, body: unknown = {}): Promise<void> {
    const content = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    const [status, text] = await new Promise<[number, string]>((resolve, reject) => {
      request(`${this.simulator.origin}/_sim/${path}`, { method: 'POST', headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        response.on('end', () => {
          resolve([response.statusCode ?? 0, answer]);
        });
      })
        .on('error', reject)
        .end(content);
    });
    if (status >= 300) throw new RangeError(`${path}: ${String(status)} ${text}`);
  }

  /** Somebody comes or goes without a client of ours; an unknown address is a guest from outside. */
  async move(address: string, how: string, meeting: JoinedMeeting): Promise<void> {
    await this.control(`people/${address}/${how}`, { onlineMeetingId: idOf(meeting) });
  }

  /** Whether a request of the application was answered, by method and a part of the path. */
  count(method: string, part: string): number {
    return this.simulator.requests.filter((entry) => entry.method === method && entry.path.includes(part)).length;
  }
}

/** The meeting ID inside a joined meeting's URI. */
export function idOf(joined: JoinedMeeting): string {
  return /id:([A-Z\d]+)/i.exec(joined.onlineMeeting.onlineMeetingUri ?? '')?.[1] ?? '';
}

/** Reads a watch until a snapshot is as wanted; keeps all it saw. */
export class Watcher {
  readonly seen: ConversationSnapshot[] = [];
  readonly #snapshots: AsyncIterator<ConversationSnapshot>;

  constructor(meeting: JoinedMeeting, signal = anySignal()) {
    this.#snapshots = meeting.watch(signal)[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<ConversationSnapshot, unknown>> {
    const result = await this.#snapshots.next();
    if (result.done !== true) this.seen.push(result.value);
    return result;
  }

  async until(isWanted: (snapshot: ConversationSnapshot) => boolean): Promise<ConversationSnapshot> {
    for (;;) {
      const { done, value } = await this.next().catch((error: unknown) => {
        throw new RangeError(`Waited in vain after ${JSON.stringify(this.seen.at(-1))}`, { cause: error });
      });
      if (done === true) throw new RangeError(`It ended at ${JSON.stringify(this.seen.at(-1))}`);
      if (isWanted(value)) return value;
    }
  }
}
