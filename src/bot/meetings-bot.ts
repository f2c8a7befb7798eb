import { type Activity, type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder';

import { cancelledReply, type Command, type Reply, summaries, text } from '../commands';
import { NotWrittenError } from '../journal/errors';
import type { OperationStore } from '../journal/ports';
import { MeetingProblem, SignInNeeded } from '../meetings/errors';
import type { MeetingsOfPeople } from '../meetings/personal-meetings';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { OneTimeKeys } from '../shared/one-time-keys';
import { type Pace, usualPace } from '../shared/pace';
import { newReference } from '../shared/reference';
import { SharedWork } from '../shared/shared-work';
import type { Tracer } from '../shared/tracing';

import { Answering } from './answering';
import {
  cancelledMeetingOf,
  type CardAction,
  cardActionOf,
  clickKey,
  clickTexts,
  invokeCard,
  invokeMessage,
  isSignIn,
} from './card-action';
import { lastingAddressOf } from './lasting-address';
import { LateMessages } from './late-messages';
import { OperationButtons } from './operation-buttons';
import { handOverOf } from './operation-hearers';
import { Operations } from './operations';
import type { ParkedTurn } from './parked-turns';
import type { Posts } from './posts';
import type { Tell } from './reminder-teller';
import { toActivity } from './reply-activity';
import { type AskForMember, Roster } from './roster';
import type { SeenPeople } from './seen-people';
import type { SignInTurns, SpeakAt } from './sign-in-turns';
import { explained, type Turn, Turns } from './turns';
import { Welcome } from './welcome';

/** Teams delivers a message again after 15 seconds, and gives up on a click after about ten. */
const MESSAGE_LIMIT_MS = 12_000;
const INVOKE_LIMIT_MS = 9_000;

/** Collaborators of the bot, made in src/compose. */
export interface MeetingsBotDeps {
  readonly commands: readonly Command[];
  /** Asks the chat service who somebody is. */
  readonly askForMember: AskForMember;
  readonly people: MeetingsOfPeople;
  /** Lets people sign in; undefined where a service account acts for everybody. */
  readonly signIn?: SignInTurns | undefined;
  readonly journal: OperationStore;
  /** Hides what an operation is about in its id; the same in every process. */
  readonly journalKey: Buffer;
  readonly pace?: Pace;
  readonly speakAt: SpeakAt;
  /** Says what nobody asked. */
  readonly tell: Tell;
  /** Remembers who was welcomed. */
  readonly store: OneTimeKeys;
  /** How people read; default: as seen by this process. */
  readonly readers?: SeenPeople | undefined;
  /** What goes out besides answers. */
  readonly posts: Posts;
  readonly now: () => Date;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly tracer?: Tracer | undefined;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** Turns activities into command calls, and their replies into activities. */
export class MeetingsBot extends TeamsActivityHandler {
  readonly #deps: MeetingsBotDeps;
  readonly #clicks = new SharedWork<InvokeResponse>();
  readonly #turns: Turns;
  readonly #answering: Answering;
  readonly #operations: Operations;
  readonly #buttons: OperationButtons;
  readonly #late: LateMessages;
  readonly #welcome: Welcome;

  constructor(deps: MeetingsBotDeps) {
    super();
    this.#deps = deps;
    this.#turns = new Turns(deps);
    this.#answering = new Answering({ ...deps, roster: new Roster(deps) });
    this.#operations = new Operations({
      ...{ ...deps, store: deps.journal, key: deps.journalKey, holder: newReference(), signIn: deps.signIn },
      ...{ answering: this.#answering, turns: this.#turns },
    });
    this.#buttons = new OperationButtons({ operations: this.#operations, log: deps.log });
    this.#late = new LateMessages({
      ...{ ...deps, turns: this.#turns, pace: deps.pace ?? usualPace },
      answer: this.#answerLate.bind(this),
    });
    this.#welcome = new Welcome({ turns: this.#turns, keys: deps.store, summaries, limitMs: MESSAGE_LIMIT_MS });
    this.onMessage(async (context, next) => {
      await this.#onMessage(context);
      await next();
    });
    this.onMembersAdded(async (context, next) => {
      const members: unknown = context.activity.membersAdded;
      const added = Array.isArray(members) ? (members as ({ id?: unknown } | null)[]) : [];
      const own: unknown = (context.activity as Partial<Activity>).recipient?.id;
      if (added.some((member) => member?.id === own)) await this.#welcome.greet(context);
      await next();
    });
    this.onInstallationUpdateAdd(async (context, next) => {
      await this.#welcome.greet(context);
      await next();
    });
  }

  /** The SDK reads `channelData` of edited and deleted messages, which only Teams itself is sure to send. */
  protected override async onTurnActivity(context: TurnContext): Promise<void> {
    const channelData: unknown = context.activity.channelData;
    if (typeof channelData !== 'object' || channelData === null) context.activity.channelData = {};
    await super.onTurnActivity(context);
  }

  /** Begins to work on what was accepted, also by a process that ended. */
  start(): void {
    this.#operations.start();
    this.#deps.posts.start();
  }

  /** Takes up no more operations, gives back those under way, and waits for the turns that people wait for. */
  async stop(): Promise<void> {
    await Promise.all([this.#operations.stop(), this.#deps.posts.stop()]);
    await this.#turns.idle();
  }

  /** Resolves when no turn is under way, nor an operation, nor a card that has to follow a change. */
  async idle(): Promise<void> {
    await this.#turns.idle();
    await this.#operations.idle();
    await this.#deps.posts.idle();
  }

  /** Buttons of cards, and sign-ins. @returns what replaces the card, or words to show beside it. */
  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    const { signIn } = this.#deps;
    if (signIn !== undefined && isSignIn(context.activity)) return this.#answerSignIn(context, signIn);
    if (context.activity.name !== 'adaptiveCard/action') return super.onInvokeActivity(context);
    const action = cardActionOf(context.activity);
    if (action === undefined) return { status: 400 };
    const answered = this.#buttons.answer(context.activity, action);
    if (answered !== undefined) return answered;
    return this.#clicks.run(clickKey(context.activity, action), async () => this.#answerClick(context, action));
  }

  async #answerClick(context: TurnContext, action: CardAction): Promise<InvokeResponse> {
    const { activity } = context;
    return this.#turns.run({ activity, limitMs: INVOKE_LIMIT_MS }, async (turn) => {
      const lasts = this.#answering.lasts(turn);
      if (lasts === 'no') return this.#answerInvoke(context, turn, action);
      try {
        return await this.#operations.answerClick({
          ...{ activity, isSameForAll: lasts === 'once', handOver: handOverOf(context) },
        });
      } catch (error) {
        return invokeMessage(explained(error, turn));
      }
    });
  }

  async #answerInvoke(context: TurnContext, turn: Turn, action: CardAction): Promise<InvokeResponse> {
    const { locale } = turn.reader;
    try {
      const reply = await this.#answering.reply(turn);
      if (reply.kind === 'text') return invokeMessage(reply.text);
      if (reply.asNewMessage === true) {
        await this.#post(context, turn, reply);
        return invokeMessage(clickTexts(locale).postedBelow);
      }
      const isForOne = reply.passing === true;
      if (!isForOne) await this.#replaceForEveryone(context, turn, reply);
      await this.#afterwards(turn, { reply, activityId: context.activity.replyToId, isForOne });
      return invokeCard(reply.render(locale));
    } catch (error) {
      if (error instanceof SignInNeeded) {
        return invokeMessage((await this.#askToSignIn(context, turn, error)) ?? clickTexts(locale).signInBelow);
      }
      await this.#bury(context, turn, { error, action });
      return invokeMessage(explained(error, turn));
    }
  }

  async #answerSignIn(context: TurnContext, signIn: SignInTurns): Promise<InvokeResponse> {
    const { activity } = context;
    return this.#turns.run({ activity, limitMs: INVOKE_LIMIT_MS }, async (turn) => {
      const carryingOn = { writeDown: this.#writeDown.bind(this), run: this.#carryOn.bind(this) };
      const { response, following } = await signIn.answer(context, turn, carryingOn);
      if (following !== undefined) {
        this.#turns.note(following).catch((error: unknown) => {
          turn.log.error('signIn.notCarriedOn', { error: String(error) });
        });
      }
      return response;
    });
  }

  /** What waited for a sign-in is another operation than the one that asked for it. */
  async #writeDown({ activity, asked }: ParkedTurn): Promise<boolean> {
    if (this.#answering.lasts({ activity }) === 'no') return false;
    try {
      await this.#operations.acceptMessage({ activity, asked: [...asked] });
      return true;
    } catch (error) {
      const isCertain = error instanceof NotWrittenError;
      throw new MeetingProblem(isCertain ? 'bot.unavailable' : 'bot.unavailableOpen', { cause: String(error) });
    }
  }

  /** Does what waited for a sign-in, as if it were said now. */
  async #carryOn(context: TurnContext, { activity, asked }: ParkedTurn): Promise<void> {
    await this.#turns.run({ activity, limitMs: MESSAGE_LIMIT_MS, asked }, async (turn) => {
      const reply = await this.#replyTo(context, turn);
      if (reply !== undefined) await this.#post(context, turn, reply);
    });
  }

  /** Posts a sign-in card. @returns what to say in its place, when there is none. */
  async #askToSignIn(context: TurnContext, turn: Turn, needed: SignInNeeded): Promise<string | undefined> {
    return this.#deps.signIn === undefined ? explained(needed, turn) : this.#deps.signIn.ask(context, turn, needed);
  }

  /** A card of a cancelled meeting that still had buttons becomes what it should be. */
  async #bury(context: TurnContext, turn: Turn, pressed: { error: unknown; action: CardAction }): Promise<void> {
    const meetingId = cancelledMeetingOf(pressed.error, pressed.action);
    if (meetingId === undefined) return;
    const record = await turn.meetings().recordOf(meetingId);
    if (record !== undefined) await this.#replaceForEveryone(context, turn, cancelledReply(record, turn.reader.locale));
  }

  async #onMessage(context: TurnContext): Promise<void> {
    const { activity } = context;
    await this.#turns.run({ activity, limitMs: MESSAGE_LIMIT_MS }, async (turn) => {
      const lasts = this.#answering.lasts(turn) !== 'no';
      const write = lasts ? this.#operations.messageWriter({ activity, asked: [] }) : undefined;
      if ((await this.#late.take(activity, write)) === 'known') {
        this.#deps.log.info('activity.repeated');
        return;
      }
      this.#showTyping(context, turn);
      if (!lasts) this.#answerSoon(activity, turn);
    });
  }

  /** The connector is not kept waiting for an answer: that may take as long as two servers do, and is sent by itself. */
  #answerSoon(activity: Activity, { reference, log }: Turn): void {
    this.#turns.note(this.#answerLate(activity, reference)).catch((error: unknown) => {
      log.error('reply.failed', { error: String(error) });
    });
  }

  async #answerLate(activity: Activity, reference = newReference()): Promise<void> {
    const input = { activity, limitMs: MESSAGE_LIMIT_MS, reference };
    await this.#deps.speakAt(activity, async (context) =>
      this.#turns.run(input, async (turn) => this.#answerMessage(context, turn)),
    );
  }

  async #answerMessage(context: TurnContext, turn: Turn): Promise<void> {
    const reply = await this.#replyTo(context, turn);
    if (reply === undefined) return;
    const clicked = cardActionOf(turn.activity) === undefined ? undefined : turn.activity.replyToId;
    try {
      await this.#deliver(context, turn, { reply, clicked });
    } catch (error) {
      // Nothing can be said where nothing can be delivered; what was done stays done.
      turn.log.warn('reply.undelivered', { error: String(error) });
    }
  }

  /** What to say to a message. Undefined when there is a sign-in card in place of an answer. */
  async #replyTo(context: TurnContext, turn: Turn): Promise<Reply | undefined> {
    try {
      return await this.#answering.reply(turn);
    } catch (error) {
      const words =
        error instanceof SignInNeeded ? await this.#askToSignIn(context, turn, error) : explained(error, turn);
      return words === undefined ? undefined : text(words);
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
    else await this.#afterwards(turn, { reply, activityId: clicked });
  }

  async #post(context: TurnContext, turn: Turn, reply: Reply): Promise<void> {
    const response = await context.sendActivity(toActivity(reply, turn.reader.locale));
    await this.#afterwards(turn, { reply, activityId: response?.id });
  }

  /** Changes the card everybody sees. @returns whether that worked; who clicks a universal action gets it anyway. */
  async #replaceForEveryone(context: TurnContext, turn: Turn, reply: Reply): Promise<boolean> {
    const id = turn.activity.replyToId;
    if (id === undefined) return false;
    try {
      await context.updateActivity({ ...toActivity(reply, turn.reader.locale), id, type: 'message' });
      return true;
    } catch (error) {
      turn.log.warn('card.updateFailed', { error: String(error) });
      return false;
    }
  }

  /** Remembers where a meeting is shown. What changes one lasts, and is the journal's. */
  async #afterwards(
    turn: Turn,
    sent: { reply: Reply; activityId: string | undefined; isForOne?: boolean },
  ): Promise<void> {
    const { reply, activityId, isForOne = false } = sent;
    if (reply.kind !== 'card') return;
    const { shows: meetingId, passing = false } = reply;
    if (meetingId !== undefined && activityId !== undefined && activityId !== '') {
      const address = lastingAddressOf(turn.activity);
      const { conversationId } = turn.place;
      const meetings = turn.meetings();
      // What only the one who clicked can see leaves the card what it is for the others.
      await meetings.seen(meetingId, turn.viewpoint);
      if (!isForOne) await meetings.posted({ meetingId, conversationId, activityId, address, passing }, turn.viewpoint);
    }
  }

  /** A person should see at once that the bot is at work; the answer does not wait for it. */
  #showTyping(context: TurnContext, turn: Turn): void {
    context.sendActivity({ type: 'typing' } satisfies Partial<Activity>).catch((error: unknown) => {
      turn.log.debug('typing.failed', { error: String(error) });
    });
  }
}
