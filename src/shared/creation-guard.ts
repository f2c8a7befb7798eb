/**
 * Keeps a change from happening twice, and from being denied after it happened, on a server that cannot tell a repetition
 * from a second wish: what is about to be sent is written down before, and what was made carries a marker by which it can be
 * found.
 */
export interface CreationGuard {
  /** A line that says whose work this is; it goes into the creating request itself. Empty where nothing lasting may be done. */
  readonly marker: string;
  /** Milliseconds since an earlier try sent its request; undefined when none did. */
  readonly sentAgoMs: number | undefined;
  /** Milliseconds since it was asked for. After a while an earlier try may have left no trace: a database can lose its last commits. */
  readonly askedAgoMs: number;
  /** Whether a request was sent, by this try or an earlier one: then what it changed may be there. */
  readonly isOpen: boolean;
  /** Resolves when it is written down that the request is about to be sent. Throws when somebody else is at it now: then do not send it. */
  aboutToSend(): Promise<void>;
  /** Resolves when it is written down that the request had no effect, for certain. */
  refused(): Promise<void>;
  /** Resolves when what was made, or found by its marker, is written down. */
  made(id: string): Promise<void>;
}
