import { once } from 'node:events';

import type { Activity } from 'botbuilder';

import { text } from '../commands';
import { NotYetError } from '../journal/errors';
import type { Operation } from '../journal/operation';
import type { OperationStore, Performed } from '../journal/ports';
import { isPassing, MeetingProblem, OutcomeOpenError, SignInNeeded } from '../meetings/errors';
import type { MeetingState } from '../meetings/ports';
import { DeadlineError } from '../shared/abort';
import type { Pace } from '../shared/pace';

import type { Answering } from './answering';
import { BoundedMap } from './bounded-map';
import { cancelledMeetingOf, cardActionOf } from './card-action';
import { type OperationAnswer, toAnswer } from './operation-answer';
import type { OperationHearers } from './operation-hearers';
import { toRequest } from './operation-request';
import type { OperationSpeech } from './operation-speech';
import { toActivity } from './reply-activity';
import type { SignInTurns } from './sign-in-turns';
import { explained, type Turn } from './turns';

/** So long a server that does not answer is waited for; then people are told. */
const PATIENCE_MS = 600_000;

/** Collaborators of {@link OperationPerforming}. */
export interface OperationPerformingDeps {
  readonly store: Pick<OperationStore, 'now'>;
  readonly answering: Answering;
  readonly signIn: SignInTurns | undefined;
  readonly speech: OperationSpeech;
  readonly hearers: OperationHearers;
  readonly pace: Pace;
}

/** Does what operations ask for, and tells refusals from what has to be tried again. */
export class OperationPerforming {
  readonly #deps: OperationPerformingDeps;
  /** What a meeting was changed to, where this process did it. */
  readonly #changes = new BoundedMap<MeetingState>(1000);

  constructor(deps: OperationPerformingDeps) {
    this.#deps = deps;
  }

  /** @throws NotYetError when it has to be tried again later. */
  async perform(turn: Turn, operation: Operation, ending: AbortSignal): Promise<Performed> {
    const answer = await this.#answer(turn, operation, ending);
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

  /** What an operation changed its meeting to, where this process did it. */
  changeOf({ id }: Operation): MeetingState | undefined {
    return this.#changes.get(id);
  }

  async #answer(turn: Turn, { id, acceptedAt }: Operation, ending: AbortSignal): Promise<OperationAnswer> {
    const { locale } = turn.reader;
    // After a server that does not do what it should, or not in time.
    const { lookAgainMs: restMs } = this.#deps.pace;
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
        if (isPatient) throw new NotYetError(String(error), restMs);
        return toAnswer(text(explained(new MeetingProblem('server.unknownOutcome'), turn)), locale);
      }
      if (error instanceof DeadlineError && isPatient) throw new NotYetError(error.message, restMs);
      if (error instanceof SignInNeeded) return this.#askToSignIn(turn, error);
      const buries = cancelledMeetingOf(error, cardActionOf(turn.activity));
      return { kind: 'text', activity: toActivity(text(explained(error, turn)), locale), buries };
    }
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
