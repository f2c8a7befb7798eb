import { setTimeout as sleepFor } from 'node:timers/promises';

import type { Activity } from 'botbuilder';

import { text } from '../commands';
import { PostImpossibleError, PostRefusedError } from '../journal/errors';
import type { OperationStore } from '../journal/ports';
import { MeetingProblem } from '../meetings/errors';
import { AppError } from '../shared/app-error';
import type { Logger } from '../shared/logger';
import type { Pace } from '../shared/pace';
import { newReference } from '../shared/reference';

import { BoundedMap } from './bounded-map';
import { toPostError } from './connector-errors';
import { explain, explanationMessage } from './explain';
import { toActivity } from './reply-activity';
import type { SpeakAt } from './sign-in-turns';
import { speakerOf } from './turn';
import type { Turns } from './turns';
import { type Writing, WritingDown, type Written } from './writing-down';

/** A message could not be written down yet: the Bot Connector is to deliver it again. */
export class NotTakenError extends AppError {
  readonly code = 'bot.notTaken';
}

/** A message that somebody delivered. */
interface DeliveredMessage {
  readonly activity: Activity;
  /** Whether it asks for something lasting: then the journal goes on with it. */
  readonly lasts: boolean;
  readonly write: Writing['write'];
  /** Writes down that this message is not to be taken any more. @returns `known` when it was taken, after all. */
  readonly close: Writing['write'];
}

/** What late messages need. */
export interface LateMessagesDeps {
  readonly journal: Pick<OperationStore, 'take'>;
  /** Answers a message that leaves no mark, when nobody waits for its delivery any more. */
  readonly answer: (activity: Activity) => Promise<void>;
  readonly speakAt: SpeakAt;
  readonly turns: Turns;
  readonly pace: Pace;
  readonly log: Logger;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** So many messages are kept in memory at most; beyond them only the Bot Connector tries again. */
const MOST_MESSAGES = 1000;

const QUICK_RESTS_MS = [50, 100, 200, 400, 800];
const SLOW_RESTS_MS = [1000, 2000, 5000, 10_000, 30_000];

/** After people were told, the end of it is looked for so long. */
const CLOSING_MS = 600_000;

/**
 * Takes messages also while the database is away. The Bot Connector is told to deliver again what is not written down; this
 * process tries on, too, which comes to the same: a message is taken once. When neither works people are told, once.
 */
export class LateMessages {
  readonly #deps: LateMessagesDeps;
  readonly #writing = new Map<string, WritingDown>();
  /** Messages of which people were told that they were not taken. */
  readonly #told = new BoundedMap<true>(MOST_MESSAGES);

  constructor(deps: LateMessagesDeps) {
    this.#deps = deps;
  }

  /**
   * Writes a message down, whichever process gets it first.
   *
   * @param accept - writes it into the journal, where it asks for something lasting.
   * @returns `known` when another delivery of it was taken.
   * @throws NotTakenError when that did not work in the time the Bot Connector may wait.
   */
  async take(activity: Activity, accept?: Writing['write']): Promise<Written> {
    const { journal, pace } = this.#deps;
    const { refuseMs } = pace;
    const taken = { conversationId: activity.conversation.id, activityId: activity.id ?? newReference() };
    const key = JSON.stringify(taken);
    const taker = newReference();
    const close = async (): Promise<Written> => journal.take({ ...taken, taker });
    const message = { activity, lasts: accept !== undefined, write: accept ?? close, close };
    // What was told stays true.
    if (this.#told.get(key) === true) return 'known';
    const other = this.#writing.get(key);
    if (other !== undefined) {
      // The delivery before this one goes on with what comes of it.
      if ((await other.within(refuseMs)) !== undefined) return 'known';
      throw new NotTakenError('another delivery is being written down');
    }
    const writing = this.#begin(message.write, QUICK_RESTS_MS);
    this.#writing.set(key, writing);
    const written = await writing.within(refuseMs);
    if (written === undefined && this.#writing.size <= MOST_MESSAGES) {
      const trying = this.#tryOn(key, message, writing).finally(() => this.#writing.delete(key));
      void this.#deps.turns.note(trying);
    } else {
      writing.end();
      this.#writing.delete(key);
    }
    if (written === undefined) throw new NotTakenError('not written down in time');
    return written;
  }

  /** Never rejects. */
  async #tryOn(key: string, message: DeliveredMessage, writing: WritingDown): Promise<void> {
    const { log, pace, stopping } = this.#deps;
    try {
      const written = await writing.within(pace.acceptMs - pace.refuseMs);
      if (written === 'accepted' && !message.lasts) await this.#deps.answer(message.activity);
      if (written !== undefined || stopping.aborted) return;
      writing.end();
      // What leaves no mark is not started by being written down.
      const isCertain = !message.lasts || writing.isCertain;
      this.#told.set(key, true);
      const told = await this.#tellOnce(key, message.activity, isCertain);
      void this.#close(message, told);
    } catch (error) {
      log.warn('reply.undelivered', { error: String(error) });
    }
  }

  /** @returns what {@link #tell} does; undefined, too, when it is open whether anything was said. @throws when nothing was. */
  async #tellOnce(key: string, activity: Activity, isCertain: boolean): Promise<string | undefined> {
    try {
      return await this.#tell(activity, isCertain);
    } catch (error) {
      const failure = toPostError(error);
      if (failure instanceof PostRefusedError || failure instanceof PostImpossibleError) {
        // Nobody read that it was not taken: it is, when it is delivered again.
        this.#told.delete(key);
        throw error;
      }
      this.#deps.log.warn('reply.undelivered', { error: String(error) });
      return undefined;
    }
  }

  /** What was said stays true: the message is taken by nobody any more. Where it was taken after all, it is unsaid. */
  async #close({ activity, close }: DeliveredMessage, told: string | undefined): Promise<void> {
    const closing = this.#begin(close, SLOW_RESTS_MS);
    const closed = await closing.within(CLOSING_MS);
    closing.end();
    if (closed === 'known' && told !== undefined) await this.#unsay(activity, told);
  }

  /** Deleting twice comes to the same, so that it is tried until it works. Never rejects. */
  async #unsay(activity: Activity, told: string): Promise<void> {
    const { speakAt, log, stopping } = this.#deps;
    for (const restMs of SLOW_RESTS_MS) {
      try {
        await speakAt(activity, async (context) => context.deleteActivity(told));
        return;
      } catch (error) {
        if (toPostError(error) instanceof PostImpossibleError) return;
        log.warn('reply.notUnsaid', { error: String(error) });
      }
      await sleepFor(restMs, undefined, { signal: stopping }).catch(() => undefined);
      if (stopping.aborted) return;
    }
  }

  /** @returns the activity id of what was said. */
  async #tell(activity: Activity, isCertain: boolean): Promise<string | undefined> {
    const { locale } = speakerOf(activity, this.#deps.turns.readers).reader;
    const problem = new MeetingProblem(isCertain ? 'bot.unavailable' : 'bot.unavailableOpen');
    const reference = newReference();
    this.#deps.log.error('message.notTaken', { reference, code: problem.code });
    const words = text(explanationMessage(explain(problem, locale), reference, locale));
    let id: string | undefined;
    await this.#deps.speakAt(activity, async (context) => {
      id = (await context.sendActivity(toActivity(words, locale)))?.id;
    });
    return id;
  }

  #begin(write: Writing['write'], restsMs: readonly number[]): WritingDown {
    const onFailure = (error: unknown): void => {
      this.#deps.log.error('journal.unreachable', { error: String(error) });
    };
    return new WritingDown({ write, onFailure, restsMs }, this.#deps.stopping);
  }
}
