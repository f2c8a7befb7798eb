import assert from 'node:assert/strict';

import { nothing, printTable, rounded } from '../../bench/table';

describe('printTable', () => {
  it('writes Markdown, with numbers to the right', () => {
    const rows = [
      ['list', 7],
      ['resolve', nothing],
    ];

    const text = printTable({ title: 'Requests', columns: ['operation', 'cold'], rows, notes: ['Counted.'] });

    assert.equal(
      text,
      ['## Requests', '', '| operation | cold |', '| --------- | ---: |', '| list      |    7 |'].join('\n') +
        ['', '| resolve   |    – |', '', 'Counted.', ''].join('\n'),
    );
  });

  it('keeps three digits of a measure', () => {
    assert.deepEqual([0, 0.012345, 1234.5].map(rounded), [0, 0.0123, 1230]);
  });
});
