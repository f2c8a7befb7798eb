import type { Activity, InvokeResponse } from 'botbuilder';

import { type Reader, text } from '../commands';
import type { Operation } from '../journal/operation';
import { operationId } from '../journal/operation-id';
import type { Content, OperationHost, OperationStore, Performed } from '../journal/ports';
import { OperationWorker } from '../journal/worker';
import { MeetingProblem } from '../meetings/errors';
import type { CreationGuard } from '../shared/creation-guard';
import type { HandOver } from '../shared/hand-over';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { type Pace, usualPace } from '../shared/pace';
import { newReference } from '../shared/reference';
import type { Tracer } from '../shared/tracing';

import type { Answering } from './answering';
import { cardActionOf, invokeCard, invokeMessage } from './card-action';
import { explain, explanationMessage } from './explain';
import { type OperationAnswer, toAnswer } from './operation-answer';
import { OperationFollowing } from './operation-following';
import { OperationHearers } from './operation-hearers';
import { contentOf, invokeResponseOf, messageOf, stillWorking, stopWords } from './operation-messages';
import { OperationPerforming } from './operation-performing';
import { type OperationRequest, toRequest } from './operation-request';
import { OperationSpeech } from './operation-speech';
import type { Posts } from './posts';
import type { Tell } from './reminder-teller';
import { cardIn } from './reply-activity';
import type { SignInTurns, SpeakAt } from './sign-in-turns';
import { tracedHost, traceOf } from './traces';
import { speakerOf } from './turn';
import type { Turns } from './turns';
import { WritingDown, type Written } from './writing-down';

/** A try that takes longer is ended; what it began is found again by the next. */
const PERFORM_LIMIT_MS = 45_000;

const CLICK_RESTS_MS = [50, 100, 200, 400];

/** Collaborators, made by the bot. */
export interface OperationsDeps {
  readonly store: OperationStore;
  /** Hides what an operation is about in its id; the same in every process. */
  readonly key: Buffer;
  /** Name of this process. */
  readonly holder: string;
  readonly answering: Answering;
  /** Says what nobody asked. */
  readonly tell: Tell;
  readonly turns: Turns;
  readonly signIn: SignInTurns | undefined;
  readonly speakAt: SpeakAt;
  readonly posts: Posts;
  readonly pace?: Pace;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly tracer?: Tracer | undefined;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** A pressed button that asks for something lasting. */
export interface Click {
  readonly activity: Activity;
  /** The same data from the same card is the same wish, whoever presses. */
  readonly isSameForAll: boolean;
  /** Tells whether its answer was handed over; undefined: it is. */
  readonly handOver: HandOver | undefined;
}

/** Takes what is to be done once, does it from the journal, and says what came of it. */
export class Operations implements OperationHost {
  readonly #deps: OperationsDeps;
  readonly #pace: Pace;
  readonly #worker: OperationWorker;
  readonly #hearers = new OperationHearers();
  readonly #speech: OperationSpeech;
  readonly #performing: OperationPerforming;
  readonly #following: OperationFollowing;

  constructor(deps: OperationsDeps) {
    this.#deps = deps;
    this.#pace = deps.pace ?? usualPace;
    const { store, holder, pace = usualPace, log, metrics } = deps;
    this.#speech = new OperationSpeech(deps);
    this.#performing = new OperationPerforming({ ...deps, speech: this.#speech, hearers: this.#hearers, pace });
    this.#following = new OperationFollowing({ ...deps, speech: this.#speech });
    this.#worker = new OperationWorker({ store, host: tracedHost(this, deps.tracer), holder, log, metrics, pace });
  }

  /** Begins to work, also on what was left by a process that ended. */
  start(): void {
    this.#worker.start();
  }

  /** Resolves when nothing is due or under way. */
  async idle(): Promise<void> {
    await this.#worker.idle();
  }

  /** Gives back what is under way, for the next process. */
  async stop(): Promise<void> {
    await this.#worker.stop();
  }

  /** Accepts a message. It is durable when this resolves. @returns `known` when it was accepted before. */
  async acceptMessage(request: Omit<OperationRequest, 'reference'>): Promise<Written> {
    return this.messageWriter(request)();
  }

