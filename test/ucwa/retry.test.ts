import assert from 'node:assert/strict';

import { type RetryInfo, type UcwaClock, UcwaResponseError, UcwaTransportError } from '../../src/ucwa';
import type { MethodClass } from '../../src/ucwa/outcome-table';
import { RetryBudget } from '../../src/ucwa/politeness/retry-budget';
import { jitterMs, type RetryRules, type Try, withRetries } from '../../src/ucwa/retry';
import { withLimits } from '../../src/ucwa/waiting';

import { anySignal, FastClock } from './support/pool';

const response = (status: number, subcode?: string, retryAfterMs?: number): UcwaResponseError =>
  new UcwaResponseError('GET x', { status, code: 'X', subcode, retryAfterMs });
const reset = new UcwaTransportError('GET x', { kind: 'reset', ambiguous: true, networkCode: 'E' });
const timeout = new UcwaTransportError('GET x', { kind: 'timeout', ambiguous: true, networkCode: 'E' });
const request = { method: 'GET', url: new URL('https://pool.contoso.com/ucwa/v1/applications/7?key=SECRET') };

function rulesWith(clock: UcwaClock, changes: Partial<RetryRules> = {}): RetryRules {
  return { clock, hooks: {}, budget: new RetryBudget(clock.now), request, methodClass: 'repeatable', ...changes };
}

const repetitions: readonly (readonly [string, MethodClass, Error, 'once' | 'twice'])[] = [
  ['a reset', 'creating', reset, 'once'],
  ['503', 'creating', response(503), 'once'],
  ['429', 'creating', response(429, undefined, 1_000), 'twice'],
  ['500', 'action', response(500), 'once'],
  ['409 AnotherOperationPending', 'action', response(409, 'AnotherOperationPending'), 'twice'],
  ['a reset', 'discovery', reset, 'twice'],
  ['no answer in time', 'discovery', timeout, 'once'],
  ['503', 'discovery', response(503), 'twice'],
  ['a reset', 'repeatable', reset, 'twice'],
];

describe('Retries', () => {
  describe('withRetries', () => {
    async function run(
      errors: Error[],
      changes: Partial<RetryRules> = {},
      signal = anySignal(),
    ): Promise<{ tries: Try[]; slept: number[]; end: unknown }> {
      const clock = new FastClock();
      const tries: Try[] = [];
      const work = async (tried: Try): Promise<string> => {
        tries.push(tried);
        const error = errors.shift();
        return error === undefined ? Promise.resolve('done') : Promise.reject(error);
      };
      const end = await withRetries(rulesWith(clock, changes), work, signal).catch((error: unknown) => error);
      return { tries, slept: clock.slept, end };
    }

    it('tries three times and throws the last error', async () => {
      const last = response(503);
      const { tries, end } = await run([response(500), response(502), last]);
      assert.deepEqual(
        tries.map(({ attempt }) => attempt),
        [1, 2, 3],
      );
      assert.equal(new Set(tries.map(({ id }) => id)).size, 1);
      assert.equal(end, last);
    });

    it('waits as long as the server asks, up to half a minute', async () => {
      assert.deepEqual((await run([response(503, undefined, 30_000)])).slept, [30_000]);
      assert.deepEqual((await run([response(503, undefined, 31_000)])).slept, []);
    });

    it('does not repeat what cannot fare better', async () => {
      assert.equal((await run([response(400)])).tries.length, 1);
    });

    for (const [name, methodClass, error, tries] of repetitions) {
      it(`sends a request of class ${methodClass} ${tries} after ${name}`, async () => {
        assert.equal((await run([error], { methodClass })).tries.length, tries === 'twice' ? 2 : 1);
      });
    }

    it('pauses longer where the protocol asks for it', async () => {
      const [first = 0, second = 0] = (await run([response(429), response(429)])).slept;
      assert.ok(first >= 5_000 && first <= 10_000, String(first));
      assert.ok(second >= 10_000 && second <= 20_000, String(second));

      const [pending = 0] = (await run([response(409, 'None')])).slept;
      assert.ok(pending >= 1_000 && pending <= 2_000, String(pending));
    });

    it('takes a Retry-After of nothing for none', async () => {
      const { slept } = await run([response(503, undefined, 0)]);
      assert.ok((slept[0] ?? 9_999) <= 500);
    });

    it('does not begin a wait that the time of the call does not allow', async () => {
      const limits = { signals: [anySignal()], timeoutMs: 1_000, timeoutError: () => new RangeError('time is up') };
      const last = response(503, undefined, 2_000);
      const { slept, end } = await withLimits(limits, async (signal) => run([last], {}, signal));

      assert.deepEqual([slept, end], [[], last]);
    });

    it('gives up at once when the budget of the server is used up', async () => {
      const { tries, slept } = await run([response(503)], { budget: { spend: () => false } });
      assert.deepEqual([tries.length, slept.length], [1, 0]);
    });

    it('tells what is repeated, why, and nothing that is secret', async () => {
      const told: RetryInfo[] = [];
      const { tries } = await run([response(503, undefined, 1_000)], { hooks: { onRetry: (info) => told.push(info) } });

      assert.deepEqual(told, [
        {
          id: tries[0]?.id,
          attempt: 1,
          method: 'GET',
          url: 'https://pool.contoso.com/ucwa/v1/applications/*',
          delayMs: 1_000,
          reason: 'X',
        },
      ]);
    });

    it('ends with the reason of the signal while waiting', async () => {
      const controller = new AbortController();
      const reason = new RangeError('turn ended');
      const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
        controller.abort(reason);
        signal.throwIfAborted();
        return Promise.resolve();
      };
      const rules = rulesWith({ now: Date.now, sleep });
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
