import type { Activity, InvokeResponse, TurnContext } from 'botbuilder';

import { text } from '../commands';
import { operationId } from '../journal/operation-id';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { CountedActivity, Quota, Quotas } from '../shared/quotas';
import { defineTexts } from '../shared/texts';
import { within } from '../shared/within';

import { BoundedMap } from './bounded-map';
import { cardActionOf, invokeMessage } from './card-action';
import { receiptIn } from './receipts';
import { toActivity } from './reply-activity';
import { personIdOf } from './turn';

const texts = defineTexts({ en: { tooMuch: 'That is a lot at once. Please give me a minute.' } });

const MINUTE_MS = 60_000;

/** Cards that report by themselves that somebody sees them: so many times more than people may ask for. */
const RECEIPTS_FACTOR = 10;

/** Longer than this nobody waits to be counted. */
const COUNTING_LIMIT_MS = 500;

/** How much is taken in a minute; 0: as much as comes. */
export interface FloodSettings {
  readonly perPerson: number;
  readonly perConversation: number;
}

/** Collaborators of {@link FloodLimits}. */
export interface FloodLimitsDeps {
  readonly quotas: Quotas;
  /** Hides whose quota one is; the same in every process. */
  readonly key: Buffer;
  readonly limits: FloodSettings;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

type Scope = 'person' | 'conversation' | 'receipts';

/** A quota, and what it is for. */
interface Counted extends Quota {
  readonly scope: Scope;
}

/** What is too much, and whether it is the first that is. */
interface Refusal {
  readonly scope: Scope;
  readonly isFirst: boolean;
}

/**
 * Takes no more commands and clicks in a minute than one person, or all of one conversation, can mean. What is too much costs
 * nothing: no turn, no row in the journal, and after the first of them no question to the database either.
 *
 * It is in the way of everything that is asked for, so it gives way: when the database does not count in time, what was asked
 * goes on, and finds out for itself whether anything can be written down.
 */
export class FloodLimits {
  readonly #deps: FloodLimitsDeps;
  /** Until when a quota is used up, as the database said. */
  readonly #usedUp = new BoundedMap<number>(10_000);

  constructor(deps: FloodLimitsDeps) {
    this.#deps = deps;
  }

  /** Lets a turn be run, unless it is too much. Then a click is told so, and in a chat the first one is. */
  async admit(context: TurnContext, run: () => Promise<void>): Promise<void> {
    const refusal = await this.#refusalOf(context.activity);
    if (refusal === undefined) await run();
    else await this.#refuse(context, refusal);
  }

  async #refusalOf(activity: Activity): Promise<Refusal | undefined> {
    const counted = this.#countedFor(activity).filter(({ most }) => most > 0);
    const usedUp = counted.find(({ key }) => (this.#usedUp.get(key) ?? 0) > this.#deps.now());
    if (usedUp !== undefined) return { scope: usedUp.scope, isFirst: false };
    return counted.length === 0 ? undefined : within(COUNTING_LIMIT_MS, this.#count(counted, messageIn(activity)));
  }

  /** Whose conversation is full need not mean that they are: the person counts first. */
  async #count(counted: readonly Counted[], activity: CountedActivity | undefined): Promise<Refusal | undefined> {
    const answers = await this.#deps.quotas.take(counted, activity);
    // A second delivery: whoever gets it knows it again.
    if (answers === 'known') return undefined;
    const refusals = counted.flatMap(({ key, scope }, index) => {
      const { isTaken = true, refusals: count = 0, restMs = 0 } = answers[index] ?? {};
      if (isTaken) return [];
      this.#usedUp.set(key, this.#deps.now() + restMs);
      return [{ scope, isFirst: count === 1 }];
    });
    return refusals[0];
  }

  #countedFor(activity: Activity): readonly Counted[] {
    const { perPerson, perConversation } = this.#deps.limits;
    const action = activity.type === 'invoke' ? cardActionOf(activity) : undefined;
    if (action !== undefined && receiptIn(action) !== undefined) {
      return [
        this.#counted('receipts', ['of', personIdOf(activity)], perPerson * RECEIPTS_FACTOR),
        this.#counted('receipts', ['in', roomOf(activity)], perConversation * RECEIPTS_FACTOR),
      ];
    }
    if (activity.type !== 'message' && action === undefined) return [];
    return [
      this.#counted('person', [personIdOf(activity)], perPerson),
      this.#counted('conversation', [roomOf(activity)], perConversation),
    ];
  }

  #counted(scope: Scope, whose: readonly string[], most: number): Counted {
    const key = operationId(this.#deps.key, ['flood', scope, ...whose]);
    return { scope, key, most, windowMs: MINUTE_MS };
  }

  async #refuse(context: TurnContext, { scope, isFirst }: Refusal): Promise<void> {
    const { log, metrics } = this.#deps;
    metrics?.count('confer_flood_refusals_total', { scope });
    if (isFirst) log.info('flood.refused', { scope });
    const { activity } = context;
    const locale = activity.locale ?? 'en-US';
    const words = texts(locale).tooMuch;
    if (activity.type === 'invoke') {
      // The card of a receipt stays as it is.
      const value: InvokeResponse = scope === 'receipts' ? { status: 200 } : invokeMessage(words);
      await context.sendActivity({ type: 'invokeResponse', value });
      return;
    }
    if (!isFirst) return;
    // Nobody waits for it: who asks too much must not hold anything up.
    context.sendActivity(toActivity(text(words), locale)).catch((error: unknown) => {
      log.debug('flood.notSaid', { error: String(error) });
    });
  }
}

/** The room of a conversation: a thread of a channel is in the same as the others. */
function roomOf({ conversation }: Activity): string {
  return conversation.id.replace(/;messageid=.*$/u, '');
}

/** Messages are delivered again when the answer is late; clicks are not. */
function messageIn({ type, id, conversation }: Activity): CountedActivity | undefined {
  if (type !== 'message' || id === undefined) return undefined;
  return { conversationId: conversation.id, activityId: id };
}
