import { setTimeout as delay } from 'node:timers/promises';

import type { UcwaClock } from './options';

/** The machine's clock. */
export const systemClock: UcwaClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    signal.throwIfAborted();
    await delay(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

/** What ends a piece of work early: any of the signals, or the time. */
export interface Limits {
  readonly signals: readonly AbortSignal[];
  readonly timeoutMs: number;
  readonly timeoutError: () => Error;
}

/** When a signal of `withLimits` will abort for lack of time, on the clock of `performance.now()`. */
const deadlines = new WeakMap<AbortSignal, number>();

/** Milliseconds until the signal's own time limit, or that of one it follows; `Infinity` when none is known. */
export function timeLeftMs(signal: AbortSignal): number {
  return (deadlines.get(signal) ?? Infinity) - performance.now();
}

/**
 * Runs `work` with a signal that aborts with the first of the given signals, or with the error `timeoutError` makes once
 * `timeoutMs` have passed.
 *
 * Listeners and timer are removed when `work` ends, so that a long-lived signal does not collect them.
 */
export async function withLimits<T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  for (const signal of limits.signals) signal.throwIfAborted();
  const controller = new AbortController();
  const inherited = limits.signals.map((signal) => deadlines.get(signal) ?? Infinity);
  deadlines.set(controller.signal, Math.min(performance.now() + limits.timeoutMs, ...inherited));
  const followers = limits.signals.map((signal) => {
    const follow = (): void => {
      controller.abort(signal.reason);
    };
    signal.addEventListener('abort', follow, { once: true });
    return { signal, follow };
  });
  const timer = setTimeout(() => {
    controller.abort(limits.timeoutError());
  }, limits.timeoutMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const { signal, follow } of followers) signal.removeEventListener('abort', follow);
  }
}

/** Waits for somebody else's work. When `signal` aborts only the waiting ends; the work goes on. */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined); // it may fail after this waiter has left
  const aborted = untilAborted(signal);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    aborted.forget();
  }
  signal.throwIfAborted();
  return work;
}

/** Shares one piece of work among all who ask for it while it runs; a caller who aborts leaves it to the others. */
export class SingleFlight<T> {
  #running: Promise<T> | undefined;

  /** Joins the running work or begins it. */
  async run(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = undefined;
    });
    return waitFor(this.#running, signal);
  }
}

/** State that others wait on: whoever changes it calls `notify`, and every waiter looks again. */
export class Watched {
  readonly #waiters = new Set<() => void>();

  /** Wakes the waiters. */
  notify(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  /**
   * Resolves with the first value of `probe` that is not `undefined`, looking now and after each change.
   *
   * @throws what `probe` throws, or the signal's reason.
   */
  async until<T>(probe: () => T | undefined, signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const value = probe();
      if (value !== undefined) return value;
      await this.#nextChange(signal);
    }
  }

  async #nextChange(signal: AbortSignal): Promise<void> {
    const aborted = untilAborted(signal);
    let wake: () => void = () => undefined;
    const change = new Promise<void>((resolve) => {
      wake = resolve;
      this.#waiters.add(wake);
    });
    await Promise.race([change, aborted.promise]);
    this.#waiters.delete(wake);
    aborted.forget();
  }
}

/** Resolves (never rejects) when the signal aborts; `forget` takes the listener off it again. */
function untilAborted(signal: AbortSignal): { readonly promise: Promise<void>; readonly forget: () => void } {
  let listener: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    listener = resolve;
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', listener, { once: true });
  });
  return {
    promise,
    forget: () => {
      signal.removeEventListener('abort', listener);
    },
  };
}
