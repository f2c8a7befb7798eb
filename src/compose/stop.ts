import { setTimeout as sleep } from 'node:timers/promises';

import { atMost } from '../shared/at-most';
import type { Logger } from '../shared/logger';

/**
 * How long each part may take to stop, in milliseconds: together less than the 20 seconds a process gets. A call to the Bot
 * Connector may hang for ten seconds, and what it was for is given back after it.
 */
const LIMITS_MS = { bot: 12_000, ucwa: 5000, store: 1000 } as const;

/** Work that ends with the process does so at once; what takes longer waits for the chat service, and needs no account any more. */
const GRACE_MS = 1000;

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

/**
 * Stops the bot, then gives its accounts back. Whoever waits for an answer gets one before what they need is gone; but a chat
 * service that hangs keeps nobody else from going on in the meetings.
 */
export async function stopBot(
  log: Logger,
  { stop, close }: { readonly stop: () => Promise<void>; readonly close: () => Promise<void> },
): Promise<void> {
  const quiet = stopInTime(log, 'bot', stop());
  await Promise.race([quiet, sleep(GRACE_MS, undefined, { ref: false })]);
  await Promise.all([quiet, stopInTime(log, 'ucwa', close())]);
}
