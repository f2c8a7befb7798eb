import os from 'node:os';

import { readNumbers } from './arguments';
import { startStage } from './stage/stage';
import { quantile } from './statistics';
import { type Cell, nothing, printTable, rounded, type Table } from './table';
import { type Fate, fates, HeldCreations } from './takeover/held-creations';
import { JournalView } from './takeover/journal-view';
import { type Ending, endings, playRound, type TakenOver } from './takeover/round';

/** How to measure. */
export interface TakeoverOptions {
  readonly endings: readonly Ending[];
  /** Rounds for each ending. */
  readonly repeats: number;
  /** Commands that are under way when the process ends; half of their requests take effect. */
  readonly operations: number;
  /** Limit of a round. */
  readonly patienceMs: number;
  /** Told what is measured now. */
  readonly onProgress?: (line: string) => void;
}

/** Milliseconds within which another process has to have claimed what was under way. */
const promisedMs: Readonly<Record<Ending, number>> = { SIGKILL: 45_000, SIGSTOP: 45_000, SIGTERM: 3000 };

/** `npm run bench -- takeover`: how soon another process goes on with what one of two was working on. */
export async function runTakeover(args: readonly string[]): Promise<string> {
  const { repeats, operations } = readNumbers(args, { repeats: 3, operations: 6 });
  const [machineLoad = 0] = os.loadavg();
  const taken = await measureTakeover({ endings, repeats, operations, patienceMs: 300_000, onProgress: console.error });
  return printTable(tableOf(taken, machineLoad));
}

/** Plays all rounds on one stage, one after the other. */
export async function measureTakeover(options: TakeoverOptions): Promise<readonly TakenOver[]> {
  const creations = new HeldCreations();
  const stage = await startStage({ engine: 'postgres', processes: 2, meetingManner: creations.manner });
  const journal = await JournalView.open(stage.place.databaseUrl ?? '');
  const taken: TakenOver[] = [];
  try {
    for (const ending of options.endings) {
      for (let repeat = 0; repeat < options.repeats; repeat += 1) {
        options.onProgress?.(`${ending}, ${String(repeat + 1)} of ${String(options.repeats)}`);
        const round = { stage, creations, journal, ending, operations: options.operations, number: taken.length };
        taken.push(...(await playRound(round, AbortSignal.timeout(options.patienceMs))));
      }
    }
    return taken;
  } finally {
    await journal.close();
    await stage.stop();
  }
}

/** Worst and median times, beside what is promised. */
export function tableOf(taken: readonly TakenOver[], machineLoad: number): Table {
  const rows = endings.flatMap((ending) =>
    fates.map((fate) =>
      rowOf(
        ending,
        fate,
        taken.filter((each) => each.ending === ending && each.fate === fate),
      ),
    ),
  );
  return {
    title: 'Take-over',
    columns: [
      ...['process', 'creating request', 'commands', 'claimed: median s', 'worst s', 'promised s', 'late'],
      ...['finished: median s', 'worst s', 'wrong in the end'],
    ],
    rows: rows.filter(([, , commands]) => commands !== 0),
    notes: [
      ...taken.filter(({ verdict }) => verdict !== 'done').map(({ verdict, subject }) => `${verdict}: ${subject}`),
      'claimed: another process has the operation; finished: its card is there. Both count from the signal.',
      'A creation whose request was lost is sent again 80 s after it was sent first, in case it still takes effect.',
      `Load of the machine at the start: ${String(rounded(machineLoad))} on ${String(os.cpus().length)} processors.`,
    ],
  };
}

function rowOf(ending: Ending, fate: Fate, taken: readonly TakenOver[]): readonly Cell[] {
  const claimed = taken.flatMap(({ claimedMs }) => (claimedMs === undefined ? [] : [claimedMs]));
  const finished = taken.map(({ finishedMs }) => finishedMs);
  return [
    ...[ending, fate, taken.length, seconds(quantile(claimed, 0.5)), seconds(Math.max(...claimed))],
    ...[promisedMs[ending] / 1000, claimed.filter((ms) => ms > promisedMs[ending]).length],
    ...[seconds(quantile(finished, 0.5)), seconds(Math.max(...finished))],
    taken.filter(({ verdict }) => verdict !== 'done').length,
  ];
}

function seconds(ms: number): Cell {
  return Number.isFinite(ms) ? rounded(ms / 1000) : nothing;
}
