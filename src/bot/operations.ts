import { setTimeout as sleep } from 'node:timers/promises';

import { type Activity, type InvokeResponse, TurnContext } from 'botbuilder';

import { cancelledReply, text } from '../commands';
import { NotYetError, PostImpossibleError } from '../journal/errors';
import type { Operation } from '../journal/operation';
import { operationId } from '../journal/operation-id';
import type { Content, OperationHost, OperationStore, Performed } from '../journal/ports';
import { OperationWorker } from '../journal/worker';
import { isPassing, MeetingProblem, OutcomeOpenError, SignInNeeded } from '../meetings/errors';
import type { MeetingService } from '../meetings/meeting-service';
import type { CardRefresher, MeetingState } from '../meetings/ports';
import { DeadlineError } from '../shared/abort';
import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { type Pace, usualPace } from '../shared/pace';
import { newReference } from '../shared/reference';

import type { Answering } from './answering';
import { BoundedMap } from './bounded-map';
import { cancelledMeetingOf, cardActionOf, invokeCard } from './card-action';
import { isGone, toPostError } from './connector-errors';
import { explain, explanationMessage } from './explain';
import { type OperationAnswer, toAnswer } from './operation-answer';
import { invokeResponseOf, messageOf } from './operation-messages';
import { type OperationRequest, toRequest } from './operation-request';
import { cardIn, toActivity } from './reply-activity';
import type { SignInTurns, SpeakAt } from './sign-in-turns';
import { speakerOf } from './turn';
import { explained, type Turn, type Turns } from './turns';

/** A try that takes longer is ended; what it began is found again by the next. */
const PERFORM_LIMIT_MS = 45_000;

/** So long a server that does not answer is waited for; then people are told. */
const PATIENCE_MS = 600_000;

/** A copy of a message is tried to be removed so often. */
const MOST_REMOVALS = 6;

/** The card of a click waits no longer than this: Teams gives up after about ten seconds. */
const HEARING_LIMIT_MS = 5000;

/** Collaborators, made by the bot. */
export interface OperationsDeps {
  readonly store: OperationStore;
  /** Hides what an operation is about in its id; the same in every process. */
  readonly key: Buffer;
  /** Name of this process. */
  readonly holder: string;
  readonly answering: Answering;
  readonly turns: Turns;
  readonly signIn: SignInTurns | undefined;
  readonly speakAt: SpeakAt;
  readonly refresherFor: (meetings: MeetingService) => CardRefresher;
  readonly pace?: Pace;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/** Takes what is to be done once, does it from the journal, and says what came of it. */
export class Operations implements OperationHost {
  readonly #deps: OperationsDeps;
  readonly #worker: OperationWorker;
  /** After a server that does not do what it should, or not in time. */
  readonly #restMs: number;
  /** Operations for whose answer a click waits in this process. */
  readonly #awaited = new Map<string, number>();
  /** What a meeting was changed to, where this process did it: then nobody has to be asked. */
  readonly #changes = new BoundedMap<MeetingState>(1000);

