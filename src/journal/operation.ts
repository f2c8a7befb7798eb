/** What has been accepted: as much of a message or a click as is needed to do what it asks, at any later time. */
export interface NewOperation {
  /** The same for a second delivery, a double click, and two people who press the same button. See {@link operationId}. */
  readonly id: string;
  /** Command or verb, for logs and metrics: `new`, `edit.save`. */
  readonly kind: string;
  readonly personId: string;
  readonly conversationId: string;
  /** The activity that asked; one conversation never sees the same one twice. */
  readonly activityId: string;
  /** When it was asked for, by the clock of the chat service, in milliseconds since the epoch; without it, when it was accepted. */
  readonly askedAt?: number;
  /** JSON; forgotten when the operation has ended. */
  readonly request: unknown;
  /** The process that took it, which goes first: a click may wait there for the answer. */
  readonly takenBy?: string;
}

/** An activity that asks for nothing lasting, as one delivery of it. */
export interface TakenActivity extends Pick<NewOperation, 'conversationId' | 'activityId'> {
  /** Name of this delivery: who asks again after an unknown outcome gets the same answer, and nobody else does. */
  readonly taker: string;
}

/**
 * How far an operation is. `accepted`: its effect may or may not have happened. `answered`: the effect is over and what to say
 * is known. `ended`: said. `failed`: given up after several tries, and said so.
 */
export type OperationStep = 'accepted' | 'answered' | 'ended' | 'failed';

/** An operation as the journal holds it. Points in time are milliseconds since the epoch, by the clock of the database. */
export interface Operation extends Omit<NewOperation, 'takenBy' | 'askedAt'> {
  readonly askedAt: number;
  readonly step: OperationStep;
  /** How often it was begun, this time included. */
  readonly attempts: number;
  /** How many tries before this one, one after the other, have ended with their process. */
  readonly vanished: number;
  /** Rises with every claim; a write of an older one changes nothing. */
  readonly epoch: number;
  readonly acceptedAt: number;
  /** The message that shows how far it is; undefined as long as there is none. */
  readonly cardActivityId: string | undefined;
  /** When the request that posts its card was last sent, if the outcome is open. */
  readonly cardSentAt: number | undefined;
  /** When the request that makes or changes its meeting was last sent. */
  readonly meetingSentAt: number | undefined;
  /** The meeting it made. */
  readonly meetingId: string | undefined;
  /** Until when whoever asked was told that it is tried; undefined when they were not told so. */
  readonly tryingUntil: number | undefined;
  /** Whoever asked does not want it any more. */
  readonly isToStop: boolean;
  /** JSON of what to say; undefined before `answered`. */
  readonly answer: unknown;
}

/** A look for late twins of the meeting, to be planned together with a change. */
export interface PlannedSweep {
  readonly marker: string;
  /** The meeting people know of; undefined when they were told that there is none. */
  readonly keep?: string | undefined;
  readonly afterMs: number;
}

/** What may change about an operation while somebody works on it. `undefined` clears, a missing property leaves alone. */
export type OperationChanges = Partial<
  Pick<Operation, 'step' | 'attempts' | 'cardActivityId' | 'meetingId' | 'tryingUntil' | 'answer'> & {
    /** True: now; false: nothing is open any more. */
    readonly cardSent: boolean;
    /** As `cardSent`. */
    readonly meetingSent: boolean;
    readonly sweep: PlannedSweep;
  }
>;
