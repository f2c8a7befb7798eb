import assert from 'node:assert/strict';

import { readNumbers, UsageError } from '../../bench/arguments';

describe('readNumbers', () => {
  it('takes what is given over the defaults', () => {
    assert.deepEqual(readNumbers(['--polls', '10'], { polls: 1000, seconds: 20 }), { polls: 10, seconds: 20 });
  });

  for (const line of ['--polls many', '--polls 0', '--polls', '--balls 3', 'polls']) {
    it(`refuses ${line}`, () => {
      assert.throws(() => readNumbers(line.split(' '), { polls: 1000 }), UsageError);
    });
  }
});
