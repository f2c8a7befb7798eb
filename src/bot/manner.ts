import type { TurnContext } from 'botbuilder';

/** How calls to the chat service are made. */
export interface Manner {
  /** `once`: whoever speaks decides what becomes of a refused call; `patiently`: it is sent again, a few times. */
  readonly tries: 'once' | 'patiently';
  /** `later`: it gives way to what people wait for. */
  readonly urgency: 'answer' | 'later';
  /** What has no place within this is not said; without it, that is up to what else is to be done with it. */
  readonly longestWaitMs?: number;
}

/** An answer within a turn: nobody else would send it again. */
export const onTheSpot: Manner = { tries: 'patiently', urgency: 'answer' };

/** An answer from the journal, which tries again itself. */
export const fromTheJournal: Manner = { tries: 'once', urgency: 'answer' };

/** That something is under way: where there is much to say it is not worth a place, because it needs a second one for the answer. */
export const inPassing: Manner = { tries: 'once', urgency: 'answer', longestWaitMs: 1000 };

/** What follows a change: it is tried again, too, and nobody waits for it. */
export const inTheBackground: Manner = { tries: 'once', urgency: 'later' };

const key = Symbol('confer manner');

/** Says how everything is sent from here on. */
export function setManner(context: TurnContext, manner: Manner): void {
  context.turnState.set(key, manner);
}

/** How things are sent here. */
export function mannerOf(context: TurnContext): Manner {
  return context.turnState.get<Manner | undefined>(key) ?? onTheSpot;
}
