import type { ConversationSnapshot } from '../meeting-control';

import type { Application } from './application';
import { snapshotOf } from './conversation-snapshot';
import type { Conversation } from './conversation-view';
import { sessionLost } from './conversations';

/**
 * Yields what a conversation is like now and after each change; whoever asks late gets the latest alone. Ends after the
 * snapshot that says why the conversation ended.
 *
 * After lost events nothing is yielded until the conversation has been read anew.
 *
 * @throws what ended the session, why the conversation cannot be read, or the signal's reason.
 */
export async function* watchConversation(
  application: Application,
  conversation: Conversation,
  signal: AbortSignal,
): AsyncGenerator<ConversationSnapshot, void, undefined> {
  if (conversation.watchers === 0) delete conversation.unreadable;
  conversation.watchers += 1;
  try {
    for (let shown = -1, isOver = false; !isOver;) {
      application.reader.fill(conversation);
      const revision = shown;
      await application.changes.until(() => (hasNews(conversation, revision) ? true : undefined), signal);
      if (conversation.unreadable !== undefined) throw conversation.unreadable;
      if (conversation.ended === sessionLost) application.assertListening();
      shown = conversation.revision;
      isOver = conversation.ended !== undefined;
      yield snapshotOf(conversation);
    }
  } finally {
    conversation.watchers -= 1;
  }
}

function hasNews({ ended, unreadable, isStale, revision }: Conversation, shown: number): boolean {
  return ended !== undefined || unreadable !== undefined || (!isStale && revision !== shown);
}
