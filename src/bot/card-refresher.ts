import { type CloudAdapter, type ConversationReference } from 'botbuilder';

import { cancelledReply, meetingReply } from '../commands';
import type { MeetingService } from '../meetings/meeting-service';
import type { CardRefresher, MeetingState, Posting } from '../meetings/ports';
import { defineTexts } from '../shared/texts';

import { toActivity } from './reply-activity';

const texts = defineTexts({ en: { headline: 'Meeting, changed meanwhile' } });

/** A card nobody clicked is read by everybody in the conversation: it speaks the house's language. */
const LOCALE = 'en-US';

/** Updates cards that were posted in earlier turns, in whatever conversation they are. */
export class ProactiveCardRefresher implements CardRefresher {
  readonly #deps: { adapter: CloudAdapter; appId: string; meetings: MeetingService; stopping: AbortSignal };

  constructor(deps: { adapter: CloudAdapter; appId: string; meetings: MeetingService; stopping: AbortSignal }) {
    this.#deps = deps;
  }

  async refresh(posting: Posting, state: MeetingState): Promise<void> {
    const { adapter, appId, meetings, stopping } = this.#deps;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(8000)]);
    const reply =
      state.kind === 'cancelled'
        ? cancelledReply(state.record, LOCALE)
        : await meetingReply({ meetings, signal, reader: { locale: LOCALE } }, state.meeting, texts(LOCALE).headline);
    await adapter.continueConversationAsync(appId, posting.address as ConversationReference, async (context) => {
      await context.updateActivity({ ...toActivity(reply, LOCALE), id: posting.activityId, type: 'message' });
    });
  }
}
