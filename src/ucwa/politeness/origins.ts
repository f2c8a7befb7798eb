import type { BreakerInfo, UcwaClock, UcwaLimits } from '../options';

import { CircuitBreaker, type Finding } from './circuit-breaker';
import { Lane } from './lane';
import { RetryBudget } from './retry-budget';

/** What a request is for: signing in (discovery and tokens), the event channel's P-GET, or anything else. */
export type LaneName = 'command' | 'sign-in' | 'poll';

/** The numbers that count where the options give none. */
export const defaultLimits = {
  parallelRequests: 16,
  parallelSignIns: 8,
  breakerFailures: 10,
  breakerOpenMs: 30_000,
} as const satisfies Required<UcwaLimits>;

/** Somebody who talks to origins: one account. */
export interface OriginUser {
  readonly limits?: UcwaLimits;
  readonly clock: Pick<UcwaClock, 'now'>;
  readonly onBreaker?: ((info: BreakerInfo) => void) | undefined;
}

/** One request that wants to be sent. */
export interface Departure<T> {
  readonly lane: LaneName;
  /** Sends it. */
  readonly send: () => Promise<T>;
  /** Judges what came of it. */
  readonly judge: (result: { readonly value: T } | { readonly error: unknown }) => Finding;
  readonly onQueued: (waiting: number) => void;
}

/** What all accounts of this process share about one server: its places, its budget of repetitions, its breaker. */
export class Origin {
  readonly budget: RetryBudget;
  readonly #users = new Set<OriginUser>();
  readonly #breaker: CircuitBreaker;
  readonly #lanes: Readonly<Record<Exclude<LaneName, 'poll'>, Lane>>;

  /** @param first - whose limits and clock count for all, until the last user has left. */
  constructor(origin: string, first: OriginUser) {
    const limits = { ...defaultLimits, ...first.limits };
    const { now } = first.clock;
    this.budget = new RetryBudget(now);
    this.#lanes = { command: new Lane(limits.parallelRequests), 'sign-in': new Lane(limits.parallelSignIns) };
    this.#breaker = new CircuitBreaker({
      origin,
      failures: limits.breakerFailures,
      openMs: limits.breakerOpenMs,
      now,
      tell: (info) => {
        for (const user of this.#users) user.onBreaker?.(info);
      },
    });
  }

  /** Counts somebody in. */
  add(user: OriginUser): void {
    this.#users.add(user);
  }

  /** Counts somebody out. @returns whether nobody is left. */
  remove(user: OriginUser): boolean {
    this.#users.delete(user);
    return this.#users.size === 0;
  }

  /**
   * Sends a request when it is its turn. A held P-GET takes no place, so that others can be sent meanwhile.
   *
   * @throws UcwaCircuitOpenError without waiting; the signal's reason; whatever sending throws.
   */
  async run<T>(departure: Departure<T>, signal: AbortSignal): Promise<T> {
    if (departure.lane === 'poll') return this.#send(departure);
    this.#breaker.assertMayPass();
    const leave = await this.#lanes[departure.lane].enter(signal, departure.onQueued);
    try {
      return await this.#send(departure);
    } finally {
      leave();
    }
  }

  async #send<T>({ lane, send, judge }: Departure<T>): Promise<T> {
    const permit = this.#breaker.admit(lane === 'poll');
    try {
      const value = await send();
      this.#breaker.settle(permit, judge({ value }));
      return value;
    } catch (error) {
      this.#breaker.settle(permit, judge({ error }));
      throw error;
    }
  }
}

/** The origins in use. An origin is forgotten when its last user leaves. */
export class Origins {
  readonly #origins = new Map<string, Origin>();

  /** How many are in use. */
  get size(): number {
    return this.#origins.size;
  }

  /** The origin, made when nobody uses it yet. Every user has to `leave`. */
  join(origin: string, user: OriginUser): Origin {
    const joined = this.#origins.get(origin) ?? new Origin(origin, user);
    this.#origins.set(origin, joined);
    joined.add(user);
    return joined;
  }

  /** Counts a user out of an origin. */
  leave(origin: string, user: OriginUser): void {
    if (this.#origins.get(origin)?.remove(user) === true) this.#origins.delete(origin);
  }
}

/** Those of this process. */
export const sharedOrigins = new Origins();
