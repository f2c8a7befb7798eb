/** A look for late twins of a meeting: its creation had an open outcome once, and a request may take effect very late. */
export interface Sweep {
  readonly operationId: string;
  /** With whose account the meeting was made. */
  readonly personId: string;
  readonly marker: string;
  /** The meeting people know of; undefined when they were told that there is none. */
  readonly keep: string | undefined;
  /** Rises with every claim; a write of an older one changes nothing. */
  readonly epoch: number;
  /** How long ago it was planned, in milliseconds by the clock of the database. */
  readonly ageMs: number;
}

/** Where sweeps are kept. They are planned by {@link OperationStore.save}. */
export interface SweepStore {
  /** Takes the sweep that has been due longest, whose operation is answered, and that nobody is at, for `leaseMs`. */
  claim(leaseMs: number): Promise<Sweep | undefined>;
  /** Has a claimed sweep done (again) after `delayMs`. A sweep that somebody else has taken over is left alone. */
  putOff(sweep: Sweep, delayMs: number): Promise<void>;
  /** Forgets a claimed sweep. A sweep that somebody else has taken over is left alone. */
  end(sweep: Sweep): Promise<void>;
}
