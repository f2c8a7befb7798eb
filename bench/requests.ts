import type { JoinedMeeting, MyOnlineMeeting, UcwaAccount } from '../src/ucwa';

import { readNumbers } from './arguments';
import { type Conditions, type Operation, operations, type Stage } from './requests/operations';
import { Site } from './requests/site';
import { topologies, type Topology } from './requests/topologies';
import { type Cell, nothing, printTable, type Table } from './table';

/** Limit of everything that one operation needs. */
const operationMs = 20_000;

/** Requests of one operation as counted, and the fewest that would do; `undefined`: it cannot be done cold. */
export interface RequestCount {
  readonly topology: string;
  readonly operation: string;
  readonly cold: Counted | undefined;
  readonly warm: Counted;
}

/** What was counted, and what the protocol asks for at least. */
export interface Counted {
  readonly requests: number;
  readonly minimum: number;
}

/** `npm run bench -- requests`: requests per operation, counted at the simulator, beside the fewest the protocol allows. */
export async function runRequests(args: readonly string[]): Promise<string> {
  readNumbers(args, {});
  return printTable(tableOf(await countRequests(topologies, operations)));
}

/** Counts each operation on each topology, on a deployment of its own. */
export async function countRequests(
  places: readonly Topology[],
  tasks: readonly Operation[],
): Promise<readonly RequestCount[]> {
  const counts: RequestCount[] = [];
  for (const topology of places) {
    for (const operation of tasks) {
      if (topology.kind !== 'anonymous' || operation.forGuests) counts.push(await countOne(topology, operation));
    }
  }
  return counts;
}

/** The counts as a table; `+` says how many requests are above the minimum. */
export function tableOf(counts: readonly RequestCount[]): Table {
  return {
    title: 'Requests per operation',
    columns: ['sign-in', 'operation', 'cold', 'least', '+', 'warm', 'least', '+'],
    rows: counts.map(({ topology, operation, cold, warm }) => [topology, operation, ...cells(cold), ...cells(warm)]),
    notes: [
      'cold: a new account, sign-in included. warm: the same once more on the same account. P-GETs are not counted.',
    ],
  };
}

function cells(counted: Counted | undefined): readonly Cell[] {
  if (counted === undefined) return [nothing, nothing, ''];
  const { requests, minimum } = counted;
  return [requests, minimum, requests === minimum ? '' : `+${String(requests - minimum)}`.replace('+-', '-')];
}

async function countOne(topology: Topology, operation: Operation): Promise<RequestCount> {
  const site = await Site.start(topology);
  const signal = AbortSignal.timeout(operationMs);
  try {
    const helper = site.helper();
    const count = new Counting(site, { topology, operation, helper });
    const account = site.account(await count.newMeeting(signal));
    const cold = operation.cold === undefined ? undefined : await count.cold(account, operation.cold, signal);
    const warm = await count.warm(account, signal);
    return { topology: topology.name, operation: operation.name, cold, warm };
  } finally {
    await site.stop(AbortSignal.timeout(operationMs));
  }
}

/** Counts one operation on one site, first cold, then warm. */
class Counting {
  readonly #site: Site;
  readonly #topology: Topology;
  readonly #operation: Operation;
  readonly #helper: UcwaAccount;
  /** A guest has to stay with it. */
  #meeting: MyOnlineMeeting | undefined;
  #inside: JoinedMeeting | undefined;

  constructor(
    site: Site,
    parts: { readonly topology: Topology; readonly operation: Operation; readonly helper: UcwaAccount },
  ) {
    this.#site = site;
    this.#topology = parts.topology;
    this.#operation = parts.operation;
    this.#helper = parts.helper;
  }

  /** Everybody may enter it. */
  async newMeeting(signal: AbortSignal): Promise<MyOnlineMeeting> {
    this.#meeting = await this.#helper.meetings.create({ subject: 'Open house', accessLevel: 'Everyone' }, signal);
    return this.#meeting;
  }

  async cold(account: UcwaAccount, least: NonNullable<Operation['cold']>, signal: AbortSignal): Promise<Counted> {
    const meeting = this.#meeting ?? (await this.newMeeting(signal));
    return this.#count({ account, meeting, joined: undefined, signal }, least);
  }

  /** What the account should know by now, it knows: it has signed in, and has seen the meeting and its like. */
  async warm(account: UcwaAccount, signal: AbortSignal): Promise<Counted> {
    const { prepare, warm } = this.#operation;
    await account.signIn(signal);
    await this.#inside?.leave(signal);
    const isGuest = this.#topology.kind === 'anonymous';
    const meeting = isGuest && this.#meeting !== undefined ? this.#meeting : await this.newMeeting(signal);
    if (!isGuest) await account.meetings.list(signal);
    const stage: Stage = { account, meeting, joined: undefined, signal };
    const joined = await prepare?.(stage);
    return this.#count({ ...stage, joined }, warm);
  }

  async #count(stage: Stage, least: (conditions: Conditions) => number): Promise<Counted> {
    const { linksOnly, signIn } = this.#topology;
    const isPlain = !linksOnly || (await this.#helper.meetings.list(stage.signal)).length === 0;
    await this.#site.count(stage.signal);
    this.#inside = await this.#operation.run(stage);
    const requests = await this.#site.count(stage.signal);
    return { requests, minimum: least({ signIn, linksOnly, list: isPlain ? 1 : 2 }) };
  }
}
