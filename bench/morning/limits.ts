import type { Answered, Asked, Manner } from '../chaos/faulty-server';

/** At most so many in so long. */
export interface Limit {
  readonly calls: number;
  readonly inMs: number;
}

/**
 * What Teams takes for one conversation. Source: msteams-docs, rate-limit.md, "Per bot per thread limit", "Send to
 * conversation".
 */
export const conversationLimits: readonly Limit[] = [
  { calls: 7, inMs: 1000 },
  { calls: 8, inMs: 2000 },
  { calls: 60, inMs: 30_000 },
  { calls: 1800, inMs: 3_600_000 },
];

/** What was let through and what was not. */
export interface Counted {
  /** All calls. */
  calls: number;
  /** Of them answered with 429. */
  refused: number;
  /** Of those because of their conversation. */
  refusedForConversation: number;
}

/** A Bot Connector that takes no more than Teams does: what is too much gets 429 and when to come back. */
export class Limits {
  readonly counted: Counted = { calls: 0, refused: 0, refusedForConversation: 0 };
  readonly #all: Window;
  readonly #conversations = new Map<string, Window>();
  readonly #now: () => number;

  /** @param all - for everything the bot sends. */
  constructor(all: readonly Limit[], now: () => number = () => performance.now()) {
    this.#all = new Window(all);
    this.#now = now;
  }

  readonly manner: Manner = async (asked, serve) => this.#refusal(asked) ?? serve(asked);

  #refusal({ method, path }: Asked): Answered | undefined {
    const now = this.#now();
    this.counted.calls += 1;
    const [, id, kind] = /^\/v3\/conversations\/([^/]+)\/(activities|members)/u.exec(path) ?? [];
    const isSent = id !== undefined && kind === 'activities' && method !== 'GET';
    const conversation = isSent ? this.#conversationOf(id) : undefined;
    const conversationWaitMs = conversation?.waitMs(now) ?? 0;
    const waitMs = Math.max(conversationWaitMs, this.#all.waitMs(now));
    if (waitMs === 0) {
      this.#all.take(now);
      conversation?.take(now);
      return undefined;
    }
    this.counted.refused += 1;
    if (conversationWaitMs > 0) this.counted.refusedForConversation += 1;
    return { status: 429, headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) } };
  }

  #conversationOf(id: string): Window {
    const window = this.#conversations.get(id) ?? new Window(conversationLimits);
    this.#conversations.set(id, window);
    return window;
  }
}

/** The calls of late, oldest first. */
class Window {
  readonly #limits: readonly Limit[];
  readonly #longestMs: number;
  #times: number[] = [];

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
    this.#longestMs = Math.max(...limits.map(({ inMs }) => inMs));
  }

  /** How long until one more is allowed; 0: now. */
  waitMs(now: number): number {
    const waits = this.#limits.map(({ calls, inMs }) => {
      const blocking = this.#times.at(-calls);
      return blocking === undefined ? 0 : Math.max(0, blocking + inMs - now);
    });
    return Math.max(...waits);
  }

  take(now: number): void {
    this.#times.push(now);
    if ((this.#times[0] ?? now) + this.#longestMs < now) {
      this.#times = this.#times.filter((time) => time + this.#longestMs >= now);
    }
  }
}
