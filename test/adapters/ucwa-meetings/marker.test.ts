import assert from 'node:assert/strict';

import fc from 'fast-check';

import { joinDescription, splitDescription } from '../../../src/adapters/ucwa-meetings/marker';
import { markerOf, operationId } from '../../../src/journal/operation-id';

const MARKER = markerOf(operationId(Buffer.alloc(32), ['A']));

describe('the marker in a description', () => {
  it('comes back apart from any words it was put behind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        assert.deepEqual(splitDescription(joinDescription(words, MARKER)), { words, marker: MARKER });
      }),
    );
  });

  it('is found when the server has changed the line ends or added some', () => {
    const marked = joinDescription('First\nsecond', MARKER);

    assert.equal(splitDescription(marked.replaceAll('\n', '\r\n')).marker, MARKER);
    assert.deepEqual(splitDescription(`${marked}\r\n`), { words: 'First\nsecond', marker: MARKER });
  });

  for (const words of ['', 'See ref 7K3M-Q2XP', 'ref 7K3M-Q2XP-0000', `${MARKER} and more`, `in a line ${MARKER}`]) {
    it(`is not seen in "${words}"`, () => {
      assert.deepEqual(splitDescription(words), { words, marker: undefined });
      assert.equal(joinDescription(words, undefined), words);
    });
  }
});
