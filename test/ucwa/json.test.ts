import assert from 'node:assert/strict';

import { compact, isSameText, readBoolean, readDate, readInteger, readText, readTextList } from '../../src/ucwa/json';

const cases: [string, unknown, string | undefined][] = [
  ['milliseconds', '/Date(1767276000000)/', '2026-01-01T14:00:00.000Z'],
  ['escaped slashes', JSON.parse('"\\/Date(1767276000000)\\/"'), '2026-01-01T14:00:00.000Z'],
  ['an offset as decoration', '/Date(1767276000000+0200)/', '2026-01-01T14:00:00.000Z'],
  ['a time before 1970', '/Date(-1)/', '1969-12-31T23:59:59.999Z'],
  ['seven fractional digits and an offset', '2026-01-01T06:00:00.0000000-08:00', '2026-01-01T14:00:00.000Z'],
  ['ISO 8601', '2026-01-01T14:00:00.000Z', '2026-01-01T14:00:00.000Z'],
  ['nothing from milliseconds out of range', '/Date(99999999999999999)/', undefined],
  ['nothing from words', 'soon', undefined],
  ['nothing from null', null, undefined],
  ['nothing from a number', 5, undefined],
];

describe('JSON members', () => {
  describe('readDate', () => {
    let zone: string | undefined;

    beforeEach(() => {
      zone = process.env.TZ;
    });

    afterEach(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });

    it('takes a time without a zone for UTC, wherever it is read', () => {
      process.env.TZ = 'Asia/Tokyo';

      assert.equal(readDate({ at: '2026-01-01T14:00:00.25' }, 'at')?.toISOString(), '2026-01-01T14:00:00.250Z');
    });

    for (const [name, value, expected] of cases) {
      it(`reads ${name}`, () => {
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

  describe('isSameText', () => {
    it('tells texts apart, but not their line ends', () => {
      assert.equal(isSameText('a\r\nb\rc\n', 'a\nb\nc\r\n'), true);
      assert.equal(isSameText('a\nb', 'a\n\nb'), false);
      assert.equal(isSameText('a', 'A'), false);
    });
  });

  describe('compact', () => {
    it('drops undefined and nothing else', () => {
      assert.deepEqual(compact({ a: undefined, b: null, c: '', d: [] }), { b: null, c: '', d: [] });
    });
  });
});
