import { type Activity, type InvokeResponse, TeamsActivityHandler, TurnContext } from 'botbuilder';

import type { CommandContext } from '../commands';
import { cancelledReply, type Command, didYouMeanReply, type Reply, summaries, text, welcomeReply } from '../commands';
import { MeetingProblem } from '../meetings/errors';
import { MAX_MESSAGE_LENGTH } from '../meetings/limits';
import type { MeetingService } from '../meetings/meeting-service';
import type { CardRefresher, MeetingStore } from '../meetings/ports';
import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';
import { newReference } from '../shared/reference';
import { SharedWork } from '../shared/shared-work';
import { defineTexts } from '../shared/texts';

import { repliesToOf, wordsOf } from './activity-text';
import { type CardAction, cardActionOf, invokeCard, invokeMessage } from './card-action';
import { routeWords } from './command-router';
import { explain, explanationLine, explanationMessage } from './explain';
import { TakenActivities } from './once';
import { toActivity } from './reply-activity';
import { ReaderMemory, type Speaker, speakerOf } from './turn';

/** Teams delivers a message again after 15 seconds, and gives up on a click after about ten. */
const MESSAGE_LIMIT_MS = 12_000;
const INVOKE_LIMIT_MS = 9_000;

const texts = defineTexts({ en: { postedBelow: 'Here you are: see the new message.' } });

/** Collaborators of the bot, made in src/compose.ts. */
export interface MeetingsBotDeps {
  readonly commands: readonly Command[];
  readonly meetings: MeetingService;
  readonly store: MeetingStore;
  /** Updates cards that were posted in earlier turns. */
  readonly refresher: CardRefresher;
  readonly now: () => Date;
  readonly log: Logger;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** One turn: who speaks, its reference number, its time limit. */
interface Turn extends Speaker {
  readonly reference: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onceKey: string;
}

/** Turns activities into command calls, and their replies into activities. */
export class MeetingsBot extends TeamsActivityHandler {
  readonly #deps: MeetingsBotDeps;
  readonly #readers = new ReaderMemory();
  readonly #taken = new TakenActivities();
  readonly #clicks = new SharedWork<InvokeResponse>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(deps: MeetingsBotDeps) {
    super();
    this.#deps = deps;
    this.onMessage(async (context, next) => {
      await this.#onMessage(context);
      await next();
    });
    this.onMembersAdded(async (context, next) => {
      const members: unknown = context.activity.membersAdded;
      const added = Array.isArray(members) ? (members as ({ id?: unknown } | null)[]) : [];
      const own: unknown = (context.activity as Partial<Activity>).recipient?.id;
      if (added.some((member) => member?.id === own)) await this.#welcome(context);
      await next();
    });
    this.onInstallationUpdateAdd(async (context, next) => {
      await this.#welcome(context);
      await next();
    });
  }

  /** The SDK reads `channelData` of edited and deleted messages, which only Teams itself is sure to send. */
  protected override async onTurnActivity(context: TurnContext): Promise<void> {
    const channelData: unknown = context.activity.channelData;
    if (typeof channelData !== 'object' || channelData === null) context.activity.channelData = {};
    await super.onTurnActivity(context);
  }

