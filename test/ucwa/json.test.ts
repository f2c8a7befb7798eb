import assert from 'node:assert/strict';

import { compact, readBoolean, readDate, readInteger, readText, readTextList } from '../../src/ucwa/json';

describe('readDate', () => {
  const cases: [unknown, string | undefined][] = [
    ['/Date(1767276000000)/', '2026-01-01T14:00:00.000Z'],
    [JSON.parse('"\\/Date(1767276000000)\\/"'), '2026-01-01T14:00:00.000Z'],
    ['/Date(1767276000000+0200)/', '2026-01-01T14:00:00.000Z'],
    ['/Date(-1)/', '1969-12-31T23:59:59.999Z'],
    ['2026-01-01T06:00:00.0000000-08:00', '2026-01-01T14:00:00.000Z'],
    ['2026-01-01T14:00:00.000Z', '2026-01-01T14:00:00.000Z'],
    ['/Date(99999999999999999)/', undefined],
    ['soon', undefined],
    [null, undefined],
    [5, undefined],
  ];
  for (const [value, expected] of cases) {
    it(`reads ${JSON.stringify(value)} as ${String(expected)}`, () => {
      assert.equal(readDate({ at: value }, 'at')?.toISOString(), expected);
    });
  }
});

describe('the other readers', () => {
  it('take absent, null and foreign types alike', () => {
    for (const object of [{}, { x: null }, { x: {} }]) {
      assert.equal(readText(object, 'x'), undefined);
      assert.deepEqual(readTextList(object, 'x'), []);
      assert.equal(readBoolean(object, 'x'), undefined);
      assert.equal(readInteger(object, 'x'), undefined);
    }
  });

  it('take numbers as text and text as numbers and booleans', () => {
    assert.equal(readText({ x: 5 }, 'x'), '5');
    assert.equal(readInteger({ x: '250' }, 'x'), 250);
    assert.equal(readBoolean({ x: 'True' }, 'x'), true);
    assert.deepEqual(readTextList({ x: 'one' }, 'x'), ['one']);
  });
});

describe('compact', () => {
  it('drops undefined and nothing else', () => {
    assert.deepEqual(compact({ a: undefined, b: null, c: '', d: [] }), { b: null, c: '', d: [] });
  });
});
