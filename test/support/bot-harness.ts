import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import { type Activity, TurnContext } from 'botbuilder';

import type { SpeakIn } from '../../src/bot/chat-posts';
import { Conversations } from '../../src/bot/conversations';
import type { FloodLimits } from '../../src/bot/flood-limits';
import { MeetingsBot } from '../../src/bot/meetings-bot';
import { withHandOver } from '../../src/bot/operation-hearers';
import { Posts } from '../../src/bot/posts';
import { ReminderSweeper } from '../../src/bot/reminder-sweeper';
import { reminderTeller } from '../../src/bot/reminder-teller';
import type { SeenPeople } from '../../src/bot/seen-people';
import type { SignIn } from '../../src/bot/sign-in';
import { SignInTurns, type SpeakAt } from '../../src/bot/sign-in-turns';
import type { CardJson } from '../../src/cards';
import { commands } from '../../src/commands';
import type { OperationStore } from '../../src/journal/ports';
import { Attendances } from '../../src/meetings/attendances';
import { MeetingService } from '../../src/meetings/meeting-service';
import type { OwnershipRules } from '../../src/meetings/ownership';
import { type MeetingsOfPeople, sharedMeetings } from '../../src/meetings/personal-meetings';
import type { MeetingStore } from '../../src/meetings/ports';
import { StoppingError } from '../../src/shared/abort';
import type { HandOver } from '../../src/shared/hand-over';
import type { Metrics } from '../../src/shared/metrics';
import type { OneTimeKeys } from '../../src/shared/one-time-keys';
import type { Pace } from '../../src/shared/pace';

import { type Answer, type Chat, invokeActivity, messageActivity, type Posted, postedOf, submitActivity } from './chat';
import { FakeGateway } from './fake-gateway';
import { NOW } from './meetings';
import { MemoryBook } from './memory-book';
import { MemoryJournal } from './memory-journal';
import { MemoryPosts } from './memory-posts';
import { MemoryReminders } from './memory-reminders';
import { MemoryStore } from './memory-store';
import { RecordingAdapter } from './recording-adapter';
import { RecordingLogger } from './recording-logger';

/** How a button is pressed: what is typed into the inputs, and by whom. */
export interface Press extends Chat {
  readonly inputs?: object;
}

/** What a test brings itself; the rest is made. */
export interface HarnessParts {
  readonly gateway?: FakeGateway;
  readonly store?: MeetingStore & OneTimeKeys;
  readonly journal?: OperationStore;
  readonly reminders?: MemoryReminders;
  readonly now?: () => Date;
  /** Everybody's own meetings, in place of one account for all. */
  readonly people?: MeetingsOfPeople;
  readonly signIn?: SignIn;
  /** How people read, shared with the sign-in. */
  readonly readers?: SeenPeople;
  /** Who may change meetings of others. */
  readonly ownership?: OwnershipRules;
  /** What the chat service says of members, by any of their names. */
  readonly members?: ReadonlyMap<string, object>;
  readonly metrics?: Metrics;
  readonly pace?: Pace;
  /** The chat, where several bots are in it. */
  readonly adapter?: RecordingAdapter;
  /** Limits in front of the bot. */
  readonly floods?: FloodLimits;
  /** How long lines wait for others; default 0. */
  readonly gatherMs?: number;
}

/** Every bot looks for work all the time: those of tests that are over would soon do nothing else. */
const mostAtWork = 24;

const atWork: BotHarness[] = [];

/** The whole bot above a fake server and a fake chat: type, click, and look at what people see. */
export class BotHarness {
  readonly adapter: RecordingAdapter;
  readonly gateway: FakeGateway;
  readonly store: MeetingStore & OneTimeKeys;
  /** Of this bot alone, unless the test brings one. */
  readonly journal: MemoryJournal;
  readonly posts = new MemoryPosts();
  readonly conversations: Conversations;
  readonly reminders: MemoryReminders;
  readonly log = new RecordingLogger();
  readonly stopping = new AbortController();
  readonly book = new MemoryBook();
  readonly attendances: Attendances;
  /** Which stored addresses the settings allow. */
  mayAnswer: (serviceUrl: unknown) => boolean = () => true;
  /** Tells the bot whether its answers were handed over; undefined: they are. */
  handOver: HandOver | undefined;
  readonly #bot: MeetingsBot;
  readonly #floods: FloodLimits | undefined;
  readonly #sweeper: ReminderSweeper;
  #received = 0;

