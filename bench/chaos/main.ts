import { parseArgs } from 'node:util';

import { UsageError } from '../arguments';

import { isBroken, reportOf } from './report';
import { runStorm, type StormSettings } from './storm';

const usage =
  'Usage: npm run chaos -- [--commands N] [--seed S] [--faults PERCENT] [--engine sqlite | postgres] [--naive] [--log FILE]';

/** @throws UsageError. */
function read(args: readonly string[]): StormSettings {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { commands: text, seed: text, faults: text, engine: text, log: text, naive: { type: 'boolean' } },
    });
    const { engine = 'postgres' } = values;
    if (engine !== 'sqlite' && engine !== 'postgres') throw new TypeError(`there is no engine "${engine}"`);
    return {
      ...{ engine, isNaive: values.naive === true, logFile: values.log, patienceMs: 300_000, spares: 6 },
      commands: wholeNumber(values.commands, { otherwise: 100, most: 100_000 }),
      seed: wholeNumber(values.seed, { otherwise: 1, most: 4_294_967_295 }),
      faults: wholeNumber(values.faults, { otherwise: 25, most: 90 }),
    };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function wholeNumber(text: string | undefined, { otherwise, most }: { otherwise: number; most: number }): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/u.test(text) && value <= most) return value;
  throw new TypeError(`"${text}" is no whole number up to ${String(most)}`);
}

async function main(args: readonly string[]): Promise<void> {
  const report = await runStorm(read(args));
  console.log(reportOf(report));
  if (isBroken(report)) process.exitCode = 1;
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 3);
  },
);
