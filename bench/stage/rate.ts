import { setTimeout as sleep } from 'node:timers/promises';

/** So many a second, for so long. */
export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * Lets `act` begin at even distances, whether or not what began before has ended: people do not wait for each other.
 *
 * @param act - is told its number, from 0, and when it was due by `performance.now()`.
 */
export async function atRate(
  { perSecond, seconds }: Load,
  act: (number: number, dueAt: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const count = Math.round(perSecond * seconds);
  for (let number = 0; number < count; number += 1) {
    if (signal.aborted) return;
    const dueAt = startedAt + (number * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 1) await sleep(early);
    act(number, dueAt);
  }
}
