import assert from 'node:assert/strict';

import { factsOf, type HttpAnswer, nameOf } from '../../src/ucwa/answer';

const receivedAt = Date.parse('2026-11-20T10:00:00Z');

function answerWith(headers: Record<string, string>): HttpAnswer {
  return {
    method: 'GET',
    url: new URL('https://pool.contoso.com/x'),
    status: 503,
    headers,
    text: '',
    sentAt: receivedAt,
    receivedAt,
  };
}

const waits: readonly (readonly [retryAfter: string | undefined, ms: number | undefined])[] = [
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['1', 1_000],
  [' 60 ', 60_000],
  ['999999', 999_999_000],
  ['-5', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['9999999999999999999', undefined],
  ['soon', undefined],
  ['2026-11-20', undefined],
  ['Fri, 20 Nov 2026 10:00:07 GMT', 7_000],
  ['Friday, 20-Nov-26 10:00:07 GMT', 7_000],
  ['Fri Nov 20 10:00:07 2026 GMT', 7_000],
  ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
  ['Fri, 99 Nov 2026 09:00:00 GMT', undefined],
];

const named = waits.map(([retryAfter, ms]) => [retryAfter, ms, ms === undefined ? 'no' : String(ms)] as const);

describe('An answer', () => {
  for (const [retryAfter, ms, text] of named) {
    it(`that says Retry-After ${retryAfter ?? 'nothing'} asks for ${text} ms`, () => {
      assert.equal(factsOf(answerWith(retryAfter === undefined ? {} : { 'retry-after': retryAfter })).retryAfterMs, ms);
    });
  }

  it('is asked for its date by the clock of the server, not by ours', () => {
    const headers = { 'retry-after': 'Fri, 20 Nov 2026 12:00:07 GMT', date: 'Fri, 20 Nov 2026 12:00:00 GMT' };

    assert.equal(factsOf(answerWith(headers)).retryAfterMs, 7_000);
  });

  it('is named in messages without what may be an id or a key', () => {
    const url = new URL('https://pool.contoso.com/ucwa/v1/applications/103/onlineMeetings/myOnlineMeetings/7QX2?a=b');

    const name = 'GET https://pool.contoso.com/ucwa/v1/applications/*/onlineMeetings/myOnlineMeetings/*';
    assert.equal(nameOf({ method: 'GET', url }), name);
  });
});