  constructor(deps: OperationsDeps) {
    this.#deps = deps;
    const { store, holder, pace = usualPace, log, metrics } = deps;
    this.#restMs = pace.lookAgainMs;
    this.#worker = new OperationWorker({ store, host: this, holder, log, metrics, pace });
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
  async acceptMessage(request: Omit<OperationRequest, 'reference'>): Promise<'accepted' | 'known'> {
    const { activity } = request;
    // Carrying on after a sign-in is another operation than asking for it.
    const activityId = [activity.id ?? newReference(), ...request.asked].join(' ');
    const id = this.#id(['message', activity.conversation.id, activityId]);
    return this.#accept({ id, activityId }, request);
  }

  /**
   * Accepts a click and waits a little for what comes of it.
   *
   * The same click by whoever, as long as it is under way, is one operation; afterwards it is a new wish, which commands
   * that may not happen twice recognize.
   */
  async answerClick(request: Omit<OperationRequest, 'reference'>, isSameForAll: boolean): Promise<InvokeResponse> {
    const { activity } = request;
    const { locale } = speakerOf(activity, this.#deps.turns.readers).reader;
    const action = cardActionOf(activity);
    const wish = isSameForAll ? [activity.replyToId ?? '', JSON.stringify(action)] : ['click', activity.id ?? ''];
    for (let time = 0; ; time += 1) {
      const id = this.#id([activity.conversation.id, ...wish, String(time)]);
      // Clicks are not delivered twice: what counts is whether somebody wished the same.
      const isKnown = (await this.#accept({ id, activityId: id }, request)) === 'known';
      if (isKnown && (await this.#isOver(id))) continue;
      return invokeResponseOf(await this.#heard(id), locale);
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
      void turns.note(this.#removeCopy(activity, replyToId));
    }
    this.#worker.wake();
    if (operation.request === undefined) return { status: 200 };
    const { step, answer } = operation;
    const message = messageOf(operation, step === 'accepted' ? { kind: 'underWay' } : { kind: 'answer', answer });
    const shown = message === undefined ? undefined : cardIn(message);
    return shown === undefined ? { status: 200 } : invokeCard(shown);
  }

  async perform(operation: Operation, guard: CreationGuard, signal: AbortSignal): Promise<Performed> {
    const { activity, reference, asked } = toRequest(operation.request);
    const input = { activity, reference, asked: new Set(asked), limitMs: PERFORM_LIMIT_MS, guard, ending: signal };
    return this.#deps.turns.run(input, async (turn) => {
      const answer = await this.#answer(turn, operation, signal);
      return { answer, ...this.#wayOf(operation, turn.activity, answer) };
    });
  }

  apologyFor({ request }: Operation, error: unknown): OperationAnswer {
    const { activity, reference } = toRequest(request);
    const { locale } = speakerOf(activity, this.#deps.turns.readers).reader;
    return toAnswer(text(explanationMessage(explain(error, locale), reference, locale)), locale);
  }

  async post(operation: Operation, content: Content): Promise<string | undefined> {
    const { activity } = toRequest(operation.request);
    // A click shows that it is under way by itself.
    if (content.kind === 'underWay' && cardActionOf(activity) !== undefined) return undefined;
    const message = messageOf(operation, content);
    if (message === undefined) return undefined;
    return this.#speak(activity, async (context) => (await context.sendActivity(message))?.id);
  }

  async update(operation: Operation, content: Content): Promise<'shown' | 'gone'> {
    const { activity } = toRequest(operation.request);
    const message = messageOf(operation, content);
    if (message === undefined) return 'shown';
    return this.#speak(activity, async (context) => {
      try {
        await context.updateActivity({ ...message, id: operation.cardActivityId ?? '', type: 'message' });
        return 'shown' as const;
      } catch (error) {
        if (isGone(error)) return 'gone' as const;
        throw error;
      }
    });
  }

  async remove(operation: Operation, activityId: string): Promise<void> {
    const { activity } = toRequest(operation.request);
    await this.#speak(activity, async (context) => context.deleteActivity(activityId));
  }

  async follow(operation: Operation, signal: AbortSignal): Promise<void> {
    const { activity } = toRequest(operation.request);
    const answer = operation.answer as OperationAnswer;
    const input = { activity, limitMs: PERFORM_LIMIT_MS, ending: signal };
    await this.#deps.turns.run(input, async (turn) => {
      if (answer.kind === 'card') await this.#remember(turn, operation, answer);
      const changed = answer.kind === 'card' ? answer.changed : undefined;
      if (changed !== undefined) await this.#letCardsFollow(turn, changed, operation);
      if (answer.kind === 'text' && answer.buries !== undefined) await this.#bury(turn, answer.buries);
    });
  }

  #id(parts: readonly string[]): string {
    return operationId(this.#deps.key, parts);
  }

  async #accept(
    ids: { id: string; activityId: string },
    request: Omit<OperationRequest, 'reference'>,
  ): Promise<'accepted' | 'known'> {
    const { activity } = request;
    const { person } = speakerOf(activity, this.#deps.turns.readers);
    const kind = this.#deps.answering.kindOf({ activity });
    const result = await this.#deps.store.accept({
      ...ids,
      kind,
      personId: person.id,
      conversationId: activity.conversation.id,
      request: { ...request, reference: newReference() },
    });
    this.#deps.metrics?.count('confer_operations_accepted_total', { kind, result });
    this.#worker.wake();
    return result;
  }

  /** Deleting twice comes to the same, so that it may be tried until it works; the next look brings up what is left. */
  async #removeCopy(activity: Activity, activityId: string): Promise<void> {
    const { log } = this.#deps;
    for (let attempt = 1; attempt <= MOST_REMOVALS; attempt += 1) {
      try {
        await this.#speak(activity, async (context) => context.deleteActivity(activityId));
        return;
      } catch (error) {
        if (error instanceof PostImpossibleError) return;
        log.warn('duplicate.notRemoved', { error: String(error), attempt });
        await sleep(250 * 2 ** attempt, undefined, { ref: false });
      }
    }
  }

  async #isOver(id: string): Promise<boolean> {
    const step = (await this.#deps.store.find(id))?.step;
    return step === 'ended' || step === 'failed';
  }

