import type { Activity } from 'botbuilder';

import type { ParkedRequest } from '../journal/parking';
import type { SignInWay } from '../meetings/errors';

/** What somebody wanted and has to sign in for. */
export interface ParkedTurn {
  readonly activity: Activity;
  /** Ways in which they were asked to sign in for it. */
  readonly asked: ReadonlySet<SignInWay>;
  /** The sign-in card, once it is posted. */
  readonly cardId: string | undefined;
}

interface StoredTurn {
  readonly activity: Activity;
  readonly asked: readonly SignInWay[];
}

/** A turn as it is kept. */
export function toStoredTurn({ activity, asked }: Omit<ParkedTurn, 'cardId'>): StoredTurn {
  return { activity, asked: [...asked] };
}

/** Reads back what was kept. Nobody else writes there, so only its shape is asserted. */
export function toParkedTurn({ request, cardId }: ParkedRequest): ParkedTurn {
  const { activity, asked } = request as StoredTurn;
  return { activity, asked: new Set(asked), cardId };
}
