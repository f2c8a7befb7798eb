import { DeadlineError } from './abort';

/**
 * Waits for something no longer than `ms`. What is late goes on, and nobody hears of it: only for what may happen unheard.
 *
 * @throws DeadlineError, or what it fails with.
 */
export async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new DeadlineError(ms));
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(late);
    });
  });
}
