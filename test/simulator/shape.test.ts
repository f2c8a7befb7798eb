import assert from 'node:assert/strict';

import {
  choice,
  flag,
  list,
  number,
  object,
  readAs,
  record,
  regularExpression,
  type Shape,
  text,
  textLike,
} from '../../src/simulator/shape';

const shapes = {
  text: text(),
  textLike: textLike('^a+$', 'some letters a'),
  expression: regularExpression(),
  choice: choice([1, 'two']),
  flag: flag(),
  number: number({ minimum: 0 }),
  wholeNumber: number({ minimum: 1, maximum: 3, whole: true }),
  list: list(flag(), 1),
  record: record(flag()),
  object: object({ needed: flag() }, { free: flag() }),
} as const satisfies Readonly<Record<string, Shape<unknown>>>;

const LONG = 'b'.repeat(50);

/** Values as JSON, with the shapes that let them through. */
const RIGHT = [
  ['text', '""'],
  ['textLike', '"aa"'],
  ['expression', '"^a|b$"'],
  ['choice', '"two"'],
  ['choice', '1'],
  ['flag', 'false'],
  ['number', '0.5'],
  ['wholeNumber', '3'],
  ['list', '[true]'],
  ['record', '{"any name":true}'],
  ['object', '{"needed":true}'],
  ['object', '{"needed":true,"free":false}'],
] as const;

/** Values as JSON, with the shapes that refuse them and what those say. */
const WRONG = [
  ['text', '5', 'It must be a text, not 5.'],
  ['text', 'null', 'It must be a text, not null.'],
  ['textLike', '"b"', 'It must be some letters a, not "b".'],
  ['textLike', `"${LONG}"`, `It must be some letters a, not "${LONG.slice(14)}…".`],
  ['expression', '"("', 'It must be a regular expression, not "(".'],
  ['choice', '"1"', 'It must be 1 or "two", not "1".'],
  ['flag', '"true"', 'It must be true or false, not "true".'],
  ['number', '-1', 'It must be a number of at least 0, not -1.'],
  ['wholeNumber', '2.5', 'It must be a whole number from 1 to 3, not 2.5.'],
  ['wholeNumber', '4', 'It must be a whole number from 1 to 3, not 4.'],
  ['list', '[]', 'It needs at least 1 of them.'],
  ['list', '{"0":true}', 'It must be a list, not an object.'],
  ['list', '[true,1,null]', '[1] must be true or false, not 1.', '[2] must be true or false, not null.'],
  ['record', '{"any name":1}', '["any name"] must be true or false, not 1.'],
  ['object', '[]', 'It must be an object, not a list.'],
  ['object', '{}', 'needed is missing.'],
  ['object', '{"needed":1,"more":1}', 'needed must be true or false, not 1.', `more ${unknownName()}`],
  ['object', '{"needed":true,"__proto__":1}', `__proto__ ${unknownName()}`],
] as const;

describe('simulator shapes', () => {
  for (const [name, written] of RIGHT) {
    it(`reads ${written} as ${name}`, () => {
      const value: unknown = JSON.parse(written);

      assert.deepEqual(readAs<unknown>(shapes[name], value), { kind: 'value', value });
    });
  }

  for (const [name, written, ...problems] of WRONG) {
    it(`refuses ${written} as ${name}`, () => {
      assert.deepEqual(readAs<unknown>(shapes[name], JSON.parse(written)), { kind: 'wrong', problems });
    });
  }
});

function unknownName(): string {
  return 'is not known here; known are needed, free.';
}
