import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { readChoice, readOptions, UsageError } from '../arguments';
import { engines } from '../stage/stage';

import { drawSvg } from './plot';
import { isBroken, reportOf, seriesOf, tableOf } from './report';
import { runSoak } from './soak';

/** A fifth of the goal of fifty activities a second. */
const defaults = { minutes: 10, 'per-minute': 600, processes: 2 };

async function main(args: readonly string[], early: AbortSignal): Promise<void> {
  const texts = ['engine', 'out', 'log'] as const;
  const { minutes, processes, engine = 'sqlite', out, log, ...given } = readOptions(args, { numbers: defaults, texts });
  const report = await runSoak(
    {
      ...{ minutes, processes, perMinute: given['per-minute'], logFile: log },
      engine: readChoice('engine', engine, engines),
    },
    early,
  );
  console.log(reportOf(report));
  const file = out ?? path.join(os.tmpdir(), `confer-soak-${new Date().toISOString().replaceAll(/[:.]/gu, '-')}.svg`);
  await writeFile(file, drawSvg(tableOf(report).title, seriesOf(report.samples)));
  console.log(`The plot is in ${file}`);
  if (isBroken(report)) process.exitCode = 1;
}

const early = new AbortController();

// The second time at once: whoever waits that long means it.
process.on('SIGINT', () => {
  if (early.signal.aborted) process.exit(130);
  console.error('Ending early, with what is known by now …');
  early.abort();
});

main(process.argv.slice(2), early.signal).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 3);
  },
);
