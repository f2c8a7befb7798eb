import { cancelledReply } from '../commands';
import type { Operation } from '../journal/operation';

import { lastingAddressOf } from './lasting-address';
import type { OperationAnswer } from './operation-answer';
import type { OperationSpeech } from './operation-speech';
import type { Posts } from './posts';
import { toActivity } from './reply-activity';
import type { Turn } from './turns';

/** What an answer brings about besides itself: it is remembered where it stands, and other cards of the meeting change. */
export class OperationFollowing {
  readonly #speech: OperationSpeech;
  readonly #posts: Posts;

  constructor(deps: { speech: OperationSpeech; posts: Posts }) {
    this.#speech = deps.speech;
    this.#posts = deps.posts;
  }

  /** Doing it twice comes to the same. */
  async follow(turn: Turn, operation: Operation): Promise<void> {
    const answer = operation.answer as OperationAnswer;
    switch (answer.kind) {
      case 'nothing':
        return;
      case 'text':
        if (answer.buries !== undefined) await this.#bury(turn, answer.buries);
        return;
      case 'card':
        await this.#remember(turn, operation, answer);
        if (answer.changed !== undefined) await this.#posts.follow(turn, answer.changed, operation);
    }
  }

  async #remember(turn: Turn, operation: Operation, answer: OperationAnswer & { kind: 'card' }): Promise<void> {
    const { shows: meetingId, passing } = answer;
    const { cardActivityId: activityId } = operation;
    if (meetingId === undefined || activityId === undefined) return;
    const meetings = turn.meetings();
    const address = lastingAddressOf(turn.activity);
    const { conversationId } = turn.place;
    await meetings.posted({ meetingId, conversationId, activityId, address, passing }, turn.viewpoint);
  }

  /** A card of a cancelled meeting that still had buttons becomes what it should be. */
  async #bury(turn: Turn, meetingId: string): Promise<void> {
    const record = await turn.meetings().recordOf(meetingId);
    const id = turn.activity.replyToId;
    if (record === undefined || id === undefined) return;
    const message = toActivity(cancelledReply(record, turn.reader.locale), turn.reader.locale);
    await this.#speech
      .speak(turn.activity, async (context) => context.updateActivity({ ...message, id, type: 'message' }))
      .catch((error: unknown) => {
        turn.log.warn('card.updateFailed', { error: String(error) });
      });
  }
}
