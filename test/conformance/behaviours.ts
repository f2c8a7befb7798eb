import { readFileSync } from 'node:fs';

/** One row of the table in docs/conformance.md. */
export interface Behaviour {
  readonly number: number;
  readonly sentence: string;
  /** Pages of the documentation. */
  readonly source: string;
  /** Why it is not tried on a real pool; `undefined`: it is. */
  readonly leftOutBecause: string | undefined;
}

const COUNT = 100;

/** All behaviours, numbered without a gap; a table that is not complete does not load. */
export const behaviours: readonly Behaviour[] = readTable(readFileSync('docs/conformance.md', 'utf8'));

function readTable(page: string): readonly Behaviour[] {
  const rows = page.split('\n').flatMap((line) => {
    const [, number, sentence, source, live] = /^\| (\d+) +\| (.+?) +\| (.+?) +\| (yes|no: .+?) +\|$/.exec(line) ?? [];
    if (sentence === undefined || source === undefined || live === undefined) return [];
    const leftOutBecause = live === 'yes' ? undefined : live.replace('no: ', '');
    return [{ number: Number(number), sentence: sentence.replace(/`|\*\*/g, ''), source, leftOutBecause }];
  });
  const numbered = rows.every(({ number }, index) => number === index + 1);
  if (!numbered || rows.length !== COUNT) {
    throw new TypeError(`docs/conformance.md must number its behaviours from 1 to ${String(COUNT)}.`);
  }
  return rows;
}
