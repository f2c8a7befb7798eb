import { runAcknowledgements } from './acknowledgements';
import { UsageError } from './arguments';
import { runEvents } from './events';
import { runMorning } from './morning';
import { runPolls } from './polls';
import { runRequests } from './requests';
import { runTakeover } from './takeover';

/** What can be measured, by the word that chooses it. */
const programs: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  requests: runRequests,
  events: runEvents,
  polls: runPolls,
  acknowledgements: runAcknowledgements,
  morning: runMorning,
  takeover: runTakeover,
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program === undefined) {
    throw new UsageError(
      `Usage: npm run bench -- ${Object.keys(programs).join(' | ')} [options]; see docs/benchmarks.md.`,
    );
  }
  console.log(await program(args));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