  constructor(parts: HarnessParts = {}) {
    this.adapter = parts.adapter ?? new RecordingAdapter();
    this.#floods = parts.floods;
    const { gateway = new FakeGateway(), store = new MemoryStore(), now = () => NOW } = parts;
    this.gateway = gateway;
    this.reminders = remindersOf(parts);
    this.journal = parts.journal instanceof MemoryJournal ? parts.journal : new MemoryJournal();
    this.store = store;
    const { log, stopping, book, reminders } = this;
    const attendances = new Attendances({ stayMs: 60_000, book, gateway, log });
    this.attendances = attendances;
    const kept = parts.journal ?? this.journal;
    const { ownership = { administrators: [], directoryOnly: true } } = parts;
    const pace = parts.pace === undefined ? {} : { pace: parts.pace };
    const meetings = new MeetingService({
      ...{ gateway, store, reminders, attendances, now, log, ownership },
      ...pace,
    });
    const mayAnswer = (serviceUrl: unknown): boolean => this.mayAnswer(serviceUrl);
    const { adapter } = this;
    this.conversations = new Conversations({ store: this.posts.conversations, mayAnswer, log });
    const people = parts.people ?? sharedMeetings(meetings);
    const speakAt: SpeakAt = async (activity, work) => {
      const address = await this.conversations.addressOf(TurnContext.getConversationReference(activity));
      await adapter.continueConversation(address ?? {}, work);
    };
    const signIn = parts.signIn === undefined ? undefined : new SignInTurns(parts.signIn, speakAt);
    const { conversations } = this;
    const speakIn: SpeakIn = async (reference, work) => adapter.continueConversation(reference, work);
    const posts = new Posts({
      ...{
        store: this.posts.store,
        people,
        conversations,
        speakIn,
        gatherMs: gatherMsOf(parts),
        log,
        metrics: parts.metrics,
      },
    });
    const journalKey = Buffer.alloc(32);
    this.#sweeper = new ReminderSweeper({ reminders, journal: kept, key: journalKey, log, metrics: parts.metrics });
    this.#bot = new MeetingsBot({
      ...{ commands, people, signIn, store, posts, now, log, stopping: stopping.signal },
      ...{ journal: kept, journalKey, speakAt, metrics: parts.metrics, tell: reminderTeller({ mayAnswer }) },
      ...{ readers: parts.readers, ...pace },
      askForMember: async (_activity, memberId) => Promise.resolve(parts.members?.get(memberId)),
    });
    this.#bot.start();
    stopOldest(this);
  }

  /** Says something and returns the messages that came back; in shared places the bot is mentioned first. */
  async say(text: string, chat: Chat = {}): Promise<Posted[]> {
    return this.deliver(messageActivity(text, { id: this.nextId(), ...chat }));
  }

  /** Says something that has exactly one answer. */
  async ask(text: string, chat: Chat = {}): Promise<Posted> {
    const from = this.adapter.events.length;
    let replies = await this.say(text, chat);
    // What is held back keeps the bot from being idle; an answer comes all the same.
    while (replies.length === 0 && this.adapter.holdUpdatesOf.size > 0) {
      await turn();
      replies = this.#messagesSince(from);
    }
    const [reply] = replies;
    assert.ok(reply !== undefined && replies.length === 1, `${String(replies.length)} answers to "${text}"`);
    return reply;
  }

  /** Hands over any activity as it is, and returns the messages it brought. */
  async deliver(activity: Partial<Activity>): Promise<Posted[]> {
    const from = this.adapter.events.length;
    await this.#process(activity);
    return this.#messagesSince(from);
  }

  /** Hands over an activity and waits for no more than that it was taken. */
  async take(activity: Partial<Activity>): Promise<void> {
    const run = async (context: TurnContext): Promise<void> => this.#bot.run(context);
    const floods = this.#floods;
    await this.adapter.process(activity, async (context) => {
      if (this.handOver !== undefined) withHandOver(context, this.handOver);
      await (floods === undefined ? run(context) : floods.admit(context, async () => run(context)));
    });
  }

  /** Every message that was posted, oldest first. */
  said(): Posted[] {
    return this.#messagesSince(0);
  }

  /** Presses a button (`Action.Execute`) named by title or verb, with the inputs filled as shown unless given. */
  async click(on: Posted, button: string, press: Press = {}): Promise<Answer> {
    const { inputs = {}, ...chat } = press;
    return this.invoke(invokeActivity(on, { button, inputs }, { id: this.nextId(), ...on.chat, ...chat }), on);
  }

  /** Sends an invoke as it is. */
  async invoke(activity: Partial<Activity>, on?: Posted): Promise<Answer> {
    const from = this.adapter.events.length;
    await this.#process(activity);
    const answer = this.adapter.events
      .slice(from)
      .find((event) => event.activity.type === 'invokeResponse' || event.activity.type === 'invoke/response');
    const response = answer?.activity.value as { status: number; body?: Record<string, unknown> } | undefined;
    assert.ok(response, 'the invoke was not answered');
    const value = response.body?.value;
    const card = typeof value === 'object' ? (value as CardJson) : undefined;
    return {
      status: response.status,
      card,
      text: typeof value === 'string' ? value : undefined,
      posted: this.#messagesSince(from),
      shown: on === undefined || card === undefined ? undefined : { ...on, card },
    };
  }

  /** Presses a button in a client without universal actions: `Action.Submit` arrives as a message. */
  async submit(on: Posted, button: string, press: Press = {}): Promise<Posted[]> {
    const { inputs = {}, ...chat } = press;
    return this.deliver(submitActivity(on, { button, inputs }, { id: this.nextId(), ...on.chat, ...chat }));
  }

  /** Lets time pass for the journal, as if nobody were there, and waits for what is done then. */
  async later(ms: number): Promise<void> {
    this.journal.aheadMs += ms;
    await this.idle();
  }

  /** Lets time pass, and this process look for reminders that are due. @returns what was said of them. */
  async remindAfter(ms = 0): Promise<Posted[]> {
    const from = this.adapter.events.length;
    await this.handOverAfter(ms);
    await this.#bot.idle();
    return this.#messagesSince(from);
  }

  /** Lets time pass, and gives the journal what is due then. */
  async handOverAfter(ms: number): Promise<void> {
    this.reminders.aheadMs += ms;
    await this.#sweeper.sweep();
  }

  /** Waits for turns and for cards that follow a change. */
  async idle(): Promise<void> {
    await this.#bot.idle();
  }

  /** Stops as the process does when it is told to. */
  async stop(): Promise<void> {
    this.stopping.abort(new StoppingError());
    await this.#bot.stop();
  }

  /** What a message shows now to everybody. */
  showing(posted: Posted): Posted {
    const activity = this.adapter.showing(posted.id);
    assert.ok(activity, `${posted.id} is not there`);
    return { ...postedOf(activity), id: posted.id };
  }

  nextId(): string {
    this.#received += 1;
    return `received-${String(this.#received)}`;
  }

  /** Also lets cards follow that nothing holds back. */
  async #process(activity: Partial<Activity>): Promise<void> {
    await this.conversations.see({ ...activity });
    await this.take(activity);
    await Promise.race([this.#bot.idle(), this.adapter.held]);
  }

  #messagesSince(from: number): Posted[] {
    return this.adapter.events
      .slice(from)
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message')
      .map(({ activity }) => postedOf(activity));
  }
}

/** Tests that are not about gathering lines do not wait for it. */
function gatherMsOf({ gatherMs = 0 }: HarnessParts): number {
  return gatherMs;
}

function remindersOf({ reminders = new MemoryReminders() }: HarnessParts): MemoryReminders {
  return reminders;
}

/** The new one is at work; the one of longest ago is not needed any more. */
function stopOldest(newest: BotHarness): void {
  if (atWork.push(newest) > mostAtWork) void atWork.shift()?.stop();
}
