import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import Mocha from 'mocha';

import { testedBehaviours, titleOf } from './behaviour';
import { type Behaviour, behaviours } from './behaviours';
import { chooseLivePool, readLivePool } from './live-pool';

/** How the test of a behaviour ended; nothing: it did not run. */
interface Outcome {
  readonly passed: boolean;
  readonly problem?: string;
}

/** Runs every behaviour and prints a line for each; the exit code is 0 only if all that ran passed and none is missing. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const live = readLivePool(process.env);
  if (live.kind === 'wrong') {
    console.error(live.problem);
    process.exitCode = 2;
    return;
  }
  if (live.kind === 'pool') {
    chooseLivePool(live.pool);
    console.log(`Examining ${live.pool.rootUrl} as ${live.pool.username}.\n`);
  }
  const outcomes = await runAll();
  const leftOut = behaviours.filter(({ leftOutBecause }) => live.kind === 'pool' && leftOutBecause !== undefined);
  const examined = behaviours.filter((row) => !leftOut.includes(row));
  for (const row of examined) console.log(lineOf(row, outcomes.get(titleOf(row))));
  if (leftOut.length > 0) console.log('\nLeft out on a real pool:');
  for (const { number, sentence, leftOutBecause } of leftOut) {
    console.log(`${numbered(number)} ${sentence}: ${leftOutBecause ?? ''}`);
  }
  const passed = examined.filter((row) => outcomes.get(titleOf(row))?.passed === true).length;
  const rest = leftOut.length === 0 ? '' : `, ${String(leftOut.length)} left out`;
  console.log(`\n${String(passed)} of ${String(examined.length)} behaviours pass${rest}.`);
  const missing = behaviours.filter(({ number }) => !testedBehaviours().has(number));
  if (passed < examined.length || missing.length > 0) process.exitCode = 1;
}

/** Outcomes by title of the test. */
async function runAll(): Promise<ReadonlyMap<string, Outcome>> {
  const mocha = new Mocha({ reporter: Silent, checkLeaks: true });
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  for (const file of files) mocha.addFile(path.join(__dirname, file));
  const outcomes = new Map<string, Outcome>();
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      resolve();
    });
    runner.on('pass', ({ title }) => outcomes.set(title, { passed: true }));
    runner.on('fail', ({ title }, error: Error) => outcomes.set(title, { passed: false, problem: error.message }));
  });
  return outcomes;
}

/** Prints nothing: the lines come in the order of the numbers, when all have run. */
class Silent extends Mocha.reporters.Base {}

function lineOf({ number, sentence, source }: Behaviour, outcome: Outcome | undefined): string {
  const { passed, problem } = outcome ?? { passed: false, problem: 'there is no test' };
  const line = `${numbered(number)} ${passed ? 'pass' : 'FAIL'} ${sentence} [${source}]`;
  return problem === undefined ? line : `${line}\n         ${problem.replace(/\n+/g, '\n         ')}`;
}

function numbered(number: number): string {
  return `#${String(number)}`.padEnd(4);
}

void main();
