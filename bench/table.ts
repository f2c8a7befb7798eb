/** One cell; a number is shown as it is and set to the right. */
export type Cell = string | number;

/** What a benchmark prints: a Markdown table, and sentences below it. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Sentences below the table, each in a line of its own. */
  readonly notes: readonly string[];
}

/** Writes a table as Markdown, its columns aligned for reading in a terminal. */
export function printTable({ title, columns, rows, notes }: Table): string {
  const texts = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, at) => Math.max(3, ...texts.map((row) => row[at]?.length ?? 0)));
  const isNumeric = columns.map((_, at) => rows.length > 0 && rows.every((row) => isNumber(row[at])));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, at) => pad(row[at] ?? '', width, isNumeric[at] === true)).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (isNumeric[at] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const [head = [], ...body] = texts;
  return [`## ${title}`, '', line(head), rule, ...body.map(line), '', ...notes, ''].join('\n');
}

/** A measure with three significant digits, so that noise does not look like precision. */
export function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(3));
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || cell === nothing || cell === undefined;
}

/** Stands in a cell where there is nothing to measure. */
export const nothing = '–';

function pad(text: string, width: number, toTheRight: boolean): string {
  return toTheRight ? text.padStart(width) : text.padEnd(width);
}
