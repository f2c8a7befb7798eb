import { once } from 'node:events';

import type { Activity } from 'botbuilder';

import { text } from '../commands';
import { NotYetError } from '../journal/errors';
import type { Operation } from '../journal/operation';
import type { OperationStore, Performed } from '../journal/ports';
import { isPassing, MeetingProblem, OutcomeOpenError, SignInNeeded } from '../meetings/errors';
import { describeTime } from '../meetings/when';
import { DeadlineError } from '../shared/abort';
import type { Pace } from '../shared/pace';

import type { Answering } from './answering';
import { cancelledMeetingOf, cardActionOf } from './card-action';
import { isForeseen } from './explain';
import { type OperationAnswer, toAnswer } from './operation-answer';
import type { OperationHearers } from './operation-hearers';
import { toRequest } from './operation-request';
import type { OperationSpeech } from './operation-speech';
import { REMINDER_KIND } from './reminder-sweeper';
import type { Tell } from './reminder-teller';
import { toActivity } from './reply-activity';
import type { SignInTurns } from './sign-in-turns';
import { explained, type Turn } from './turns';

/** What waits for what was asked for before looks again in between, the later the longer that takes. */
const ORDER = { leastRestMs: 200, mostRestMs: 5000, patienceNowMs: 3000 };

/** Collaborators of {@link OperationPerforming}. */
export interface OperationPerformingDeps {
  readonly store: Pick<OperationStore, 'isBehind' | 'now'>;
  readonly answering: Answering;
  /** Says what nobody asked. */
  readonly tell: Tell;
  readonly signIn: SignInTurns | undefined;
  readonly speech: OperationSpeech;
  readonly hearers: OperationHearers;
  readonly pace: Pace;
}

/** Does what operations ask for, and tells refusals from what has to be tried again. */
export class OperationPerforming {
  readonly #deps: OperationPerformingDeps;

  constructor(deps: OperationPerformingDeps) {
    this.#deps = deps;
  }

  /** @throws NotYetError when it has to be tried again later. */
  async perform(turn: Turn, operation: Operation, ending: AbortSignal): Promise<Performed> {
    const { own } = toRequest(operation.request);
    const answer = own === undefined ? await this.#inOrder(turn, operation, ending) : await this.#deps.tell(turn, own);
    // Before anybody can know: what they ask for next may be about this one.
    if (answer.kind === 'card' && answer.shows !== undefined) await turn.meetings().seen(answer.shows, turn.viewpoint);
    return { answer, ...this.#wayOf(turn.activity, answer) };
  }

  /** Whether the answer to a click needs no message: it is words, or a form for the one who clicked, and they have got it. */
  async isHeard(operation: Operation, signal: AbortSignal): Promise<boolean> {
    const answer = operation.answer as OperationAnswer;
    if (!isForOne(answer, toRequest(operation.request).activity)) return false;
    const late = new AbortController();
    const ended = once(AbortSignal.any([signal, late.signal]), 'abort').then(() => false);
    const heard = await Promise.race([this.#deps.hearers.haveHeard(operation.id), ended]);
    late.abort();
    return heard;
  }

  /** Until when an operation is tried at most, by the clock of the database. */
  triesUntil({ request, acceptedAt }: Operation): number {
    const { answering, pace } = this.#deps;
    const { activity } = toRequest(request);
    return acceptedAt + (answering.isForNow({ activity }) ? pace.keepTryingNowMs : pace.keepTryingMs);
  }

  /**
   * What one person types in one conversation is done in that order: `last` is what they asked for before. Buttons name what they are
   * about; what has begun goes on; and what is about now does not wait long.
   */
  async #inOrder(turn: Turn, operation: Operation, ending: AbortSignal): Promise<OperationAnswer> {
    const { store, answering } = this.#deps;
    const { activity } = turn;
    const isTyped = activity.type === 'message' && cardActionOf(activity) === undefined;
    const isFree = !isTyped || operation.meetingSentAt !== undefined;
    if (isFree || !(await store.isBehind(operation, REMINDER_KIND))) return this.#answer(turn, operation, ending);
    const waitedMs = (await store.now()) - operation.acceptedAt;
    if (waitedMs >= ORDER.patienceNowMs && answering.isForNow({ activity }))
      return this.#answer(turn, operation, ending);
    // What is waited for ends before, by the same limit.
    const telling = { until: this.triesUntil(operation), isSlow: true };
    const restMs = Math.min(Math.max(ORDER.leastRestMs, Math.round(waitedMs / 4)), ORDER.mostRestMs);
    throw new NotYetError('What was asked for before is not done yet', restMs, telling);
  }

  async #answer(turn: Turn, operation: Operation, ending: AbortSignal): Promise<OperationAnswer> {
    const { locale } = turn.reader;
    try {
      const reply = await this.#deps.answering.reply(turn);
      return toAnswer(reply, locale);
    } catch (error) {
      // Whoever takes over goes on with it.
      ending.throwIfAborted();
      if (error instanceof SignInNeeded) return this.#askToSignIn(turn, error);
      if (mayBeTriedAgain(error, turn)) return this.#tryOn(turn, operation, error);
      // Nothing to tell people at the first time: it is tried a few times more.
      if (!isForeseen(error)) throw error;
      const buries = cancelledMeetingOf(error, cardActionOf(turn.activity));
      return { kind: 'text', activity: toActivity(text(explained(error, turn)), locale), buries };
    }
  }

  /** @returns what to say when it makes no sense any more. @throws NotYetError before that. */
  async #tryOn(turn: Turn, operation: Operation, error: unknown): Promise<OperationAnswer> {
    const { store, pace } = this.#deps;
    const isOpen = turn.guard.isOpen || error instanceof OutcomeOpenError;
    const isFailure = !isOpen && error instanceof MeetingProblem && error.code === 'server.failed';
    const now = await store.now();
    const until = isFailure ? this.#failingUntil(operation, now) : this.triesUntil(operation);
    if (now >= until) {
      const problem = isFailure ? error : endOfTrying(turn, isOpen ? undefined : until);
      return toAnswer(text(explained(problem, turn)), turn.reader.locale);
    }
    const longestMs = until - now;
    if (error instanceof OutcomeOpenError) {
      throw new NotYetError(error.message, Math.min(error.delayMs, longestMs), { until, isSlow: true });
    }
    // Within its while it is tried several times.
    const longestRestMs = isFailure ? pace.keepTryingFailedMs / 6 : pace.longestRestMs;
    const restMs = Math.min(Math.max(pace.tryAgainMs, (now - operation.acceptedAt) / 4), longestRestMs);
    throw new NotYetError(describe(error), Math.min(restMs, longestMs), { until });
  }

