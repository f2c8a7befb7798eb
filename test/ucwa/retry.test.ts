import assert from 'node:assert/strict';

import { UcwaProtocolError, UcwaProxyAnswerError, UcwaResponseError, UcwaTransportError } from '../../src/ucwa';
import { isAmbiguous, isSafeToRepeat, isTransient, jitterMs, withRetries } from '../../src/ucwa/retry';

import { anySignal, FastClock } from './support/pool';

const response = (status: number, subcode?: string, retryAfterMs?: number): UcwaResponseError =>
  new UcwaResponseError('GET x', { status, code: 'X', subcode, retryAfterMs });
const transport = (kind: 'refused' | 'reset' | 'tls', ambiguous: boolean): UcwaTransportError =>
  new UcwaTransportError('GET x', { kind, ambiguous, networkCode: 'E' });

const table: [string, unknown, { transient: boolean; safe: boolean; ambiguous: boolean }][] = [
  ['a refused connection', transport('refused', false), { transient: true, safe: true, ambiguous: false }],
  ['a reset', transport('reset', true), { transient: true, safe: false, ambiguous: true }],
  ['a bad certificate', transport('tls', false), { transient: false, safe: false, ambiguous: false }],
  ['400', response(400), { transient: false, safe: false, ambiguous: false }],
  ['404', response(404), { transient: false, safe: false, ambiguous: false }],
  ['409 None', response(409, 'None'), { transient: true, safe: false, ambiguous: false }],
  ['409 TooManyGroups', response(409, 'TooManyGroups'), { transient: false, safe: false, ambiguous: false }],
  ['410', response(410, 'CannotRedirect'), { transient: false, safe: false, ambiguous: false }],
  ['412', response(412), { transient: false, safe: false, ambiguous: false }],
  ['429', response(429), { transient: true, safe: true, ambiguous: false }],
  ['500', response(500, 'CallbackChannelError'), { transient: true, safe: false, ambiguous: true }],
  [
    '500 of an old mailbox',
    response(500, 'invalidexchangeserverversion'),
    { transient: false, safe: false, ambiguous: false },
  ],
  ['501', response(501), { transient: false, safe: false, ambiguous: false }],
  ['503', response(503), { transient: true, safe: false, ambiguous: true }],
  [
    'HTML with 200',
    new UcwaProxyAnswerError('GET x', { status: 200, code: 'X' }),
    { transient: false, safe: false, ambiguous: true },
  ],
  ['an unreadable body', new UcwaProtocolError('x'), { transient: false, safe: false, ambiguous: true }],
  ['a mistake of ours', new TypeError('x'), { transient: false, safe: false, ambiguous: false }],
];

describe('Retries', () => {
  describe('The kinds of failure', () => {
    for (const [name, error, expected] of table) {
      it(`sorts ${name}`, () => {
        const actual = { transient: isTransient(error), safe: isSafeToRepeat(error), ambiguous: isAmbiguous(error) };
        assert.deepEqual(actual, expected);
      });
    }
  });

  describe('withRetries', () => {
    async function run(errors: Error[]): Promise<{ attempts: number; slept: number[]; end: unknown }> {
      const clock = new FastClock();
      let attempts = 0;
      const work = async (): Promise<string> => {
        attempts += 1;
        const error = errors.shift();
        return error === undefined ? Promise.resolve('done') : Promise.reject(error);
      };
      const end = await withRetries({ clock, mayRepeat: isTransient }, work, anySignal()).catch(
        (error: unknown) => error,
      );
      return { attempts, slept: clock.slept, end };
    }

    it('tries three times and throws the last error', async () => {
      const last = response(503);
      const { attempts, end } = await run([response(500), response(502), last]);
      assert.equal(attempts, 3);
      assert.equal(end, last);
    });

    it('waits as long as the server asks, up to half a minute', async () => {
      assert.deepEqual((await run([response(503, undefined, 30_000)])).slept, [30_000]);
      assert.deepEqual((await run([response(503, undefined, 31_000)])).slept, []);
    });

    it('does not repeat what cannot fare better', async () => {
      assert.equal((await run([response(400)])).attempts, 1);
    });

    it('ends with the reason of the signal while waiting', async () => {
      const controller = new AbortController();
      const reason = new RangeError('turn ended');
      const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
        controller.abort(reason);
        signal.throwIfAborted();
        return Promise.resolve();
      };
      const rules = { clock: { now: Date.now, sleep }, mayRepeat: isTransient };
      await assert.rejects(
        withRetries(rules, async () => Promise.reject(response(503)), controller.signal),
        reason,
      );
    });
  });

  describe('jitterMs', () => {
    it('stays between nothing and the doubled base, and under the cap', () => {
      for (let n = 0; n < 200; n += 1) {
        assert.ok(jitterMs(1, 500, 8_000) <= 500);
        assert.ok(jitterMs(3, 500, 8_000) <= 2_000);
        assert.ok(jitterMs(20, 500, 8_000) <= 8_000);
      }
    });
  });
});
