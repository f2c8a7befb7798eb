import { setTimeout as sleep } from 'node:timers/promises';

import type { Activity, TurnContext } from 'botbuilder';

import type { Reader } from '../commands';
import { NotYetError, PostImpossibleError } from '../journal/errors';
import type { Operation } from '../journal/operation';
import type { Content } from '../journal/ports';
import type { Logger } from '../shared/logger';

import { cardActionOf } from './card-action';
import { isGone, toPostError } from './connector-errors';
import { fromTheJournal, inPassing, type Manner } from './manner';
import { messageOf } from './operation-messages';
import { toRequest } from './operation-request';
import type { Posts } from './posts';
import type { SpeakAt } from './sign-in-turns';
import { speakerOf } from './turn';
import type { Turns } from './turns';

/** A copy of a message is tried to be removed so often. */
const MOST_REMOVALS = 6;

/** Posts, changes and removes the messages of operations, where those were asked for. */
export class OperationSpeech {
  readonly #speakAt: SpeakAt;
  readonly #turns: Turns;
  readonly #posts: Pick<Posts, 'orElsewhere'>;
  readonly #log: Logger;

  constructor({
    speakAt,
    turns,
    posts,
    log,
  }: {
    speakAt: SpeakAt;
    turns: Turns;
    posts: Pick<Posts, 'orElsewhere'>;
    log: Logger;
  }) {
    this.#speakAt = speakAt;
    this.#turns = turns;
    this.#posts = posts;
    this.#log = log;
  }

  /** @returns the activity id; undefined when there is nothing to post. @throws as {@link speak}. */
  async post(operation: Operation, content: Content): Promise<string | undefined> {
    const { activity, own } = toRequest(operation.request);
    // A click shows that it is under way by itself, and nobody waits for what nobody asked.
    if (content.kind !== 'answer' && (own ?? cardActionOf(activity)) !== undefined) return undefined;
    const message = messageOf(operation, content, this.#readerOf(activity));
    if (message === undefined) return undefined;
    const manner = content.kind === 'underWay' ? inPassing : fromTheJournal;
    return this.#posts.orElsewhere(operation, content, async () =>
      this.speak(activity, async (context) => (await context.sendActivity(message))?.id, manner),
    );
  }

  /** @returns `gone` when there is no such message any more. @throws as {@link speak}. */
  async update(operation: Operation, content: Content): Promise<'shown' | 'gone'> {
    const { activity } = toRequest(operation.request);
    const message = messageOf(operation, content, this.#readerOf(activity));
    if (message === undefined) return 'shown';
    return this.speak(activity, async (context) => {
      try {
        await context.updateActivity({ ...message, id: operation.cardActivityId ?? '', type: 'message' });
        return 'shown' as const;
      } catch (error) {
        if (isGone(error)) return 'gone' as const;
        throw error;
      }
    });
  }

  /** @throws as {@link speak}. */
  async remove(operation: Operation, activityId: string): Promise<void> {
    const { activity } = toRequest(operation.request);
    await this.speak(activity, async (context) => context.deleteActivity(activityId));
  }

  /** Deleting twice comes to the same, so that it may be tried until it works; the next look brings up what is left. */
  async removeCopy(activity: Activity, activityId: string): Promise<void> {
    for (let attempt = 1; attempt <= MOST_REMOVALS; attempt += 1) {
      try {
        await this.speak(activity, async (context) => context.deleteActivity(activityId));
        return;
      } catch (error) {
        if (error instanceof PostImpossibleError) return;
        this.#log.warn('duplicate.notRemoved', { error: String(error), attempt });
        await sleep(250 * 2 ** attempt, undefined, { ref: false });
      }
    }
  }

  #readerOf(activity: Activity): Reader {
    return speakerOf(activity, this.#turns.readers).reader;
  }

  /** Speaks where an activity came from. @throws PostRefusedError, PostImpossibleError, or what else happened. */
  async speak<Result>(
    activity: Activity,
    work: (context: TurnContext) => Promise<Result>,
    manner: Manner = fromTheJournal,
  ): Promise<Result> {
    let result: { readonly value: Result } | undefined;
    try {
      const speak = async (context: TurnContext): Promise<void> => {
        result = { value: await work(context) };
      };
      await this.#speakAt(activity, speak, manner);
    } catch (error) {
      throw toPostError(error);
    }
    if (result === undefined) throw new NotYetError('The chat service was not reached', 5000);
    return result.value;
  }
}
