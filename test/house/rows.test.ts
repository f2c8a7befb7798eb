import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { readPage, ROWS, testsByRow, writePage } from '../../scripts/proof/page';
import { rowsOf, titlesOf, titlesWithRows } from '../../scripts/proof/titles';

describe('rows of docs/proof.md', () => {
  it('stand there once each, in order, with a promise', () => {
    const { rows } = readPage(readFileSync('docs/proof.md', 'utf8'));

    assert.deepEqual(
      rows.map(({ row }) => row),
      ROWS,
    );
    for (const { row, promise } of rows) assert.match(promise, /^[A-Z0-9].*\.$/u, row);
  });

  it('are proven by a test or in the list of what is not, never both, never neither', () => {
    const proven = [...testsByRow(titlesWithRows('.')).keys()];
    const { unproven } = readPage(readFileSync('docs/proof.md', 'utf8'));
    const named = [...proven, ...unproven.map(({ row }) => row)];

    assert.deepEqual(named.toSorted(), ROWS);
    for (const { row, reason } of unproven) assert.match(reason, /^\S.*\S$/u, row);
  });

  it('are named at the beginning of a title, before a colon, or not at all', () => {
    const odd = titlesWithRows('.').filter(({ text }) => rowsOf(text) === undefined);

    assert.deepEqual(odd, []);
  });

  it('have the test files there that name them (node --import tsx scripts/list-proof.ts)', () => {
    const page = readFileSync('docs/proof.md', 'utf8');

    assert.equal(page, writePage(page, titlesWithRows('.')));
  });

  it('are read from titles only, also from titles that go on with a value', () => {
    const source = [
      'describe(`B-01, A-' + '77: a group`, () => {});',
      'it(`A-' + '78: refuses ${title}`, () => {});',
      "assert.match(page, 'A-" + "79: no title');",
      '// it(`A-' + '80: a remark`)',
    ].join('\n');

    const rows = titlesOf('test/x.test.ts', source).map(({ text }) => rowsOf(text));

    assert.deepEqual(rows, [['A-77'], ['A-78']]);
    assert.equal(rowsOf('knows A-' + '77: too late'), undefined);
  });
});
