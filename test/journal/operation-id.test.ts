import assert from 'node:assert/strict';

import { markerOf, operationId } from '../../src/journal/operation-id';

const KEY = Buffer.alloc(32, 7);

describe('operationId', () => {
  it('is the same for the same parts, and another for others', () => {
    const id = operationId(KEY, ['message', 'a:1', '1']);

    assert.equal(operationId(KEY, ['message', 'a:1', '1']), id);
    const others = [
      operationId(KEY, ['message', 'a:1', '2']),
      operationId(KEY, ['message', 'a:11', '']),
      operationId(KEY, ['message,a:1', '1']),
      operationId(Buffer.alloc(32, 8), ['message', 'a:1', '1']),
    ];
    assert.equal(new Set([id, ...others]).size, 5);
  });

  it('holds 100 bits in letters that cannot be taken for each other', () => {
    for (let count = 0; count < 200; count += 1) {
      assert.match(operationId(KEY, [String(count)]), /^[0-9A-HJKMNP-TV-Z]{20}$/u);
    }
  });

  it('makes a marker that people can read out', () => {
    assert.equal(markerOf('7K3MQ2XP0000ZZZZ1111'), 'ref 7K3M-Q2XP-0000-ZZZZ-1111');
  });
});