  /** Resolves when no turn is under way, nor a card that has to follow a change. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Buttons of cards. @returns what replaces the card, or words to show beside it. */
  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    if (context.activity.name !== 'adaptiveCard/action') return super.onInvokeActivity(context);
    const action = cardActionOf(context.activity);
    if (action === undefined) return { status: 400 };
    return this.#clicks.run(clickKey(context.activity, action), async () =>
      this.#inTurn(context, INVOKE_LIMIT_MS, async (turn) => this.#answerInvoke(context, turn, action)),
    );
  }

  async #answerInvoke(context: TurnContext, turn: Turn, action: CardAction): Promise<InvokeResponse> {
    const { locale } = turn.reader;
    try {
      const reply = await this.#act(context, turn, action);
      if (reply.kind === 'text') return invokeMessage(reply.text);
      if (reply.asNewMessage === true) {
        await this.#post(context, turn, reply);
        return invokeMessage(texts(locale).postedBelow);
      }
      const isForOne = reply.passing === true;
      if (!isForOne) await this.#replaceForEveryone(context, turn, reply);
      await this.#afterwards(context, turn, { reply, activityId: context.activity.replyToId, isForOne });
      return invokeCard(reply.render(locale));
    } catch (error) {
      await this.#bury(context, turn, { error, action });
      return invokeMessage(this.#explained(error, turn));
    }
  }

  /** A card of a cancelled meeting that still had buttons becomes what it should be. */
  async #bury(context: TurnContext, turn: Turn, pressed: { error: unknown; action: CardAction }): Promise<void> {
    const { meetingId } = pressed.action.data;
    const { error } = pressed;
    if (!(error instanceof MeetingProblem) || error.code !== 'meeting.cancelled' || typeof meetingId !== 'string')
      return;
    const record = await this.#deps.store.findRecord(meetingId);
    if (record !== undefined) await this.#replaceForEveryone(context, turn, cancelledReply(record, turn.reader.locale));
  }

  async #onMessage(context: TurnContext): Promise<void> {
    const { activity } = context;
    if (activity.id !== undefined && !this.#taken.take(`${activity.conversation.id}|${activity.id}`)) {
      this.#deps.log.info('activity.repeated');
      return;
    }
    await this.#inTurn(context, MESSAGE_LIMIT_MS, async (turn) => {
      const action = cardActionOf(activity);
      const reply = await this.#replyTo(context, turn, action);
      try {
        await this.#deliver(context, turn, { reply, clicked: action === undefined ? undefined : activity.replyToId });
      } catch (error) {
        // Nothing can be said where nothing can be delivered; what was done stays done.
        turn.log.warn('reply.undelivered', { error: String(error) });
      }
    });
  }

  /** What to say to a message: to its words, or to the button that a client without universal actions sends as one. */
  async #replyTo(context: TurnContext, turn: Turn, action: CardAction | undefined): Promise<Reply> {
    try {
      return action === undefined ? await this.#answerWords(context, turn) : await this.#act(context, turn, action);
    } catch (error) {
      return text(this.#explained(error, turn));
    }
  }

  /** Posts a reply; one that takes the place of a clicked card updates it. */
  async #deliver(
    context: TurnContext,
    turn: Turn,
    { reply, clicked }: { reply: Reply; clicked: string | undefined },
  ): Promise<void> {
    if (reply.kind === 'text' || reply.asNewMessage === true || clicked === undefined) {
      await this.#post(context, turn, reply);
      return;
    }
    // A card that cannot be changed any more must not swallow the answer.
    if (!(await this.#replaceForEveryone(context, turn, reply))) await this.#post(context, turn, reply);
    else await this.#afterwards(context, turn, { reply, activityId: clicked });
  }

  async #answerWords(context: TurnContext, turn: Turn): Promise<Reply> {
    const words = wordsOf(context.activity);
    if (words.length > MAX_MESSAGE_LENGTH) {
      const facts = { length: words.length, limit: MAX_MESSAGE_LENGTH };
      throw new MeetingProblem('input.messageTooLong', { facts });
    }
    const routed = routeWords(words, this.#deps.commands);
    const { reader, place } = turn;
    if (routed === undefined) return didYouMeanReply({ reader, place, commands: summaries(reader.locale) }, words);
    this.#showTyping(context, turn);
    turn.log.info('command', { command: routed.command.name, place: place.kind });
    return routed.command.run(this.#commandContext(context, turn), routed.args);
  }

  async #act(context: TurnContext, turn: Turn, action: CardAction): Promise<Reply> {
    const [name = ''] = action.verb.split('.');
    const handler = this.#deps.commands.find((command) => command.name === name)?.actions?.[action.verb];
    if (handler === undefined) throw new MeetingProblem('input.cardTooOld');
    turn.log.info('action', { verb: action.verb, place: turn.place.kind });
    return handler(this.#commandContext(context, turn), action.data);
  }

  #commandContext(context: TurnContext, turn: Turn): CommandContext {
    const { person, place, viewpoint, reader, onceKey, log, signal } = turn;
    const { commands, meetings, now } = this.#deps;
    const command: CommandContext = {
      ...{ person, place, viewpoint, reader, onceKey, log, signal, meetings, now },
      repliesTo: repliesToOf(context.activity),
      commands: summaries(reader.locale),
      explain: (error) => this.#explainedInLine(error, turn),
      runCommand: async (name, args) => {
        const found = commands.find((candidate) => candidate.name === name);
        if (found === undefined) throw new MeetingProblem('input.cardTooOld');
        return found.run(command, args);
      },
    };
    return command;
  }

  async #post(context: TurnContext, turn: Turn, reply: Reply): Promise<void> {
    const response = await context.sendActivity(toActivity(reply, turn.reader.locale));
    await this.#afterwards(context, turn, { reply, activityId: response?.id });
  }

  /** Changes the card everybody sees. @returns whether that worked; who clicks a universal action gets it anyway. */
  async #replaceForEveryone(context: TurnContext, turn: Turn, reply: Reply): Promise<boolean> {
    const id = context.activity.replyToId;
    if (id === undefined) return false;
    try {
      await context.updateActivity({ ...toActivity(reply, turn.reader.locale), id, type: 'message' });
      return true;
    } catch (error) {
      turn.log.warn('card.updateFailed', { error: String(error) });
      return false;
    }
  }

  /** Remembers where a meeting is shown, and lets its other cards follow a change. */
  async #afterwards(
    context: TurnContext,
    turn: Turn,
    sent: { reply: Reply; activityId: string | undefined; isForOne?: boolean },
  ): Promise<void> {
    const { reply, activityId, isForOne = false } = sent;
    if (reply.kind !== 'card') return;
    const { shows: meetingId, passing = false } = reply;
    const { meetings } = this.#deps;
    if (meetingId !== undefined && activityId !== undefined && activityId !== '') {
      const address = TurnContext.getConversationReference(context.activity);
      const { conversationId } = turn.place;
      // What only the one who clicked can see leaves the card what it is for the others.
      if (isForOne) await meetings.seen(meetingId, turn.viewpoint);
      else await meetings.posted({ meetingId, conversationId, activityId, address, passing }, turn.viewpoint);
    }
    if (reply.changed === undefined) return;
    // Nobody waits for the cards in other conversations.
    const change = { ...reply.changed, except: activityId };
    const following = meetings.refreshPostings(this.#deps.refresher, change);
    void this.#noted(following).catch((error: unknown) => {
      turn.log.error('cards.notFollowed', { error: String(error) });
    });
  }

  async #welcome(context: TurnContext): Promise<void> {
    const key = `welcome ${context.activity.conversation.id}`;
    if (!this.#taken.take(key) || (await this.#deps.store.outcome(key)) !== undefined) return;
    try {
      await this.#inTurn(context, MESSAGE_LIMIT_MS, async ({ reader, place }) => {
        const welcome = welcomeReply({ reader, place, commands: summaries(reader.locale) });
        await context.sendActivity(toActivity(welcome, reader.locale));
        await this.#deps.store.saveOutcome(key, 'sent');
      });
    } catch (error) {
      this.#taken.release(key);
      throw error;
    }
  }

  /** A person should see at once that the bot is at work; the answer does not wait for it. */
  #showTyping(context: TurnContext, turn: Turn): void {
    context.sendActivity({ type: 'typing' } satisfies Partial<Activity>).catch((error: unknown) => {
      turn.log.debug('typing.failed', { error: String(error) });
    });
  }

  async #inTurn<Result>(context: TurnContext, limitMs: number, work: (turn: Turn) => Promise<Result>): Promise<Result> {
    const { activity } = context;
    const reference = newReference();
    const { signal, done } = deadline(limitMs, this.#deps.stopping);
    const onceKey = `${activity.conversation.id}|${activity.id ?? reference}`;
    const log = this.#deps.log.child({ reference });
    try {
      return await this.#noted(work({ ...speakerOf(activity, this.#readers), reference, log, signal, onceKey }));
    } finally {
      done();
    }
  }

  async #noted<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #explained(error: unknown, turn: Turn): string {
    return explanationMessage(this.#logged(error, turn), turn.reference, turn.reader.locale);
  }

  #explainedInLine(error: unknown, turn: Turn): string {
    return explanationLine(this.#logged(error, turn), turn.reference, turn.reader.locale);
  }

  #logged(error: unknown, turn: Turn): ReturnType<typeof explain> {
    const explanation = explain(error, turn.reader.locale);
    const cause = error instanceof Error && typeof error.cause === 'string' ? error.cause : '';
    const fields = { code: explanation.code, error: String(error), cause };
    const { code } = explanation;
    const isMistake = code.startsWith('input.') || code === 'meeting.notFound';
    if (explanation.isBug) {
      turn.log.error('turn.failed', { ...fields, stack: error instanceof Error ? error.stack : '' });
    } else if (isMistake) turn.log.info('turn.problem', fields);
    else turn.log.warn('turn.problem', fields);
    return explanation;
  }
}

/** The same button of the same card pressed twice at once by the same person is one click. */
function clickKey({ conversation, replyToId, from }: Activity, action: CardAction): string {
  return JSON.stringify([conversation.id, replyToId, from.id, action]);
}

/** For `onTurnError`: the last apology, when even the bot's own handling failed. */
export function apology(reference: string): Reply {
  return text(explanationMessage(explain(undefined, 'en'), reference, 'en'));
}
