import os from 'node:os';

import { Bare } from './acknowledgements/bare';
import { Crowd, type Deed, deeds, type Sample } from './acknowledgements/crowd';
import { readChoice, readOptions } from './arguments';
import { type Mood, moods, Moody } from './stage/mood';
import type { Load } from './stage/rate';
import { type Engine, engines, startStage } from './stage/stage';
import { quantile } from './statistics';
import { type Cell, nothing, printTable, rounded, type Table } from './table';

/** How to measure. */
export interface AcknowledgementOptions {
  readonly engines: readonly Engine[];
  readonly moods: readonly Mood[];
  /** The first is what everything is compared with. */
  readonly loads: readonly Load[];
  /** How late a slow server answers. */
  readonly slowMs: number;
  readonly nodeArguments?: readonly string[];
  /** Told what is measured now. */
  readonly onProgress?: (line: string) => void;
}

/** The acknowledgements of one combination. */
export interface Acknowledgements {
  /** Without one: the bare server. */
  readonly engine: Engine | undefined;
  readonly mood: Mood;
  readonly load: Load;
  readonly samples: readonly Sample[];
  readonly elapsedMs: number;
  /** Of the machine, just before. */
  readonly machineLoad: number;
}

/** `npm run bench -- acknowledgements`: how soon an activity is acknowledged, whatever the servers behind do. */
export async function runAcknowledgements(args: readonly string[]): Promise<string> {
  const numbers = { steady: 50, seconds: 10, burst: 300, 'burst-seconds': 5, 'slow-ms': 2000 };
  const { engine, 'cpu-prof': profiles, ...given } = readOptions(args, { numbers, texts: ['engine', 'cpu-prof'] });
  const measured = await measureAcknowledgements({
    engines: engine === undefined ? engines : [readChoice('engine', engine, engines)],
    moods,
    loads: [
      { perSecond: given.steady, seconds: given.seconds },
      { perSecond: given.burst, seconds: given['burst-seconds'] },
    ],
    slowMs: given['slow-ms'],
    onProgress: console.error,
    nodeArguments: profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
  });
  return printTable(tableOf(measured));
}

/** Measures the bare server, then every engine with every mood under every load, each from a fresh start. */
export async function measureAcknowledgements(options: AcknowledgementOptions): Promise<readonly Acknowledgements[]> {
  const measured: Acknowledgements[] = [];
  const { onProgress = () => undefined } = options;
  for (const load of options.loads) {
    onProgress(`bare, ${String(load.perSecond)}/s for ${String(load.seconds)} s`);
    measured.push(await measureBare(load));
  }
  for (const engine of options.engines) {
    for (const mood of options.moods) {
      for (const load of options.loads) {
        onProgress(`${engine}, servers ${mood}, ${String(load.perSecond)}/s for ${String(load.seconds)} s`);
        measured.push(await measureProduct({ engine, mood, load }, options));
      }
    }
  }
  return measured;
}

async function measureBare(load: Load): Promise<Acknowledgements> {
  const bare = await Bare.start();
  const crowd = new Crowd('http://127.0.0.1:9/');
  try {
    return { engine: undefined, mood: 'well', load, ...(await measure(crowd, load, [bare.origin])) };
  } finally {
    crowd.close();
    await bare.stop();
  }
}

async function measureProduct(
  what: { readonly engine: Engine; readonly mood: Mood; readonly load: Load },
  { slowMs, nodeArguments = [] }: AcknowledgementOptions,
): Promise<Acknowledgements> {
  const moody = new Moody(slowMs);
  const { manner } = moody;
  const stage = await startStage({
    ...{ engine: what.engine, processes: 1, nodeArguments, meetingManner: manner, chatManner: manner },
  });
  const crowd = new Crowd(stage.chat.serviceUrl);
  try {
    const origins = stage.products.map(({ origin }) => origin);
    await crowd.send({ perSecond: 20, seconds: 2 }, origins, AbortSignal.timeout(60_000));
    moody.mood = what.mood;
    return { ...what, ...(await measure(crowd, what.load, origins)) };
  } finally {
    crowd.close();
    // What is left to be done is no part of the measurement; a profile is written by an orderly end alone.
    if (nodeArguments.length === 0) await Promise.all(stage.products.map(async (product) => product.kill()));
    await stage.stop();
  }
}

