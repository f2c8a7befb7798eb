import { type Pace, usualPace } from '../../src/shared/pace';

/** How long the product waits for an answer of the meeting server here, in seconds. */
export const requestTimeoutSeconds = 2;

/** A late answer comes after the product has stopped waiting for it. */
export const lateMs = 2500;

/** The pace of the product, about ten times as fast. An effect comes at most 1.6 s late, so that the quarantine covers it. */
export const chaosPace: Pace = {
  ...usualPace,
  ...{ leaseMs: 3000, receiptMs: 3000, quarantineMs: 5000, lookAgainMs: 1000, sweepAfterMs: [1000, 3000] },
  // Processes are not killed faster here than they could be anywhere, but their operations are taken over ten times as often.
  mostVanished: 10 * usualPace.mostVanished,
  ...{ acceptMs: 5000, tryAgainMs: 300, longestRestMs: 2000 },
};
