import { atMost } from './shared/at-most';
import type { Logger } from './shared/logger';

/**
 * How long each part may take to stop, in milliseconds: together less than the 20 seconds a process gets. A call to the Bot
 * Connector may hang for ten seconds, and what it was for is given back after it.
 */
const LIMITS_MS = { bot: 12_000, ucwa: 5000, store: 1000 } as const;

/** Waits until a part has stopped, but not too long: one that hangs must not keep the others from ending well. */
export async function stopInTime(log: Logger, part: keyof typeof LIMITS_MS, work: Promise<void>): Promise<void> {
  return atMost(LIMITS_MS[part], work, () => {
    log.warn('stop.cutShort', { part, ms: LIMITS_MS[part] });
  });
}

/** Waits until all of these have stopped, well or badly. */
export async function stopAll(parts: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(parts);
}
