import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import Mocha from 'mocha';

import { testedBehaviours, titleOf } from './behaviour';
import { type Behaviour, behaviours } from './behaviours';
import { chooseLivePool, readLivePool } from './live-pool';

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
  const passed = await runAll();
  for (const { number, sentence, source } of behaviours) {
    if (!testedBehaviours().has(number))
      console.log(`${numbered(number)} FAIL ${sentence} [${source}]: there is no test`);
  }
  const leftOut = behaviours.filter(({ leftOutBecause }) => live.kind === 'pool' && leftOutBecause !== undefined);
  const examined = behaviours.length - leftOut.length;
  if (leftOut.length > 0) console.log('\nLeft out on a real pool:');
  for (const { number, sentence, leftOutBecause } of leftOut) {
    console.log(`${numbered(number)} ${sentence}: ${leftOutBecause ?? ''}`);
  }
  const rest = leftOut.length === 0 ? '' : `, ${String(leftOut.length)} left out`;
  console.log(`\n${String(passed)} of ${String(examined)} behaviours pass${rest}.`);
  if (passed < examined || testedBehaviours().size < behaviours.length) process.exitCode = 1;
}

/** Runs the tests in the order of their numbers and prints each as it ends; returns how many passed. */
async function runAll(): Promise<number> {
  const mocha = new OrderedMocha({ reporter: Silent, checkLeaks: true });
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  for (const file of files) mocha.addFile(path.join(__dirname, file));
  const rows = new Map(behaviours.map((row) => [titleOf(row), row]));
  mocha.rank = (title) => rows.get(title)?.number ?? 0;
  return new Promise((resolve) => {
    let passed = 0;
    const runner = mocha.run(() => {
      resolve(passed);
    });
    runner.on('pass', ({ title }) => {
      passed++;
      console.log(lineOf(rows.get(title), 'pass'));
    });
    runner.on('fail', ({ title }, { message }: Error) => {
      console.log(`${lineOf(rows.get(title), 'FAIL')}\n${message.replace(/^\n*|\n+/g, '\n         ').slice(1)}`);
    });
  });
}

/** Runs its tests in an order of our own, whatever file they are in. */
class OrderedMocha extends Mocha {
  rank: (title: string) => number = () => 0;

  protected override loadFiles(loaded?: () => void): void {
    super.loadFiles(loaded);
    this.suite.tests.sort((one, other) => this.rank(one.title) - this.rank(other.title));
  }
}

/** Prints nothing: the runner does. */
class Silent extends Mocha.reporters.Base {}

function lineOf(row: Behaviour | undefined, result: 'pass' | 'FAIL'): string {
  return row === undefined ? result : `${numbered(row.number)} ${result} ${row.sentence} [${row.source}]`;
}

function numbered(number: number): string {
  return `#${String(number)}`.padEnd(4);
}

void main();
