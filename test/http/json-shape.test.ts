import assert from 'node:assert/strict';

import fc from 'fast-check';

import { MAX_KEYS, refuseShape } from '../../src/http/json-shape';

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** Values the shape allows: made of what JSON can say well, not too deep. */
const TAME = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 8 },
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.string().filter((key) => !FORBIDDEN.includes(key)),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

/** Text around a JSON document's parts that means nothing. */
const BLANK = fc.stringMatching(/^[ \t\r\n]{0,3}$/u);

describe('refuseShape', () => {
  it('lets through whatever is tame, however it is spaced', () => {
    fc.assert(
      fc.property(TAME, fc.constantFrom('', ' ', '\t', '  '), (value, indent) => {
        assert.equal(refuseShape(JSON.stringify(value, undefined, indent)), undefined);
      }),
    );
  });

  it('finds a key that is there twice, wherever and however it is written', () => {
    fc.assert(
      fc.property(TAME, fc.string({ minLength: 1, unit: 'grapheme-ascii' }), BLANK, (value, key, blank) => {
        fc.pre(!FORBIDDEN.includes(key));
        const escaped = Array.from(key, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
        const inner = JSON.stringify(value);

        const json = `[{"x y":${inner},${JSON.stringify(key)}${blank}:${inner},"${escaped}"${blank}: ${inner}}]`;

        assert.equal(refuseShape(json), 'JsonKeyRepeated');
      }),
    );
  });

  it('finds a forbidden key at any depth, and takes it for a value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORBIDDEN), fc.integer({ min: 0, max: 18 }), (key, depth) => {
        const wrap = (inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth);

        assert.equal(refuseShape(wrap(`{"${key}":1}`)), 'JsonKeyNotAllowed');
        assert.equal(refuseShape(wrap(`{"name":"${key}"}`)), undefined);
      }),
    );
  });

  it('never throws for what JSON.parse takes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 30 }), (json) => {
        const refusal = refuseShape(json);

        assert.ok(refusal === undefined || refusal.startsWith('Json'));
      }),
    );
  });

  it('takes little time for the worst that fits into a body', () => {
    const worst = [
      `[${'1,'.repeat(130_000)}1]`,
      `"${String.raw`\u0061`.repeat(4000)}"`,
      JSON.stringify(Object.fromEntries(Array.from({ length: MAX_KEYS }, (_, index) => [`k${String(index)}`, {}]))),
      `[${' '.repeat(250_000)}]`,
      `["a"${' '.repeat(250_000)}]`,
      `[${`"",`.repeat(60_000)}""]`,
    ];
    const started = performance.now();

    for (const json of worst) refuseShape(json);

    assert.ok(performance.now() - started < 500);
  });
});
