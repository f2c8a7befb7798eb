import type { Activity } from 'botbuilder';

import type { SignInWay } from '../meetings/errors';

/** What somebody wanted and has to sign in for. Its text is in memory only. */
export interface ParkedTurn {
  readonly activity: Activity;
  /** Ways in which they were asked to sign in for it. */
  readonly asked: ReadonlySet<SignInWay>;
  /** The sign-in card, once it is posted. */
  cardId?: string | undefined;
}

/** So long people have to sign in, in milliseconds. */
const LIFE_MS = 600_000;

/** Keeps what waits for a sign-in, for a short time: one turn for each person in each conversation, the newest. */
export class ParkedTurns {
  readonly #now: () => Date;
  readonly #limit: number;
  readonly #parked = new Map<string, { readonly turn: ParkedTurn; readonly until: number }>();

  constructor(now: () => Date, limit = 1000) {
    this.#now = now;
    this.#limit = limit;
  }

  /** At the limit the oldest one is forgotten. */
  park(key: string, turn: ParkedTurn): void {
    this.#parked.delete(key);
    this.#parked.set(key, { turn, until: this.#now().getTime() + LIFE_MS });
    const [oldest] = this.#parked.keys();
    if (this.#parked.size > this.#limit && oldest !== undefined) this.#parked.delete(oldest);
  }

  /** Gives a turn out once; undefined when there is none, or its time is over. */
  take(key: string): ParkedTurn | undefined {
    const parked = this.#parked.get(key);
    this.#parked.delete(key);
    return parked === undefined || parked.until < this.#now().getTime() ? undefined : parked.turn;
  }
}