  async #heard(id: string): Promise<Operation | undefined> {
    this.#awaited.set(id, (this.#awaited.get(id) ?? 0) + 1);
    try {
      return await this.#worker.answered(id, AbortSignal.timeout(HEARING_LIMIT_MS));
    } finally {
      const others = (this.#awaited.get(id) ?? 1) - 1;
      if (others === 0) this.#awaited.delete(id);
      else this.#awaited.set(id, others);
    }
  }

  async #answer(turn: Turn, { id, acceptedAt }: Operation, ending: AbortSignal): Promise<OperationAnswer> {
    const { locale } = turn.reader;
    try {
      const reply = await this.#deps.answering.reply(turn);
      if (reply.kind === 'card' && reply.changed !== undefined) this.#changes.set(id, reply.changed.state);
      return toAnswer(reply, locale);
    } catch (error) {
      // Whoever takes over goes on with it.
      ending.throwIfAborted();
      const isPatient = (await this.#deps.store.now()) - acceptedAt < PATIENCE_MS;
      if (error instanceof OutcomeOpenError) {
        if (isPatient) throw new NotYetError(error.message, error.delayMs);
        return toAnswer(text(explained(new MeetingProblem('server.unknownOutcome'), turn)), locale);
      }
      if (turn.guard.isOpen && isPassing(error)) {
        if (isPatient) throw new NotYetError(String(error), this.#restMs);
        return toAnswer(text(explained(new MeetingProblem('server.unknownOutcome'), turn)), locale);
      }
      if (error instanceof DeadlineError && isPatient) throw new NotYetError(error.message, this.#restMs);
      if (error instanceof SignInNeeded) return this.#askToSignIn(turn, error);
      const buries = cancelledMeetingOf(error, cardActionOf(turn.activity));
      return { kind: 'text', activity: toActivity(text(explained(error, turn)), locale), buries };
    }
  }

  async #askToSignIn(turn: Turn, needed: SignInNeeded): Promise<OperationAnswer> {
    const { signIn } = this.#deps;
    const words =
      signIn === undefined
        ? explained(needed, turn)
        : await this.#speak(turn.activity, async (context) => signIn.ask(context, turn, needed));
    return words === undefined ? { kind: 'nothing' } : toAnswer(text(words), turn.reader.locale);
  }

  /** How the answer reaches whoever asked. */
  #wayOf(operation: Operation, activity: Activity, answer: OperationAnswer): Omit<Performed, 'answer'> {
    if (answer.kind === 'nothing') return { isHeard: true };
    const isClick = cardActionOf(activity) !== undefined;
    const isAwaited = this.#awaited.has(operation.id);
    if (answer.kind === 'text' || answer.asNewMessage) return { isHeard: isAwaited && answer.kind === 'text' };
    if (!isClick) return {};
    if (answer.passing && activity.type === 'invoke') return { isHeard: isAwaited };
    return { replaces: activity.replyToId };
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

  async #letCardsFollow(turn: Turn, meetingId: string, operation: Operation): Promise<void> {
    const meetings = turn.meetings();
    const state = this.#changes.get(operation.id) ?? (await meetings.stateOf(meetingId, turn.signal));
    if (state === undefined) return;
    await meetings.refreshPostings(this.#deps.refresherFor(meetings), {
      ...{ meetingId, state, except: operation.cardActivityId },
    });
  }

  /** A card of a cancelled meeting that still had buttons becomes what it should be. */
  async #bury(turn: Turn, meetingId: string): Promise<void> {
    const record = await turn.meetings().recordOf(meetingId);
    const id = turn.activity.replyToId;
    if (record === undefined || id === undefined) return;
    const message = toActivity(cancelledReply(record, turn.reader.locale), turn.reader.locale);
    await this.#speak(turn.activity, async (context) =>
      context.updateActivity({ ...message, id, type: 'message' }),
    ).catch((error: unknown) => {
      turn.log.warn('card.updateFailed', { error: String(error) });
    });
  }

  /** Speaks where the activity came from. @throws PostRefusedError, PostImpossibleError, or what else happened. */
  async #speak<Result>(activity: Activity, work: (context: TurnContext) => Promise<Result>): Promise<Result> {
    let result: { readonly value: Result } | undefined;
    try {
      await this.#deps.speakAt(activity, async (context) => {
        result = { value: await work(context) };
      });
    } catch (error) {
      throw toPostError(error);
    }
    if (result === undefined) throw new NotYetError('The chat service was not reached', 5000);
    return result.value;
  }
}
