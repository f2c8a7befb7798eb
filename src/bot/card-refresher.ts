import { type CloudAdapter, type ConversationReference } from 'botbuilder';

import { cancelledReply, meetingReply, recordReply, type Reply } from '../commands';
import type { MeetingService } from '../meetings/meeting-service';
import type { CardRefresher, MeetingState, Posting } from '../meetings/ports';
import { deadline } from '../shared/abort';
import type { Metrics } from '../shared/metrics';
import { defineTexts } from '../shared/texts';

import { isGone } from './connector-errors';
import { toActivity } from './reply-activity';

const texts = defineTexts({ en: { headline: 'Meeting, changed meanwhile' } });

/** A card nobody clicked is read by everybody in the conversation: it speaks the house's language. */
const LOCALE = 'en-US';

/** A card that takes longer than this to follow is left behind. */
const LIMIT_MS = 8000;

/** Collaborators, made in src/compose.ts. */
interface ProactiveCardRefresherDeps {
  readonly adapter: Pick<CloudAdapter, 'continueConversationAsync'>;
  readonly appId: string;
  readonly meetings: MeetingService;
  /** Whether the bot may speak to a stored address: it sends its token there, and settings change. */
  readonly mayAnswer: (serviceUrl: unknown) => boolean;
  readonly metrics?: Metrics | undefined;
  readonly stopping: AbortSignal;
}

/** Updates cards that were posted in earlier turns, in whatever conversation they are. */
export class ProactiveCardRefresher implements CardRefresher {
  readonly #deps: ProactiveCardRefresherDeps;

  constructor(deps: ProactiveCardRefresherDeps) {
    this.#deps = deps;
  }

  async refresh(posting: Posting, state: MeetingState): Promise<'shown' | 'gone'> {
    let outcome: 'shown' | 'gone' | 'failed' = 'failed';
    try {
      outcome = await this.#update(posting, state);
      return outcome;
    } finally {
      this.#deps.metrics?.count('confer_card_updates_total', { outcome });
    }
  }

  async #update(posting: Posting, state: MeetingState): Promise<'shown' | 'gone'> {
    const { adapter, appId, mayAnswer } = this.#deps;
    const address = posting.address as ConversationReference;
    if (!mayAnswer(address.serviceUrl)) return 'gone';
    const reply = await this.#replyFor(state);
    try {
      await adapter.continueConversationAsync(appId, address, async (context) => {
        await context.updateActivity({ ...toActivity(reply, LOCALE), id: posting.activityId, type: 'message' });
      });
    } catch (error) {
      if (isGone(error)) return 'gone';
      throw error;
    }
    return 'shown';
  }

  async #replyFor(state: MeetingState): Promise<Reply> {
    if (state.kind === 'cancelled') return cancelledReply(state.record, LOCALE);
    const { meetings, stopping } = this.#deps;
    const { signal, done } = deadline(LIMIT_MS, stopping);
    const context = { meetings, signal, reader: { locale: LOCALE } };
    const { headline } = texts(LOCALE);
    try {
      if (state.kind === 'recorded') return await recordReply(context, state.record, headline);
      return await meetingReply(context, state.meeting, headline);
    } finally {
      done();
    }
  }
}
