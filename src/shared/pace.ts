/** The waits on which the promises of the journal rest, in milliseconds. Only programs that try it out set others. */
export interface Pace {
  /** An operation belongs to a worker for so long; then another may think that the worker is gone. It is renewed three times as often. */
  readonly leaseMs: number;
  /** How long a message whose posting is open may still show up on somebody's screen, before it is posted again. */
  readonly receiptMs: number;
  /** How long a creating request may take effect after it was sent: the longest wait for its answer, and a minute. */
  readonly quarantineMs: number;
  /** How long after one look at the server it makes sense to look again. */
  readonly lookAgainMs: number;
  /** The Bot Connector is told to deliver a message again when it could not be written down in so long. */
  readonly refuseMs: number;
  /** So long it is tried to write a message down; then people are told. */
  readonly acceptMs: number;
  /** So long it is tried to write a click down, which is not delivered again. */
  readonly acceptClickMs: number;
}

/** The pace of the product. */
export const usualPace: Pace = {
  leaseMs: 30_000,
  receiptMs: 12_000,
  quarantineMs: 80_000,
  lookAgainMs: 10_000,
  refuseMs: 1500,
  acceptMs: 10_000,
  acceptClickMs: 4000,
};
