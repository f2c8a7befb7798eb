/**
 * A place at the meeting server that one process at a time has: one identity there, for one service account or for one
 * account of each person. What was begun from a seat goes on with its next holder.
 */
export interface Seat {
  /** From 1; there are as many as processes ever worked at the same time. */
  readonly number: number;
  /** What every holder says of itself to the meeting server, so that it takes them for the same. */
  readonly endpointId: string;
  /** Rises with every holder; a write of an older one changes nothing. */
  readonly epoch: number;
}

/** Who holds seats: the name of a process, and for how long it may be silent before others think that it is gone. */
export interface Holding {
  readonly holder: string;
  readonly leaseMs: number;
}
