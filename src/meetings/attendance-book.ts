import type { LiveMeeting } from './meeting';

/** A meeting that Confer starts, and in which it waits for people, as it is written down. */
export interface AttendanceEntry {
  /** Marks whose wish it is; it is there before the meeting. */
  readonly marker: string;
  /** Address of whoever leads the meeting once they come. */
  readonly owner: string | undefined;
  /** Which request this is, from 1, counting those that certainly made nothing. */
  readonly tries: number;
  /** Milliseconds since the request was about to be sent. */
  readonly begunAgoMs: number;
  /** Undefined as long as it is not known whether the request made it. */
  readonly meeting: LiveMeeting | undefined;
  /** How much longer Confer waits in it, in milliseconds. */
  readonly waitsMs: number;
  /** Confer has left it, or it certainly was not made. */
  readonly isOver: boolean;
  /** It is this process that has to go on with it. */
  readonly isHere: boolean;
}

/**
 * Where it is written down in which meetings Confer is, so that the next process goes on with what this one began. One book
 * is of one seat and one account; it refuses to write when the seat is another process's.
 */
export interface AttendanceBook {
  /**
   * Before the request is sent. Again only when what was sent before certainly made nothing.
   *
   * @returns which request it is, from 1; undefined when it is begun and not over. @throws SeatLostError.
   */
  begin(
    attendance: Pick<AttendanceEntry, 'marker' | 'owner'> & { readonly personId: string },
  ): Promise<number | undefined>;
  /** The meeting is there, and Confer waits in it for `waitsMs`. @throws SeatLostError. */
  made(marker: string, meeting: LiveMeeting, waitsMs: number): Promise<void>;
  /** Confer has left, or there is certainly no such meeting. @throws SeatLostError. */
  over(marker: string): Promise<void>;
  /** Whoever began it, and from wherever. */
  find(marker: string): Promise<AttendanceEntry | undefined>;
  /** What is not over in this seat and account. */
  open(): Promise<readonly AttendanceEntry[]>;
  /** Resolves when it is certain that what happens in the meetings now is up to this process. @throws SeatLostError. */
  confirm(): Promise<void>;
}
