import type { Logger } from '../shared/logger';

import type { CardRefresher, MeetingState, MeetingStore, Posting } from './ports';

/** So many cards are updated at once: a chat service slows down who asks for more. */
const AT_ONCE = 4;

/** Lets the posted cards of a meeting follow its changes. */
export class PostedCards {
  readonly #store: MeetingStore;
  readonly #log: Logger;
  /** The state each meeting's cards are on the way to: an older one gives way, so that no card goes back in time. */
  readonly #newest = new Map<string, MeetingState>();

  constructor(deps: { store: MeetingStore; log: Logger }) {
    this.#store = deps.store;
    this.#log = deps.log;
  }

  /**
   * Makes every card of the meeting but `except` show its present state. Failing for one card does not stop the others.
   *
   * An open form stays, so that nobody loses what they are typing; of a cancelled meeting there is nothing left to type.
   */
  async follow(
    refresher: CardRefresher,
    { meetingId, state, except }: { meetingId: string; state: MeetingState; except: string | undefined },
  ): Promise<void> {
    this.#newest.set(meetingId, state);
    const isNewest = (): boolean => this.#newest.get(meetingId) === state;
    const waiting = (await this.#store.postingsOf(meetingId))
      .filter(({ passing }) => passing !== true || state.kind === 'cancelled')
      .filter(({ activityId }) => activityId !== except);
    const refreshNext = async (): Promise<void> => {
      for (let posting = waiting.shift(); posting !== undefined && isNewest(); posting = waiting.shift()) {
        await this.#refresh(refresher, posting, state);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, refreshNext));
    if (isNewest()) this.#newest.delete(meetingId);
  }

  async #refresh(refresher: CardRefresher, posting: Posting, state: MeetingState): Promise<void> {
    const { meetingId } = posting;
    try {
      if ((await refresher.refresh(posting, state)) === 'shown') return;
      this.#log.info('card.gone', { meetingId });
      await this.#store.removePosting(posting);
    } catch (error) {
      this.#log.warn('card.refreshFailed', { meetingId, error: String(error) });
    }
  }
}
