import { type Reply, text } from '../commands';

import { explain, explanationMessage } from './explain';

/** For `onTurnError`: the last apology, when even the bot's own handling failed. */
export function apology(reference: string): Reply {
  return text(explanationMessage(explain(undefined, 'en'), reference, 'en'));
}
