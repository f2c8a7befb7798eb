import { PacedError } from '../posts/errors';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import type { PaceKept, Paces, Rate } from '../shared/paces';

import { isDeadly } from './connector-errors';
import type { Manner } from './manner';
import { longestRestMs } from './retry-after';

/**
 * What Teams takes in one conversation is 7 calls in 1 s, 8 in 2 s, 60 in 30 s and 1,800 in an hour. Whatever the moment, these two rates together
 * stay below: at most 6, 8, 55 and 1,800. Source: msteams-docs, rate-limit.md, "Per bot per thread limit".
 */
const inConversation: Rate = { burst: 5, everyMs: 600 };
const inConversationForLong: Rate = { burst: 300, everyMs: 2400 };

/** What Teams takes for one tenant is 30 calls a second by an older page, 50 by later ones. Source: as above. */
const inTenant: Rate = { burst: 5, everyMs: 40 };

/** Of the places that are free at once, what can wait leaves these to answers. */
const leftToAnswers: ReadonlyMap<Rate, number> = new Map([
  [inConversation, 3],
  [inConversationForLong, 100],
  [inTenant, 2],
]);

/** An answer that has no place within this is not sent for now; one from the journal keeps no others waiting. */
const longestWaitMs: Readonly<Record<Manner['tries'], number>> = { once: 10_000, patiently: longestRestMs };

/** What a refusal without a word about waiting comes to. */
const shortHoldMs = 1000;

/** A call to the chat service. */
export interface OutgoingCall {
  /** Whose messages it adds, changes or removes; undefined for any other call. */
  readonly conversationId: string | undefined;
  readonly tenantId: string;
  /** Only asks something about a conversation. What neither asks nor says anything there is not paced. */
  readonly isQuestion: boolean;
  /** Only says that Confer is at work. */
  readonly isTyping: boolean;
}

/** What a refused call says. */
export interface Refusal {
  readonly status: number;
  /** Code in its body. */
  readonly code: string | undefined;
  /** What it says about waiting. */
  readonly askedMs: number | undefined;
}

/** Collaborators of {@link Outgoing}. */
export interface OutgoingDeps {
  readonly paces: Paces;
  /** Writes down that nothing can be said in a conversation any more. */
  readonly died: (conversationId: string, reason: string) => Promise<void>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/** Shapes what goes to the chat service, in all processes together, and learns where nothing goes any more. */
export class Outgoing {
  readonly #deps: OutgoingDeps;
  readonly #metrics: Metrics;

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
    this.#metrics = deps.metrics ?? noMetrics;
  }

  /** Waits for a place for a call. @throws PacedError when it is too far away. */
  async enter(call: OutgoingCall, manner: Manner): Promise<void> {
    const { paces, sleep } = this.#deps;
    const canWait = manner.urgency === 'later' || call.isTyping;
    const kept = keptFor(call, canWait);
    if (kept.length === 0) return;
    const waitMs = await paces.reserveAll(kept);
    // Whoever asked waits for what is done with the answer, too: what is to be said moves by a place, and the question does not wait.
    if (call.isQuestion) return;
    if (waitMs > (canWait ? 0 : (manner.longestWaitMs ?? longestWaitMs[manner.tries]))) {
      await paces.giveBack(kept);
      throw new PacedError(Math.min(waitMs, longestRestMs));
    }
    this.#metrics.took('confer_connector_wait_seconds', { urgency: manner.urgency }, waitMs);
    if (waitMs === 0) return;
    await sleep(waitMs).catch(() => {
      // The process stops; nothing was sent.
      throw new PacedError(0);
    });
  }

  /** Leaves a conversation alone that asked for it, and one that is dead for good. */
  async refused({ conversationId }: OutgoingCall, { status, code, askedMs }: Refusal): Promise<void> {
    if (conversationId === undefined) return;
    if (status === 429) {
      const forMs = Math.min(askedMs ?? shortHoldMs, longestRestMs);
      await this.#deps.paces.hold(chatKey(conversationId), inConversation, forMs);
    }
    if (code === undefined || !isDeadly(status, code)) return;
    this.#metrics.count('confer_conversations_dead_total', { reason: code });
    this.#deps.log.info('conversation.dead', { reason: code });
    await this.#deps.died(conversationId, code).catch((error: unknown) => {
      this.#deps.log.warn('conversation.notMarked', { error: String(error) });
    });
  }
}

function keptFor({ conversationId, tenantId, isQuestion }: OutgoingCall, canWait: boolean): readonly PaceKept[] {
  const tenantKey = `tenant ${tenantId}`;
  if (isQuestion) return [{ key: tenantKey, rate: inTenant }];
  if (conversationId === undefined) return [];
  const rateOf = (rate: Rate): Rate =>
    canWait ? { ...rate, burst: rate.burst - (leftToAnswers.get(rate) ?? 0) } : rate;
  return [
    { key: chatKey(conversationId), rate: rateOf(inConversation) },
    { key: `chat for long ${conversationId}`, rate: rateOf(inConversationForLong) },
    { key: tenantKey, rate: rateOf(inTenant) },
  ];
}

function chatKey(conversationId: string): string {
  return `chat ${conversationId}`;
}
