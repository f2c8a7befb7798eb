import type { Activity } from 'botbuilder';

import type { SignInWay } from '../meetings/errors';

/** What the journal keeps of something that was asked for: the activity itself, to be answered at any later time. */
export interface OperationRequest {
  readonly activity: Activity;
  /** The reference people can quote. */
  readonly reference: string;
  /** Ways in which the person was asked to sign in for this already. */
  readonly asked: readonly SignInWay[];
  /** The trace it is a part of, as `Tracer.traceparent` gave it. */
  readonly traceparent?: string;
  /** What is to be said though nobody asked; the activity only says where, and to whom. Nothing from outside has one. */
  readonly own?: OwnWish;
}

/** Something Confer itself wants said. */
export interface OwnWish {
  readonly kind: 'reminder';
  readonly id: string;
  readonly revision: number;
}

/** Reads back what the journal kept. Nobody else writes there, so only its shape is asserted. */
export function toRequest(stored: unknown): OperationRequest {
  return stored as OperationRequest;
}