async function measure(
  crowd: Crowd,
  load: Load,
  origins: readonly string[],
): Promise<Pick<Acknowledgements, 'samples' | 'elapsedMs' | 'machineLoad'>> {
  const [machineLoad = 0] = os.loadavg();
  const startedAt = performance.now();
  const samples = await crowd.send(load, origins, AbortSignal.timeout(load.seconds * 1000 + 60_000));
  return { samples, elapsedMs: performance.now() - startedAt, machineLoad };
}

/** The acknowledgements as a table: each deed by itself, beside the healthy steady load and the bare server. */
export function tableOf(measured: readonly Acknowledgements[]): Table {
  const [first] = measured;
  const bare = measured.filter(({ engine }) => engine === undefined);
  const rows = measured.flatMap((each) => {
    const calm = measured.find(
      ({ engine, mood, load }) => engine === each.engine && mood === 'well' && load.perSecond === first?.load.perSecond,
    );
    const least = bare.find(({ load }) => load.perSecond === each.load.perSecond);
    return each.engine === undefined
      ? [rowOf(each, undefined, { calm, bare: least })]
      : deeds.map((deed) => rowOf(each, deed, { calm, bare: least }));
  });
  return {
    title: 'Acknowledgements',
    columns: [
      ...['store', 'servers', 'per second', 'activity', 'sent', 'not 200', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'],
      ...['p99 × calm', 'p99 × bare', 'load of the machine'],
    ],
    rows,
    notes: [
      'Latencies count from the moment an activity was due. calm: the same activity at the first load with both servers well.',
      'bare: a restify server that reads the body and says 200, under the same load. Goals: p50 150 ms, p99 2000 ms, max 10000 ms.',
      ...measured.map(rateOf),
    ],
  };
}

function rowOf(
  { engine, mood, load, samples, machineLoad }: Acknowledgements,
  deed: Deed | undefined,
  beside: Readonly<Record<'calm' | 'bare', Acknowledgements | undefined>>,
): readonly Cell[] {
  const own = samples.filter((sample) => deed === undefined || sample.deed === deed);
  const p99 = p99Of(own);
  const calm = p99Of(beside.calm?.samples.filter((sample) => deed === undefined || sample.deed === deed) ?? []);
  const bare = p99Of(beside.bare?.samples ?? []);
  return [
    ...[engine ?? 'bare', mood, load.perSecond, deed ?? 'any', own.length],
    own.filter(({ isGood }) => !isGood).length,
    ...[0.5, 0.9].map((part) => figure(quantile(millisecondsOf(own), part))),
    ...[figure(p99), figure(Math.max(...millisecondsOf(own))), figure(p99 / calm), figure(p99 / bare)],
    rounded(machineLoad),
  ];
}

function rateOf({ engine, mood, load, samples, elapsedMs }: Acknowledgements): string {
  const good = samples.filter(({ isGood }) => isGood).length;
  const where = `${engine ?? 'bare'}, servers ${mood}, ${String(load.perSecond)}/s`;
  return `${where}: ${String(rounded((good * 1000) / elapsedMs))} acknowledged a second until the last was.`;
}

function p99Of(samples: readonly Sample[]): number {
  return quantile(millisecondsOf(samples), 0.99);
}

function millisecondsOf(samples: readonly Sample[]): readonly number[] {
  return samples.map(({ ms }) => ms);
}

function figure(value: number): Cell {
  return Number.isFinite(value) ? rounded(value) : nothing;
}
