import assert from 'node:assert/strict';

import { SingleFlight, systemClock, timeLeftMs, waitFor, Watched, withLimits } from '../../src/ucwa/waiting';

import { anySignal } from './support/pool';

const reason = new RangeError('turn ended');

describe('Waiting', () => {
  describe('systemClock.sleep', () => {
    it('ends with the reason of the signal', async () => {
      const controller = new AbortController();
      const sleeping = systemClock.sleep(10_000, controller.signal);
      controller.abort(reason);
      await assert.rejects(sleeping, reason);
      await assert.rejects(systemClock.sleep(0, controller.signal), reason);
    });
  });

  describe('withLimits', () => {
    const timeoutError = (): Error => new RangeError('too late');
    const never = async (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });

    it('aborts the work with the error for the time limit', async () => {
      await assert.rejects(withLimits({ signals: [], timeoutMs: 5, timeoutError }, never), /too late/);
    });

    it('aborts the work with the reason of any of the signals', async () => {
      const controller = new AbortController();
      const limits = { signals: [new AbortController().signal, controller.signal], timeoutMs: 1_000, timeoutError };
      const work = withLimits(limits, never);
      controller.abort(reason);
      await assert.rejects(work, reason);
      await assert.rejects(withLimits(limits, never), reason);
    });

    it('tells how much time is left, also to work inside of work', async () => {
      const limits = (timeoutMs: number, signals: AbortSignal[]): Parameters<typeof withLimits>[0] => ({
        timeoutMs,
        signals,
        timeoutError,
      });
      await withLimits(limits(1_000, [anySignal()]), async (outer) => {
        const left = timeLeftMs(outer);
        assert.ok(left > 900 && left <= 1_000, String(left));
        await withLimits(limits(60_000, [outer]), async (inner) => {
          assert.ok(timeLeftMs(inner) <= left);
          return Promise.resolve();
        });
      });
      assert.equal(timeLeftMs(anySignal()), Infinity);
    });
  });

  describe('SingleFlight', () => {
    it('shares the work, leaves it to the others when one aborts, and begins anew afterwards', async () => {
      const flight = new SingleFlight<number>();
      const controller = new AbortController();
      let begun = 0;
      const work = async (): Promise<number> => {
        begun += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return begun;
      };
      const first = flight.run(work, controller.signal);
      const second = flight.run(work, anySignal());
      controller.abort(reason);

      await assert.rejects(first, reason);
      assert.equal(await second, 1);
      assert.equal(await flight.run(work, anySignal()), 2);
    });

    it('leaves no unhandled rejection when nobody waits any more', async () => {
      const unhandled: unknown[] = [];
      const record = (error: unknown): void => {
        unhandled.push(error);
      };
      process.on('unhandledRejection', record);
      try {
        const failing = async (): Promise<never> => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          throw reason;
        };
        await assert.rejects(new SingleFlight().run(failing, AbortSignal.abort(new RangeError('x'))));
        await assert.rejects(waitFor(failing(), AbortSignal.abort(new RangeError('x'))));
        await new Promise((resolve) => setTimeout(resolve, 10));
      } finally {
        process.off('unhandledRejection', record);
      }
      assert.deepEqual(unhandled, []);
    });
  });

  describe('Watched', () => {
    it('looks at once, and again after each change', async () => {
      const watched = new Watched();
      const values: number[] = [];
      const waiting = watched.until(() => values[0], anySignal());
      watched.notify();
      values.push(0);
      watched.notify();

      assert.equal(await waiting, 0);
      assert.equal(await watched.until(() => values[0], anySignal()), 0);
    });

    it('throws what the look throws, or the reason of the signal', async () => {
      const watched = new Watched();
      const throwing = (): never => {
        throw reason;
      };
      await assert.rejects(watched.until(throwing, anySignal()), reason);
      const controller = new AbortController();
      const waiting = watched.until(() => undefined, controller.signal);
      controller.abort(reason);
      await assert.rejects(waiting, reason);
    });
  });
});
