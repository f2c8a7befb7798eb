import type { Activity, ConversationReference, TurnContext } from 'botbuilder';

import { cancelledReply, changeLine, meetingReply, recordReply, type Reply, text, type ToldChange } from '../commands';
import { PostImpossibleError } from '../journal/errors';
import { bothDifferences } from '../meetings/difference';
import type { MeetingService } from '../meetings/meeting-service';
import type { MeetingsOfPeople } from '../meetings/personal-meetings';
import type { MeetingState } from '../meetings/ports';
import { PacedError } from '../posts/errors';
import type { CardWanted, Line } from '../posts/ports';
import type { PostHost } from '../posts/worker';
import { deadline } from '../shared/abort';
import { defineTexts } from '../shared/texts';

import { deathOf, isGone, toPostError } from './connector-errors';
import type { Conversations } from './conversations';
import { inTheBackground, type Manner } from './manner';
import { toActivity } from './reply-activity';

const texts = defineTexts({ en: { headline: 'Meeting, changed meanwhile' } });

/** What nobody asked for is read by everybody in the conversation: it speaks the house's language. */
const LOCALE = 'en-US';

/** A meeting that takes longer to read than this is looked at again later. */
const LIMIT_MS = 8000;

/** What a line says, as it is kept until it is said. */
export type LineContent =
  /** A change of a meeting; times are told in the zone of whoever made it. */
  | { readonly kind: 'change'; readonly change: ToldChange; readonly zone: string }
  /** What came of an operation whose conversation is dead, for whoever asked. */
  | {
      readonly kind: 'result';
      readonly activity: Partial<Activity>;
      readonly personId: string;
      readonly shows: string | undefined;
    };

/** Speaks where a stored reference points to. */
export type SpeakIn = (
  reference: Partial<ConversationReference>,
  work: (context: TurnContext) => Promise<void>,
  manner: Manner,
) => Promise<void>;

/** Collaborators of {@link ChatPosts}. */
export interface ChatPostsDeps {
  readonly people: MeetingsOfPeople;
  readonly conversations: Conversations;
  readonly speakIn: SpeakIn;
}

/** Shows meetings on cards that were posted earlier, in whatever conversation, and says lines there. */
export class ChatPosts implements PostHost<Partial<Activity>> {
  readonly #deps: ChatPostsDeps;

  constructor(deps: ChatPostsDeps) {
    this.#deps = deps;
  }

  async look(
    { meetingId, personId }: Pick<CardWanted, 'meetingId' | 'personId'>,
    stopping: AbortSignal,
  ): Promise<Partial<Activity> | undefined> {
    const { signal, done } = deadline(LIMIT_MS, stopping);
    try {
      return await this.#with(personId, async (meetings) => {
        const state = await meetings.stateOf(meetingId, signal);
        return state === undefined ? undefined : toActivity(await replyFor(state, meetings, signal), LOCALE);
      });
    } finally {
      done();
    }
  }

  async show(card: CardWanted, view: Partial<Activity>): Promise<'shown' | 'gone' | 'dead'> {
    try {
      const address = await this.#deps.conversations.addressOf(card.address as Partial<ConversationReference>);
      if (address === undefined) return 'gone';
      const update = { ...view, id: card.activityId, type: 'message' };
      await this.#speak(address, async (context) => {
        await context.updateActivity(update);
      });
      return 'shown';
    } catch (error) {
      if (deathOf(error) !== undefined || (await this.#deps.conversations.isDead(card.conversationId))) return 'dead';
      if (isGone(error)) return 'gone';
      throw toKnown(error);
    }
  }

  async forget(card: CardWanted): Promise<void> {
    await this.#with(card.personId, async (meetings) => meetings.forgetPosting(card));
  }

  hasWords(lines: readonly Line[]): boolean {
    return messageFor(lines) !== undefined;
  }

  async say(lines: readonly Line[]): Promise<void> {
    const message = messageFor(lines);
    const newest = lines.at(-1);
    if (message === undefined || newest === undefined) return;
    try {
      const address = await this.#deps.conversations.addressOf(newest.address as Partial<ConversationReference>);
      if (address === undefined) throw new PostImpossibleError('the address is not allowed any more');
      await this.#speak(address, async (context) => {
        const posted = await context.sendActivity(message);
        await this.#remember(newest, address, posted?.id);
      });
    } catch (error) {
      throw toKnown(error);
    }
  }

  /** A card that was posted in another place follows its meeting, too. */
  async #remember(
    { conversationId, content }: Line,
    address: Partial<ConversationReference>,
    activityId: string | undefined,
  ): Promise<void> {
    const result = content as LineContent;
    if (result.kind !== 'result' || result.shows === undefined || activityId === undefined) return;
    const { personId, shows: meetingId } = result;
    await this.#with(personId, async (meetings) =>
      meetings.posted({ meetingId, conversationId, activityId, address }, { personId, conversationId }),
    );
  }

  async #speak(address: Partial<ConversationReference>, work: (context: TurnContext) => Promise<void>): Promise<void> {
    const reference = { ...address };
    // Nobody's message is answered by this.
    delete reference.activityId;
    await this.#deps.speakIn(reference, work, inTheBackground);
  }

  async #with<Result>(personId: string, work: (meetings: MeetingService) => Promise<Result>): Promise<Result> {
    const { meetings, done } = this.#deps.people.borrow({ id: personId, name: '' });
    try {
      return await work(meetings);
    } finally {
      done();
    }
  }
}

async function replyFor(state: MeetingState, meetings: MeetingService, signal: AbortSignal): Promise<Reply> {
  if (state.kind === 'cancelled') return cancelledReply(state.record, LOCALE);
  const context = { meetings, signal, reader: { locale: LOCALE } };
  const { headline } = texts(LOCALE);
  if (state.kind === 'recorded') return recordReply(context, state.record, headline);
  return meetingReply(context, state.meeting, headline);
}

/** One message for lines of one group; undefined when there is nothing to say. */
function messageFor(lines: readonly Line[]): Partial<Activity> | undefined {
  const contents = lines.map(({ content }) => content as LineContent);
  const [first] = contents;
  if (first?.kind !== 'change') return first?.activity;
  const changes = contents.flatMap((content) => (content.kind === 'change' ? [content.change] : []));
  const whole = changes.reduce(asOne);
  const words = changeLine(whole, { zone: first.zone, locale: LOCALE });
  return words === undefined ? undefined : toActivity(text(words), LOCALE);
}

/** Two changes of one meeting by one person, one after the other. */
function asOne(earlier: ToldChange, later: ToldChange): ToldChange {
  const difference = bothDifferences(earlier.difference, later.difference);
  return { ...earlier, kind: later.kind, difference };
}

/** What the worker knows what to do about; anything else leaves open whether it was done. */
function toKnown(error: unknown): unknown {
  return error instanceof PacedError ? error : toPostError(error);
}
