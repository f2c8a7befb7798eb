/** The waits on which the promises of the journal rest, in milliseconds. Only programs that try it out set others. */
export interface Pace {
  /** An operation belongs to a worker for so long; then another may think that the worker is gone. It is renewed three times as often. */
  readonly leaseMs: number;
  /**
   * So many tries in a row may vanish with their process before an operation is given up, because it may be what ends them. From half
   * of it on nothing else is worked on beside it.
   */
  readonly mostVanished: number;
  /** How long a message whose posting is open may still show up on somebody's screen, before it is posted again. */
  readonly receiptMs: number;
  /** How long a creating request may take effect after it was sent: the longest wait for its answer, and a minute. */
  readonly quarantineMs: number;
  /** How long after a creation whose outcome had been open it is looked for a second meeting: once, and once more. */
  readonly sweepAfterMs: readonly [number, number];
  /** How long after one look at the server it makes sense to look again. */
  readonly lookAgainMs: number;
  /** The Bot Connector is told to deliver a message again when it could not be written down in so long. */
  readonly refuseMs: number;
  /** So long it is tried to write a message down; then people are told. */
  readonly acceptMs: number;
  /** So long it is tried to write a click down, which is not delivered again. */
  readonly acceptClickMs: number;
  /** The answer to a click waits no longer than this for what comes of it: Teams gives up after about ten seconds. */
  readonly hearMs: number;
  /** So long after it was asked for people are told that a server is not available; what passes sooner is not worth a word. */
  readonly tellAwayMs: number;
  /** A try that takes longer than this is told. */
  readonly tellLateMs: number;
  /** The first rest before something is tried again that a server was not available for; later ones grow. */
  readonly tryAgainMs: number;
  /** The longest of these rests. */
  readonly longestRestMs: number;
  /** So long it is tried what a server is not available for. */
  readonly keepTryingMs: number;
  /** The same, where it is about now. */
  readonly keepTryingNowMs: number;
  /** The same, from its first failure on, where the server is there and reports failures. */
  readonly keepTryingFailedMs: number;
}

/** The pace of the product. */
export const usualPace: Pace = {
  leaseMs: 30_000,
  mostVanished: 10,
  receiptMs: 12_000,
  quarantineMs: 80_000,
  lookAgainMs: 10_000,
  sweepAfterMs: [120_000, 600_000],
  refuseMs: 1000,
  acceptMs: 10_000,
  acceptClickMs: 4000,
  hearMs: 5000,
  tellAwayMs: 2000,
  tellLateMs: 10_000,
  tryAgainMs: 1000,
  longestRestMs: 60_000,
  keepTryingMs: 4 * 60 * 60_000,
  keepTryingNowMs: 10 * 60_000,
  keepTryingFailedMs: 60_000,
};
