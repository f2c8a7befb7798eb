import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import ts from 'typescript';

import { isLogField, LOG_FIELDS } from '../../src/shared/log-fields';

/** One call of a logger in the program. */
interface LogCall {
  readonly where: string;
  readonly fields: readonly string[];
  /** Whatever is spread into the fields, or given in place of them, by its text. */
  readonly unread: readonly string[];
  /** Undefined for `child`. */
  readonly event: ts.Expression | undefined;
}

const LEVELS = ['debug', 'info', 'warn', 'error'];

const calls = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/^(?:simulator|local-teams|ucwa)\//u.test(file))
  .flatMap((file) => logCallsIn(`src/${file}`));

describe('log records', () => {
  it('are found in the program', () => {
    assert.ok(calls.length > 60, String(calls.length));
  });

  it('have only listed fields', () => {
    const unlisted = calls.flatMap(({ where, fields }) =>
      fields.filter((name) => !isLogField(name)).map((name) => `${where} ${name}`),
    );

    assert.deepEqual(unlisted, []);
  });

  it('have fields that can be read where they are written', () => {
    const known = ['fields', '...fields', '...(reason === undefined ? {} : { reason })', 'event'];

    assert.deepEqual(
      calls.flatMap(({ where, unread }) =>
        unread.filter((text) => !known.includes(text)).map((text) => `${where} ${text}`),
      ),
      [],
    );
  });

  it('have an event name that is fixed', () => {
    const open = calls.filter(
      ({ event }) => event !== undefined && !ts.isStringLiteral(event) && event.getText() !== 'event',
    );

    assert.deepEqual(
      open.map(({ where }) => where),
      [],
    );
  });

  it('have every field explained in docs/operations.md', () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    const [, table = ''] = page.split('### Fields');
    const [ofFields = ''] = table.split('\n## ');

    assert.deepEqual(
      [...ofFields.matchAll(/^\| `(\w+)`/gmu)].map(([, name]) => name),
      Object.keys(LOG_FIELDS),
    );
  });

  it('have no field that nobody writes', () => {
    const written = new Set(calls.flatMap(({ fields }) => fields));
    const unused = Object.keys(LOG_FIELDS).filter((name) => !written.has(name));

    // Written by way of a variable: see src/bot/turns.ts.
    assert.deepEqual(
      unused.filter((name) => name !== 'cause'),
      [],
    );
  });
});

function logCallsIn(file: string): LogCall[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: LogCall[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const call = toLogCall(node, source);
      if (call !== undefined) found.push(call);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function toLogCall(node: ts.CallExpression, source: ts.SourceFile): LogCall | undefined {
  const { expression } = node;
  if (!ts.isPropertyAccessExpression(expression) || !/\blog$/iu.test(expression.expression.getText())) return undefined;
  const method = expression.name.text;
  if (method !== 'child' && !LEVELS.includes(method)) return undefined;
  const [first, second] = node.arguments;
  const record = method === 'child' ? first : second;
  const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const where = `${source.fileName}:${String(line)}`;
  const event = method === 'child' ? undefined : first;
  if (record === undefined) return { where, event, fields: [], unread: [] };
  if (!ts.isObjectLiteralExpression(record)) return { where, event, fields: [], unread: [record.getText()] };
  const named = record.properties.filter((property) => !ts.isSpreadAssignment(property));
  const spread = record.properties.filter((property) => ts.isSpreadAssignment(property));
  return {
    where,
    event,
    fields: named.map(({ name }) => name.getText()),
    unread: spread.map((property) => property.getText()),
  };
}
