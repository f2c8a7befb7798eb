import { rowsOf, type Title } from './titles';

/** What docs/proof.md says of one row. */
export interface ProofRow {
  readonly row: string;
  readonly promise: string;
  /** The cell of tests, as it is written: files in backticks with commas between, or nothing. */
  readonly tests: string;
}

/** The page, read. */
export interface ProofPage {
  readonly rows: readonly ProofRow[];
  /** Rows of the list at the end, and why no test proves them. */
  readonly unproven: readonly { readonly row: string; readonly reason: string }[];
}

/** Every row there is: and F-01 to F-45, in order. */
export const ROWS: readonly string[] = ['A', 'F'].flatMap((table) =>
  Array.from({ length: 45 }, (_, index) => `${table}-${String(index + 1).padStart(2, '0')}`),
);

const TABLE_LINE = /^\| ([A-Z]-\d\d) \| (.*?) \|(?: (.*?))? ?\|$/gmu;
const LIST_LINE = /^- ([A-Z]-\d\d): (.*)$/gmu;

/** Reads docs/proof.md. A line of another shape is none of its rows. */
export function readPage(page: string): ProofPage {
  return {
    rows: [...page.matchAll(TABLE_LINE)].map(([, row = '', promise = '', tests = '']) => ({ row, promise, tests })),
    unproven: [...page.matchAll(LIST_LINE)].map(([, row = '', reason = '']) => ({ row, reason })),
  };
}

/** The cell of tests of each row that a title names. */
export function testsByRow(titles: readonly Title[]): Map<string, string> {
  const files = new Map<string, Set<string>>();
  for (const { file, text } of titles) {
    for (const row of rowsOf(text) ?? []) files.set(row, (files.get(row) ?? new Set()).add(`\`${file}\``));
  }
  return new Map([...files].map(([row, names]) => [row, [...names].sort().join(', ')]));
}

/** The page with the cells of tests that the titles give it; everything else is left as it is. */
export function writePage(page: string, titles: readonly Title[]): string {
  const tests = testsByRow(titles);
  return page.replaceAll(TABLE_LINE, (_line, row: string, promise: string) =>
    `| ${row} | ${promise} | ${tests.get(row) ?? ''} |`.replace('|  |', '| |'),
  );
}
