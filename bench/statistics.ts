import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The value that this part (0 to 1) of the values does not exceed; `NaN` of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))] ?? NaN;
}

/** Lets go of everything that nobody holds any more, so that two readings of the heap can be compared. */
export function collectGarbage(): void {
  collector ??= exposeCollector();
  // Twice: what finalizers let go in the first round is collected in the second.
  collector();
  collector();
}

let collector: (() => void) | undefined;

/** As `node --expose-gc` does, but without asking everybody to say so on the command line. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
