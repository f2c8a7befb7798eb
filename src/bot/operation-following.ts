import { TurnContext } from 'botbuilder';

import { cancelledReply } from '../commands';
import type { Operation } from '../journal/operation';
import type { MeetingService } from '../meetings/meeting-service';
import type { CardRefresher, MeetingState } from '../meetings/ports';

import type { OperationAnswer } from './operation-answer';
import type { OperationSpeech } from './operation-speech';
import { toActivity } from './reply-activity';
import type { Turn } from './turns';

/** What an answer brings about besides itself: it is remembered where it stands, and other cards of the meeting change. */
export class OperationFollowing {
  readonly #speech: OperationSpeech;
  readonly #refresherFor: (meetings: MeetingService) => CardRefresher;

  constructor(deps: { speech: OperationSpeech; refresherFor: (meetings: MeetingService) => CardRefresher }) {
    this.#speech = deps.speech;
    this.#refresherFor = deps.refresherFor;
  }

  /** @param known - what the meeting was changed to, where this process did it: then nobody has to be asked. */
  async follow(turn: Turn, operation: Operation, known: MeetingState | undefined): Promise<void> {
    const answer = operation.answer as OperationAnswer;
    switch (answer.kind) {
      case 'nothing':
        return;
      case 'text':
        if (answer.buries !== undefined) await this.#bury(turn, answer.buries);
        return;
      case 'card':
        await this.#remember(turn, operation, answer);
        if (answer.changed !== undefined) await this.#letCardsFollow(turn, operation, { ...answer, known });
    }
  }

  async #remember(turn: Turn, operation: Operation, answer: OperationAnswer & { kind: 'card' }): Promise<void> {
    const { shows: meetingId, passing } = answer;
    const { cardActivityId: activityId } = operation;
    if (meetingId === undefined) return;
    const meetings = turn.meetings();
    if (activityId === undefined) return meetings.seen(meetingId, turn.viewpoint);
    const address = TurnContext.getConversationReference(turn.activity);
    const { conversationId } = turn.place;
    await meetings.posted({ meetingId, conversationId, activityId, address, passing }, turn.viewpoint);
  }

  async #letCardsFollow(
    turn: Turn,
    { cardActivityId: except }: Operation,
    { changed: meetingId = '', known }: { changed: string | undefined; known: MeetingState | undefined },
  ): Promise<void> {
    const meetings = turn.meetings();
    const state = known ?? (await meetings.stateOf(meetingId, turn.signal));
    if (state === undefined) return;
    await meetings.refreshPostings(this.#refresherFor(meetings), { meetingId, state, except });
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
