import type { Posting } from './ports';

/**
 * The cards that have to follow a change of their meeting.
 *
 * An open form stays, so that nobody loses what they are typing; of a cancelled meeting there is nothing left to type.
 *
 * @param change - `except`: the card that shows the change already.
 */
export function cardsToFollow(
  postings: readonly Posting[],
  change: { readonly isCancelled: boolean; readonly except: string | undefined },
): readonly Posting[] {
  return postings
    .filter(({ passing }) => passing !== true || change.isCancelled)
    .filter(({ activityId }) => activityId !== change.except);
}

/** One card for each conversation that shows the meeting, the newest; a form that somebody is busy with shows nothing to others. */
export function conversationsShowing(postings: readonly Posting[]): readonly Posting[] {
  const shown = postings.filter(({ passing }) => passing !== true);
  return [...new Map(shown.map((posting) => [posting.conversationId, posting])).values()];
}
