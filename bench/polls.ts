import { setTimeout as pause } from 'node:timers/promises';

import { readNumbers } from './arguments';
import { Crowd } from './polls/crowd';
import { allowedDescriptors, assertEnoughDescriptors, openDescriptors } from './polls/descriptors';
import type { ServerReport } from './polls/messages';
import { ServerProcess } from './polls/server-process';
import { collectGarbage } from './statistics';
import { type Cell, nothing, printTable, rounded, type Table } from './table';

/** What so many held P-GETs cost the client, and the server beside it. */
export interface PollCosts {
  readonly polls: number;
  readonly signIn: Effort;
  /** After the sign-in. */
  readonly grown: Growth;
  readonly idle: Effort;
  /** After the time in which nothing happened. */
  readonly settled: Growth;
  /** P-GETs answered while nothing should happen. */
  readonly answeredWhileIdle: number;
  readonly release: Effort;
  readonly close: Effort;
}

/** What is there that was not there before the sign-in. */
export interface Growth {
  readonly residentBytes: Sides;
  readonly heapBytes: number;
  /** Missing where the system does not tell. */
  readonly descriptors: number | undefined;
}

/** Something for each side of the wire. */
export interface Sides {
  readonly client: number;
  readonly server: number;
}

/** Time on the wall, and processor time, in milliseconds. */
export interface Effort {
  readonly elapsedMs: number;
  readonly cpuMs: Sides;
}

/** How to measure. */
export interface PollOptions {
  readonly polls: number;
  /** How long nothing happens. */
  readonly seconds: number;
  /** Sign-ins, and sign-outs, at a time. */
  readonly parallel: number;
  /** Limit of the whole, in minutes. */
  readonly minutes: number;
}

/** `npm run bench -- polls`: what many held P-GETs in one process cost, the simulator in another. */
export async function runPolls(args: readonly string[]): Promise<string> {
  const options = readNumbers(args, { polls: 1000, seconds: 20, parallel: 8, minutes: 30 });
  return printTable(tableOf(await measurePolls(options)));
}

/** @throws UsageError when this process may not open as many sockets. */
export async function measurePolls(options: PollOptions): Promise<PollCosts> {
  const { polls, seconds, parallel, minutes } = options;
  assertEnoughDescriptors(polls, allowedDescriptors());
  const signal = AbortSignal.timeout(minutes * 60_000);
  const { server, report } = await ServerProcess.start(polls);
  try {
    const crowd = new Crowd(report.rootUrl);
    const before = footprint();
    const growth = async (): Promise<Growth> =>
      growthSince(before, footprint(), { report, now: await server.report() });
    const signIn = await effort(server, async () => crowd.signIn(polls, { parallel, signal }));
    await held(report, polls, signal);
    const grown = await growth();
    const answered = crowd.answered;
    const idle = await effort(server, async () => pause(seconds * 1000, undefined, { signal }));
    const answeredWhileIdle = crowd.answered - answered;
    const settled = await growth();
    const release = await effort(server, async () => {
      const target = crowd.answered + polls;
      await Promise.all([releaseAll(report, signal), crowd.released(target, signal)]);
    });
    const close = await effort(server, async () => crowd.close({ parallel, signal }));
    return { polls, signIn, grown, idle, answeredWhileIdle, settled, release, close };
  } finally {
    await server.stop();
  }
}

/** The costs as a table, of all polls together and of each. */
export function tableOf(costs: PollCosts): Table {
  const { polls, signIn, grown, idle, settled, release, close } = costs;
  const mebi = 1024 * 1024;
  const row = (name: string, { all, each = all / polls, server }: Shown): readonly Cell[] => {
    return [name, rounded(all), rounded(each), server === undefined ? nothing : rounded(server)];
  };
  const efforts = (name: string, { elapsedMs, cpuMs }: Effort): readonly (readonly Cell[])[] => [
    row(`${name}: s (ms)`, { all: elapsedMs / 1000, each: elapsedMs / polls }),
    row(`${name}: processor s (ms)`, {
      all: cpuMs.client / 1000,
      each: cpuMs.client / polls,
      server: cpuMs.server / 1000,
    }),
  ];
  const growths = (when: string, { residentBytes, heapBytes, descriptors }: Growth): readonly (readonly Cell[])[] => [
    row(`memory ${when}: MiB (KiB)`, {
      all: residentBytes.client / mebi,
      each: residentBytes.client / 1024 / polls,
      server: residentBytes.server / mebi,
    }),
    row(`heap ${when}: MiB (KiB)`, { all: heapBytes / mebi, each: heapBytes / 1024 / polls }),
    descriptors === undefined
      ? [`descriptors ${when}`, nothing, nothing, nothing]
      : row(`descriptors ${when}`, { all: descriptors }),
  ];
  const share = (cpuMs: number): number => (cpuMs / idle.elapsedMs) * 100;
  const perPoll = (idle.cpuMs.client / polls / idle.elapsedMs) * 1e6;
  return {
    title: `${String(polls)} held P-GETs in one process`,
    columns: ['measure (of each)', 'all', 'each', 'server, all'],
    rows: [
      ...efforts('sign-in', signIn),
      ...growths('after sign-in', grown),
      row('idle: % of a processor (µs/s)', {
        all: share(idle.cpuMs.client),
        each: perPoll,
        server: share(idle.cpuMs.server),
      }),
      ...growths('after idling', settled),
      ...efforts('release and ask again', release),
      ...efforts('sign out', close),
    ],
    notes: [
      `Idle for ${String(rounded(idle.elapsedMs / 1000))} s, in which ${String(costs.answeredWhileIdle)} P-GETs were answered.`,
    ],
  };
}

/** A measure: of all polls, of each (in a smaller unit, if it says so), and of the server. */
interface Shown {
  readonly all: number;
  readonly each?: number;
  readonly server?: number;
}

/** The server lets go of every P-GET that it holds, without events. */
async function releaseAll({ rootUrl }: ServerReport, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ minutes: 0 });
  const answer = await fetch(new URL('/_sim/applications/silence', rootUrl), { method: 'POST', headers, body, signal });
  await answer.text();
}

/** Resolves when the server holds this many P-GETs: that they were sent does not mean that it has read them. */
async function held({ rootUrl }: ServerReport, count: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await fetch(new URL('/_sim/state', rootUrl), { signal });
    const { applications } = (await answer.json()) as { applications: readonly { readonly pendingGets: number }[] };
    if (applications.reduce((sum, { pendingGets }) => sum + pendingGets, 0) >= count) return;
    await pause(100, undefined, { signal });
  }
}

async function effort(server: ServerProcess, work: () => Promise<unknown>): Promise<Effort> {
  const [before, startedAt, started] = [await server.report(), performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(started);
  const elapsedMs = performance.now() - startedAt;
  const after = await server.report();
  return { elapsedMs, cpuMs: { client: (user + system) / 1000, server: after.cpuMs - before.cpuMs } };
}

interface Footprint {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly descriptors: number | undefined;
}

function growthSince(
  before: Footprint,
  after: Footprint,
  server: { readonly report: ServerReport; readonly now: ServerReport },
): Growth {
  return {
    residentBytes: {
      client: after.residentBytes - before.residentBytes,
      server: server.now.residentBytes - server.report.residentBytes,
    },
    heapBytes: after.heapBytes - before.heapBytes,
    descriptors: after.descriptors === undefined ? undefined : after.descriptors - (before.descriptors ?? 0),
  };
}

function footprint(): Footprint {
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed, descriptors: openDescriptors() };
}