  /** What is there and reports failures is given a while from then on, however long something else took before: people were told until when. */
  #failingUntil(operation: Operation, now: number): number {
    const latest = this.triesUntil(operation);
    const { tryingUntil = latest } = operation;
    return tryingUntil < latest ? tryingUntil : Math.min(latest, now + this.#deps.pace.keepTryingFailedMs);
  }

  async #askToSignIn(turn: Turn, needed: SignInNeeded): Promise<OperationAnswer> {
    const { signIn, speech } = this.#deps;
    const words =
      signIn === undefined
        ? explained(needed, turn)
        : await speech.speak(turn.activity, async (context) => signIn.ask(context, turn, needed));
    return words === undefined ? { kind: 'nothing' } : toAnswer(text(words), turn.reader.locale);
  }

  /** How the answer reaches whoever asked. */
  #wayOf(activity: Activity, answer: OperationAnswer): Omit<Performed, 'answer'> {
    if (answer.kind === 'nothing') return { isSilent: true };
    const isOwnMessage = answer.kind === 'text' || answer.asNewMessage || cardActionOf(activity) === undefined;
    if (isOwnMessage || isForOne(answer, activity)) return {};
    return { replaces: activity.replyToId };
  }
}

/** What only the one who clicked needs to see. */
function isForOne(answer: OperationAnswer, activity: Activity): boolean {
  if (activity.type !== 'invoke') return false;
  return answer.kind === 'text' || (answer.kind === 'card' && answer.passing && !answer.asNewMessage);
}

/** Whether a failure says nothing about what was asked. What was sent without being written down is not sent again. */
function mayBeTriedAgain(error: unknown, { guard }: Turn): boolean {
  if (error instanceof OutcomeOpenError || error instanceof DeadlineError) return true;
  if (!isPassing(error)) return false;
  return guard.isOpen || !(error instanceof MeetingProblem && error.code === 'server.unknownOutcome');
}

/** @param until - when trying ended; undefined when it may be done all the same. */
function endOfTrying({ reader }: Turn, until: number | undefined): MeetingProblem {
  if (until === undefined) return new MeetingProblem('server.unknownOutcome');
  return new MeetingProblem('trying.over', { facts: { until: describeTime(new Date(until), reader) } });
}

/** For the log. */
function describe(error: unknown): string {
  const cause = error instanceof Error && typeof error.cause === 'string' ? ` (${error.cause})` : '';
  return `${String(error)}${cause}`;
}
