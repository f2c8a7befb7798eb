import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

/** A title of a test or of a group of tests, as far as it is fixed text: up to the first `${…}`. */
export interface Title {
  /** The file that has it, with slashes, from the root of the repository. */
  readonly file: string;
  readonly text: string;
}

/** A row of docs/proof.md, wherever it stands. */
const ROW = /\b[AF]-\d\d\b/gu;

/** How a title names rows: at its beginning, before a colon, with a comma between two. */
const NAMED = /^(?:[A-Z]-\d\d, )*[A-Z]-\d\d: \S/u;

/** Every title below `test` that has a row in it, read from the source. */
export function titlesWithRows(root: string): Title[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .flatMap((file) => titlesOf(file, readFileSync(join(root, file), 'utf8')))
    .filter(({ text }) => text.search(ROW) >= 0);
}

/** The rows a title names, or undefined when it speaks of a row in another way than at its beginning. */
export function rowsOf(text: string): string[] | undefined {
  const rows = text.match(ROW) ?? [];
  const named = NAMED.test(text) ? (text.slice(0, text.indexOf(':')).match(ROW) ?? []) : [];
  return rows.length === named.length ? named : undefined;
}

/** The titles of one file. */
export function titlesOf(file: string, source: string): Title[] {
  if (source.search(ROW) < 0) return [];
  const titles: Title[] = [];
  const visit = (node: ts.Node): void => {
    const [first] = ts.isCallExpression(node) && isTest(node.expression) ? node.arguments : [];
    const text = first === undefined ? undefined : fixedText(first);
    if (text !== undefined) titles.push({ file, text });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return titles;
}

function isTest(callee: ts.Expression): boolean {
  return ts.isIdentifier(callee) && (callee.text === 'it' || callee.text === 'describe');
}

function fixedText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.head.text : undefined;
}
