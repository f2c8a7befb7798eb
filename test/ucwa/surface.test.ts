import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

const FOLDER = path.join('src', 'ucwa');

describe('surface of the UCWA client', function () {
  this.timeout(30_000);

  it('is what the tables of its README say: every export has a row, every row an export', () => {
    const rows = documented(readFileSync(path.join(FOLDER, 'README.md'), 'utf8'));

    assert.deepEqual(rows, exported(path.join(FOLDER, 'index.ts')));
    assert.ok(rows.includes('function createUcwaAccount'));
  });
});

/** The rows of the section "Surface", as `<kind> <name>`. */
function documented(readme: string): string[] {
  const [, section = ''] = /^## Surface\n(.*?)^## /msu.exec(readme) ?? [];
  const tables = section.split(/^\| (?=function|error|type)/mu).slice(1);
  const rows = tables.flatMap((table) => {
    const kind = /^\w+/u.exec(table)?.[0] ?? '';
    return [...table.matchAll(/^\| `(\w+)` +\| \S/gmu)].map(([, name = '']) => `${kind} ${name}`);
  });
  return rows.sort();
}

/** What a module exports, as `<kind> <name>`; every class of the client is an error. */
function exported(file: string): string[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const symbol = source && checker.getSymbolAtLocation(source);
  assert.ok(symbol);
  return checker
    .getExportsOfModule(symbol)
    .map((entry) => {
      const target = (entry.flags & ts.SymbolFlags.Alias) === 0 ? entry : checker.getAliasedSymbol(entry);
      return `${kindOf(target)} ${entry.name}`;
    })
    .sort();
}

function kindOf({ flags }: ts.Symbol): string {
  if ((flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) !== 0) return 'function';
  return (flags & ts.SymbolFlags.Class) === 0 ? 'type' : 'error';
}
