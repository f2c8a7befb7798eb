import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { UcwaProtocolError } from '../../src/ucwa';
import { type BatchPart, decodeBatch, encodeBatch } from '../../src/ucwa/batch';

const boundary = 'part-7f3a';
const contentType = `multipart/batching; boundary="${boundary}"`;

/** One part as a server writes it. */
function part(content: string): string {
  return `--${boundary}\r\nContent-Type: application/http; msgtype=response\r\n\r\n${content}\r\n`;
}

const end = `--${boundary}--\r\n`;
const ok = part('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"a":1}');
const okRead: BatchPart = { status: 200, headers: { 'content-type': 'application/json' }, text: '{"a":1}' };

interface Written extends BatchPart {
  readonly withLength: boolean;
}

function written({ status, headers, text, withLength }: Written): string {
  const length = withLength ? [`Content-Length: ${String(Buffer.byteLength(text))}`] : [];
  const lines = [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ...length];
  return part([`HTTP/1.1 ${String(status)} Some Reason`, ...lines, '', text].join('\r\n'));
}

/** Texts that look like what is around them, and are longer in bytes than in characters. */
const hostile = fc.string({ unit: fc.constantFrom(...Array.from('aZ0 -:;"={}\r\n\uFEFFä😀')), maxLength: 60 });
const anyPart: fc.Arbitrary<Written> = fc.record({
  status: fc.integer({ min: 100, max: 599 }),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'etag', 'x-ms-correlation-id'),
    fc.string({ unit: fc.constantFrom(...Array.from('aZ0 ;="/')), maxLength: 20 }).map((text) => text.trim()),
    { noNullPrototype: true },
  ),
  text: hostile,
  withLength: fc.boolean(),
});

/** Batches, and what tears them apart. */
const damage = fc.record({
  from: fc.nat(400),
  length: fc.nat(40),
  instead: fc.string({ unit: fc.constantFrom(...Array.from('-\r\n: aH/1.2')), maxLength: 10 }),
});

const faults: readonly (readonly [name: string, type: string | undefined, text: string])[] = [
  ['no content type', undefined, ok + end],
  ['another type', `multipart/mixed; boundary="${boundary}"`, ok + end],
  ['no boundary', 'multipart/batching', ok + end],
  ['a boundary that is none', 'multipart/batching; boundary="ä"', ok + end],
  ['a boundary that is too long', `multipart/batching; boundary="${'x'.repeat(71)}"`, ok + end],
  ['HTML', contentType, '<html>Please log in</html>'],
  ['nothing', contentType, ''],
  ['an answer that is cut off', contentType, ok.slice(0, -20)],
  ['an answer without its end', contentType, ok],
  ['too many parts', contentType, ok + ok + end],
  ['far too many parts', contentType, ok.repeat(10_000)],
  ['too few parts', contentType, end],
];

const unreadable: readonly (readonly [name: string, text: string])[] = [
  ['no status line', part('Content-Type: application/json\r\n\r\n{}')],
  ['a status that is none', part('HTTP/1.1 9999 OK\r\n\r\n{}')],
  ['another version', part('HTTP/2 200\r\n\r\n{}')],
  ['a line that is no header', part('HTTP/1.1 200 OK\r\nwhat is this\r\n\r\n{}')],
  ['a body that is cut off', part('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a":1}')],
  ['a length that is none', part('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{"a":1}')],
  ['chunks', part('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n')],
  ['endless headers', part(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}\r\n{}`)],
  ['an endless header', part(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(20_000)}\r\n\r\n{}`)],
  ['another type', `--${boundary}\r\nContent-Type: text/plain\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n`],
  ['no head', `--${boundary}\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n`],
];