  /** What accepts a message, to be called until it works. @throws as {@link OperationStore.accept}. */
  messageWriter(request: Omit<OperationRequest, 'reference'>): () => Promise<Written> {
    const { activity } = request;
    // Carrying on after a sign-in is another operation than asking for it.
    const activityId = [activity.id ?? newReference(), ...request.asked].join(' ');
    const id = this.#id(['message', activity.conversation.id, activityId]);
    const reference = newReference();
    return async () => this.#accept({ id, activityId }, { ...request, reference });
  }

  /**
   * Accepts a click and waits a little for what comes of it.
   *
   * The same click by whoever, as long as it is under way, is one operation; afterwards it is a new wish, which commands
   * that may not happen twice recognize.
   */
  async answerClick(click: Click): Promise<InvokeResponse> {
    const { activity, isSameForAll, handOver } = click;
    const { reader } = speakerOf(activity, this.#deps.turns.readers);
    const action = cardActionOf(activity);
    const reference = newReference();
    const wish = isSameForAll ? [activity.replyToId ?? '', JSON.stringify(action)] : ['click', activity.id ?? ''];
    const latest = Date.now() + this.#pace.acceptClickMs;
    for (let time = 0; ; time += 1) {
      const id = this.#id([activity.conversation.id, ...wish, String(time)]);
      // Clicks are not delivered twice: what counts is whether somebody wished the same.
      const write = async (): Promise<Written> =>
        this.#accept({ id, activityId: id }, { activity, asked: [], reference });
      const isOurs = (await this.#acceptClick(write, latest - Date.now())) === 'accepted';
      if (!isOurs && (await this.#isOver(id))) continue;
      const heard = await this.#heard(id, handOver);
      // It ended before this click heard of it, and what was said is forgotten already: how things are is a new wish.
      const isForgotten = heard !== undefined && heard.answer === undefined;
      if (isForgotten && (isSameForAll || !isOurs) && Date.now() < latest) continue;
      return this.#told(id, heard, reader);
    }
  }

  /**
   * Learns from somebody's screen which message shows an operation. A second copy is removed.
   *
   * @returns the card as it should be now; nothing when the operation is over, whose card is what it should be.
   */
  async answerReceipt(activity: Activity, id: string): Promise<InvokeResponse> {
    const { store, turns } = this.#deps;
    const { replyToId, conversation } = activity;
    const operation = await store.find(id);
    if (operation?.conversationId !== conversation.id || replyToId === undefined) return { status: 200 };
    if ((await store.receipt(id, replyToId)) === 'duplicate') {
      this.#deps.log.info('duplicate.seen', { operation: id });
      void turns.note(this.#speech.removeCopy(activity, replyToId));
    }
    this.#worker.wake();
    if (operation.request === undefined) return { status: 200 };
    const message = messageOf(operation, contentOf(operation), speakerOf(activity, turns.readers).reader);
    const shown = message === undefined ? undefined : cardIn(message);
    return shown === undefined ? { status: 200 } : invokeCard(shown);
  }

  /** Ends an operation, if it is not done yet, for whoever asked for it. */
  async answerStop(activity: Activity, id: string): Promise<InvokeResponse> {
    const { store, turns } = this.#deps;
    const { person, reader } = speakerOf(activity, turns.readers);
    const operation = await store.find(id);
    if (operation?.conversationId !== activity.conversation.id) return invokeMessage(stopWords('over', reader));
    if (operation.personId !== person.id) return invokeMessage(stopWords('notYours', reader));
    if (!(await store.askToStop(id))) return invokeMessage(stopWords('over', reader));
    this.#deps.log.info('operation.stopAsked', { operation: id });
    const answered = await this.#worker.answered(id, AbortSignal.timeout(this.#pace.hearMs));
    if (answered === undefined) return invokeMessage(stopWords('stopping', reader));
    return invokeResponseOf(answered, reader.locale);
  }

  async perform(operation: Operation, guard: CreationGuard, signal: AbortSignal): Promise<Performed> {
    const { activity, reference, asked } = toRequest(operation.request);
    const input = { activity, reference, asked: new Set(asked), limitMs: PERFORM_LIMIT_MS, guard, ending: signal };
    return this.#deps.turns.run(input, async (turn) => this.#performing.perform(turn, operation, signal));
  }

  async isHeard(operation: Operation, signal: AbortSignal): Promise<boolean> {
    return this.#performing.isHeard(operation, signal);
  }

  triesUntil(operation: Operation): number {
    return this.#performing.triesUntil(operation);
  }

  farewellTo(operation: Operation): OperationAnswer {
    const isOpen = operation.meetingSentAt !== undefined;
    return this.#sorry(operation, new MeetingProblem(isOpen ? 'trying.stoppedOpen' : 'trying.stopped'));
  }

  apologyFor(operation: Operation, error: unknown): OperationAnswer {
    const isOpen = operation.meetingSentAt !== undefined;
    return this.#sorry(operation, isOpen ? new MeetingProblem('server.unknownOutcome') : error);
  }

  #sorry({ request }: Operation, error: unknown): OperationAnswer {
    const { activity, reference } = toRequest(request);
    const { locale } = speakerOf(activity, this.#deps.turns.readers).reader;
    return toAnswer(text(explanationMessage(explain(error, locale), reference, locale)), locale);
  }

  async post(operation: Operation, content: Content): Promise<string | undefined> {
    return this.#speech.post(operation, content);
  }

  async update(operation: Operation, content: Content): Promise<'shown' | 'gone'> {
    return this.#speech.update(operation, content);
  }

  async remove(operation: Operation, activityId: string): Promise<void> {
    await this.#speech.remove(operation, activityId);
  }

  async follow(operation: Operation, signal: AbortSignal): Promise<void> {
    const { activity } = toRequest(operation.request);
    const input = { activity, limitMs: PERFORM_LIMIT_MS, ending: signal };
    await this.#deps.turns.run(input, async (turn) => this.#following.follow(turn, operation));
  }

  #id(parts: readonly string[]): string {
    return operationId(this.#deps.key, parts);
  }

  async #accept(ids: { id: string; activityId: string }, request: OperationRequest): Promise<Written> {
    const { activity } = request;
    const { person } = speakerOf(activity, this.#deps.turns.readers);
    const kind = this.#deps.answering.kindOf({ activity });
    const askedAt = askedAtOf(activity);
    const result = await this.#deps.store.accept({
      ...ids,
      kind,
      askedAt,
      personId: person.id,
      conversationId: activity.conversation.id,
      request: { ...request, ...traceOf(this.#deps.tracer) },
      takenBy: this.#deps.holder,
    });
    this.#deps.metrics?.count('confer_operations_accepted_total', { kind, result });
    this.#worker.wake();
    return result;
  }

  /**
   * @returns `accepted` also when it may have been this click that was accepted before: a commit whose answer was lost.
   * @throws MeetingProblem `bot.unavailable`, `bot.unavailableOpen`.
   */
  async #acceptClick(write: () => Promise<Written>, withinMs: number): Promise<Written> {
    const { log, stopping } = this.#deps;
    const onFailure = (error: unknown): void => {
      log.error('journal.unreachable', { error: String(error) });
    };
    const writing = new WritingDown({ write, onFailure, restsMs: CLICK_RESTS_MS }, stopping);
    const written = await writing.within(Math.max(0, withinMs));
    writing.end();
    if (written !== undefined) return writing.wasOpen ? 'accepted' : written;
    throw new MeetingProblem(writing.isCertain ? 'bot.unavailable' : 'bot.unavailableOpen');
  }

  /** Unknown counts as not over: then the click is told that the answer comes. */
  async #isOver(id: string): Promise<boolean> {
    const step = (await this.#deps.store.find(id).catch(() => undefined))?.step;
    return step === 'ended' || step === 'failed';
  }

  async #heard(id: string, handOver: HandOver | undefined): Promise<Operation | undefined> {
    const signal = AbortSignal.timeout(this.#pace.hearMs);
    return this.#hearers.during(id, async () => this.#worker.answered(id, signal), handOver);
  }

  /** What came of a click, or how far it is. */
  async #told(id: string, heard: Operation | undefined, reader: Reader): Promise<InvokeResponse> {
    if (heard !== undefined) return invokeResponseOf(heard, reader.locale);
    const operation = await this.#deps.store.find(id).catch(() => undefined);
    return invokeMessage(stillWorking(operation, reader));
  }
}

/** Messages that follow each other at once are accepted in any order; the chat service knows the right one. */
function askedAtOf({ timestamp }: Partial<Activity>): number {
  const askedAt = timestamp === undefined ? Number.NaN : new Date(timestamp).getTime();
  return Number.isNaN(askedAt) ? Date.now() : askedAt;
}
