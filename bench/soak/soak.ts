import { setMaxListeners } from 'node:events';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { deadline } from '../../src/shared/abort';
import { countUnfinished } from '../chaos/journal-watch';
import { Random } from '../chaos/random';
import { Delivery } from '../stage/delivery';
import { type Engine, type Stage, startStage } from '../stage/stage';

import { Ledger, type Occupation } from './ledger';
import { Life } from './life';
import { type Sample, Sampler } from './samples';

/** How to soak. */
export interface SoakSettings {
  readonly minutes: number;
  /** Activities. */
  readonly perMinute: number;
  readonly engine: Engine;
  /** With PostgreSQL; with SQLite there is one. */
  readonly processes: number;
  readonly logFile?: string | undefined;
}

/** What was seen. */
export interface SoakReport {
  readonly settings: SoakSettings;
  readonly samples: readonly Sample[];
  readonly sent: number;
  readonly begun: ReadonlyMap<Occupation, number>;
  readonly complaints: readonly string[];
  /** Operations that had not ended when patience was over. */
  readonly unfinished: number;
  /** Lines of the product's log that somebody would have to look at. */
  readonly errorLines: number;
  /** Of the machine, on the mean. */
  readonly machineLoad: number;
}

/** So many samples are taken, at most one a second; of so many each one collects garbage first. */
const samplesInAll = 240;
const samplesToCollect = 12;

/** Longest wait for the end of what was begun. */
const patienceMs = 120_000;

/** What of a hundred people do. */
const shares: readonly (readonly [Occupation, number])[] = [
  ['plan', 55],
  ['fill in', 15],
  ['start', 10],
  ['list', 20],
];

/** Runs the product under a steady load. `early` ends it, with what is known by then. */
export async function runSoak(settings: SoakSettings, early: AbortSignal): Promise<SoakReport> {
  const processes = settings.engine === 'sqlite' ? 1 : settings.processes;
  const stage = await startStage({ engine: settings.engine, processes, logFile: settings.logFile });
  const delivery = new Delivery();
  try {
    return await soak({ settings, stage, delivery }, early);
  } finally {
    delivery.close();
    await stage.stop();
  }
}

async function soak(
  { settings, stage, delivery }: { settings: SoakSettings; stage: Stage; delivery: Delivery },
  early: AbortSignal,
): Promise<SoakReport> {
  const ledger = new Ledger();
  const { signal: closing, done } = deadline(settings.minutes * 60_000, early);
  setMaxListeners(0, closing);
  const origins = (): readonly string[] => stage.products.map(({ origin }) => origin);
  const before = await stage.server.meetings();
  const parts = { chat: stage.chat, delivery, origins, random: new Random(1), ledger, closing };
  const watching = watch(stage, settings, closing);
  const lives = await liveAll(parts, settings.perMinute);
  done();
  const { samples, machineLoad } = await watching;
  await Promise.all(lives);
  const unfinished = await rest(stage);
  const known = new Set(before.map(({ onlineMeetingId }) => onlineMeetingId));
  ledger.audit((await stage.server.meetings()).filter(({ onlineMeetingId }) => !known.has(onlineMeetingId)));
  return {
    ...{ settings, samples, machineLoad, unfinished },
    ...{ sent: ledger.sent, begun: ledger.begun, complaints: ledger.complaints },
    errorLines: stage.products.reduce((sum, { errorLines }) => sum + errorLines, 0),
  };
}

/** Lets people begin so that the number of activities rises evenly. @returns those that are not over yet. */
async function liveAll(
  parts: ConstructorParameters<typeof Life>[0],
  perMinute: number,
): Promise<Iterable<Promise<void>>> {
  const { ledger, random, closing } = parts;
  const lives = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let number = 0; !closing.aborted;) {
    if (ledger.sent > ((performance.now() - startedAt) / 60_000) * perMinute) {
      await sleep(20, undefined, { signal: closing }).catch(() => undefined);
      continue;
    }
    const life = new Life(parts, number).live(occupationOf(random)).finally(() => lives.delete(life));
    lives.add(life);
    number += 1;
  }
  return lives;
}

function occupationOf(random: Random): Occupation {
  let left = random.between(1, 100);
  const [occupation] = shares.find(([, share]) => (left -= share) <= 0) ?? ['list' as const];
  return occupation;
}

/** Takes samples until the end, the last one at it. */
async function watch(
  stage: Stage,
  { minutes }: SoakSettings,
  closing: AbortSignal,
): Promise<{ samples: readonly Sample[]; machineLoad: number }> {
  const everyMs = Math.max(1000, (minutes * 60_000) / samplesInAll);
  const collectEvery = Math.max(1, Math.floor((minutes * 60_000) / everyMs / samplesToCollect));
  const sampler = new Sampler(stage.products);
  const samples: Sample[] = [];
  const loads: number[] = [];
  for (let number = 0; ; number += 1) {
    const isLast = closing.aborted;
    samples.push(await sampler.sample(isLast || number % collectEvery === 0, AbortSignal.timeout(30_000)));
    loads.push(os.loadavg()[0] ?? 0);
    if (isLast) return { samples, machineLoad: loads.reduce((sum, load) => sum + load, 0) / loads.length };
    await sleep(everyMs, undefined, { signal: closing }).catch(() => undefined);
  }
}

/** Waits until nothing is to be done any more. @returns how much still is when patience is over. */
async function rest({ place }: Stage): Promise<number> {
  const latest = Date.now() + patienceMs;
  for (;;) {
    const open = await countUnfinished(place);
    if (open === 0 || Date.now() > latest) return open;
    await sleep(250);
  }
}