describe('A batch', () => {
  it('is written as the protocol shows it', () => {
    const urls = ['https://pool.contoso.com:4443/ucwa/v1/applications/1/me?x=1', 'https://pool.contoso.com/b'];
    const { contentType: type, body } = encodeBatch(
      urls.map((url) => new URL(url)),
      'application/json',
    );

    const [, mark = ''] = /^multipart\/batching;boundary="(batch_[\da-f-]{36})"$/.exec(type) ?? [];
    assert.equal(
      body,
      [
        `--${mark}`,
        'Content-Type: application/http; msgtype=request',
        '',
        'GET /ucwa/v1/applications/1/me?x=1 HTTP/1.1',
        'Host: pool.contoso.com:4443',
        'Accept: application/json',
        '',
        `--${mark}`,
        'Content-Type: application/http; msgtype=request',
        '',
        'GET /b HTTP/1.1',
        'Host: pool.contoso.com',
        'Accept: application/json',
        '',
        `--${mark}--`,
        '',
      ].join('\r\n'),
    );
  });

  it('is read whatever the body of a part holds', () => {
    fc.assert(
      fc.property(fc.array(anyPart, { minLength: 1, maxLength: 8 }), fc.boolean(), (parts, quoted) => {
        const type = quoted ? contentType : `Multipart/Batching;charset=utf-8;BOUNDARY=${boundary}`;
        const text = `a preamble\r\n${parts.map(written).join('')}${end}an epilogue`;

        const read = decodeBatch(type, text, parts.length);

        parts.forEach(({ status, headers, text: body, withLength }, index) => {
          const length = withLength ? { 'content-length': String(Buffer.byteLength(body)) } : {};
          assert.deepEqual(read[index], { status, headers: { ...headers, ...length }, text: body });
        });
      }),
    );
  });

  it('is read or refused, and never anything else, however it is torn', () => {
    fc.assert(
      fc.property(fc.array(anyPart, { minLength: 1, maxLength: 4 }), fc.array(damage), (parts, damages) => {
        const whole = parts.map(written).join('') + end;
        const torn = damages.reduce(
          (text, { from, length, instead }) => text.slice(0, from) + instead + text.slice(from + length),
          whole,
        );
        try {
          assert.equal(decodeBatch(contentType, torn, parts.length).length, parts.length);
        } catch (error) {
          assert.ok(error instanceof UcwaProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may lack the dashes at its end, have bare line feeds, and names that only begin like its boundary', () => {
    assert.deepEqual(decodeBatch(contentType, `${ok}--${boundary}`, 1), [okRead]);
    assert.deepEqual(decodeBatch(contentType, (ok + end).replaceAll('\r', ''), 1), [okRead]);
    const similar = part(`HTTP/1.1 200 OK\r\n\r\n--${boundary}x\r\n--${boundary}-\r\nend`);
    assert.equal(decodeBatch(contentType, similar + end, 1)[0]?.text, `--${boundary}x\r\n--${boundary}-\r\nend`);
  });

  it('joins headers that come twice, and has parts without any content', () => {
    const text = part('HTTP/1.0 204 No Content\r\nA: 1\r\nA: 2\r\n') + part('HTTP/1.1 404') + end;

    assert.deepEqual(decodeBatch(contentType, text, 2), [
      { status: 204, headers: { a: '1, 2' }, text: '' },
      { status: 404, headers: {}, text: '' },
    ]);
  });

  for (const [name, type, text] of faults) {
    it(`is refused when it is ${name}`, () => {
      assert.throws(() => decodeBatch(type, text, 1), UcwaProtocolError);
    });
  }

  for (const [name, text] of unreadable) {
    it(`leaves a part with ${name} open, and reads the others`, () => {
      assert.deepEqual(decodeBatch(contentType, ok + text + ok + end, 3), [okRead, undefined, okRead]);
    });
  }

  it('is read in a time that grows no faster than its size', () => {
    const nearly = part(`HTTP/1.1 200 OK\r\n\r\n${`--${boundary}-\r\n`.repeat(300_000)}`);
    const startedAt = performance.now();

    assert.equal(decodeBatch(contentType, nearly + end, 1).length, 1);
    assert.ok(performance.now() - startedAt < 1_500);
  });
});
