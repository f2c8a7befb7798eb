import { setTimeout as sleepFor } from 'node:timers/promises';

import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import { SeatLostError } from '../shared/seat-lost-error';

import type { SeatStore } from './ports';
import type { Seat } from './seat';

/** What a process does with a seat. */
export interface Tenancy {
  /** Whether something is unfinished that needs a holder. */
  readonly isBusy: boolean;
  /** Goes on, in the background, with what earlier holders left unfinished. */
  resume(): Promise<void>;
  /** Resolves when nothing is unfinished. */
  idle(): Promise<void>;
  /** Finishes what is unfinished, and signs out. */
  close(): Promise<void>;
  /** Stops where it is, without a word to the meeting server: another process goes on, or has already. */
  handOver(): void;
}

/** Time, so that tests own it. `sleep` rejects with the signal's reason when it aborts. */
export interface SeatClock {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What a keeper is made of. */
export interface SeatKeeperDeps<Kind extends Tenancy> {
  readonly store: SeatStore;
  /** Name of this process among those that share the database. */
  readonly holder: string;
  /** A process is believed gone when it has not renewed its seats for so long, in milliseconds. */
  readonly leaseMs: number;
  /** Begins to use a seat; nothing is sent before it is needed. `isStillOurs` is to be asked when somebody else seems to use it. */
  readonly open: (seat: Seat, isStillOurs: (signal: AbortSignal) => Promise<boolean>) => Kind;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly clock?: SeatClock;
}

interface Held<Kind> {
  readonly seat: Seat;
  readonly tenancy: Kind;
}

const systemClock: SeatClock = {
  sleep: async (ms, signal) => sleepFor(ms, undefined, { signal, ref: false }),
};

/** Between two tries to reach a database that does not answer. */
const ASK_AGAIN_MS = 1000;

/**
 * Keeps a seat of its own for this process, and finishes in the seats of others what they can no longer finish.
 *
 * The lease is renewed three times as often as it has to be. A process that was frozen or cut off finds its seat taken: it
 * stops where it is and takes another one.
 */
export class SeatKeeper<Kind extends Tenancy> {
  readonly #deps: SeatKeeperDeps<Kind>;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #clock: SeatClock;
  readonly #stopping = new AbortController();
  readonly #inherited = new Map<Seat, Kind>();
  /** Aborts when there is something to look at. */
  #news = new AbortController();
  #own: Held<Kind> | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #unsubscribe: () => void = () => undefined;

  constructor(deps: SeatKeeperDeps<Kind>) {
    this.#deps = deps;
    this.#log = deps.log;
    this.#metrics = deps.metrics ?? noMetrics;
    this.#clock = deps.clock ?? systemClock;
  }

  /** What this process does with its own seat; undefined while it has none. */
  get own(): Kind | undefined {
    return this.#own?.tenancy;
  }

  /** Resolves when this process has a seat of its own. */
  async take(): Promise<void> {
    const { store } = this.#deps;
    const seat = await store.take(this.#holding());
    this.#own = { seat, tenancy: this.#open(seat) };
    this.#count();
    this.#log.info('seat.taken', { seat: seat.number });
  }

  /** Begins to keep seats, and goes on with what is unfinished in them. */
  start(): void {
    this.#unsubscribe = this.#deps.store.onReleased(() => {
      this.#news.abort();
    });
    if (this.#own !== undefined) void this.#resume(this.#own);
    this.#loops = Promise.all([this.#renewAll(), this.#lookAround()]);
  }

  /**
   * Gives every seat back. What is unfinished goes on in another process when there is one; then it is left as it is. Else it
   * is ended.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unsubscribe();
    this.#news.abort();
    await this.#loops;
    const held = this.#held();
    this.#own = undefined;
    this.#inherited.clear();
    await Promise.all(held.map(async (each) => this.#giveBack(each)));
    this.#count();
  }

  #held(): readonly Held<Kind>[] {
    const inherited = [...this.#inherited].map(([seat, tenancy]) => ({ seat, tenancy }));
    return this.#own === undefined ? inherited : [this.#own, ...inherited];
  }

  #holding(): { holder: string; leaseMs: number } {
    const { holder, leaseMs } = this.#deps;
    return { holder, leaseMs };
  }

  #open(seat: Seat): Kind {
    return this.#deps.open(seat, async (signal) => this.#isStillOurs(seat, signal));
  }

  async #giveBack({ seat, tenancy }: Held<Kind>): Promise<void> {
    try {
      if (tenancy.isBusy && (await this.#hasOthers())) {
        tenancy.handOver();
        this.#log.info('seat.handedOver', { seat: seat.number });
      } else {
        await tenancy.close();
      }
      await this.#deps.store.release(seat);
    } catch (error) {
      // The lease ends by itself.
      this.#log.warn('seat.notReleased', { seat: seat.number, error: String(error) });
    }
  }

  /** Without the database nothing can be handed over. */
  async #hasOthers(): Promise<boolean> {
    return this.#deps.store.hasOthers(this.#deps.holder).catch(() => false);
  }

  /** Until it works: nobody else looks for what is unfinished in a seat that is held. Never rejects. */
  async #resume({ seat, tenancy }: Held<Kind>): Promise<void> {
    while (!this.#isStopping() && this.#own?.seat === seat) {
      try {
        await tenancy.resume();
        return;
      } catch (error) {
        this.#log.warn('seat.notResumed', { seat: seat.number, error: String(error) });
      }
      await this.#rest(ASK_AGAIN_MS, this.#stopping.signal);
    }
  }

  async #renewAll(): Promise<void> {
    while (!this.#isStopping()) {
      await this.#rest(this.#deps.leaseMs / 3, this.#stopping.signal);
      if (this.#isStopping()) return;
      await Promise.all(this.#held().map(async (held) => this.#renew(held)));
    }
  }

  async #renew({ seat, tenancy }: Held<Kind>): Promise<void> {
    try {
      await this.#deps.store.renew(seat, this.#deps.leaseMs);
    } catch (error) {
      if (error instanceof SeatLostError) this.#lose({ seat, tenancy });
      else this.#log.warn('seat.notRenewed', { seat: seat.number, error: String(error) });
    }
  }

  /** Whoever holds it now goes on with everything; here nothing may happen in it any more. */
  #lose({ seat, tenancy }: Held<Kind>): void {
    if (!this.#held().some((held) => held.seat === seat)) return;
    tenancy.handOver();
    if (this.#own?.seat === seat) this.#own = undefined;
    this.#inherited.delete(seat);
    this.#log.warn('seat.lost', { seat: seat.number });
    this.#metrics.count('confer_seats_lost_total', {});
    this.#count();
    this.#news.abort();
  }

  async #takeAnother(): Promise<void> {
    try {
      await this.take();
      if (this.#own !== undefined) void this.#resume(this.#own);
    } catch (error) {
      this.#log.warn('seat.notTaken', { error: String(error) });
    }
  }

  /** Asks the database until it answers: who stops for nothing hears nothing, who goes on for nothing disturbs another. */
  async #isStillOurs(seat: Seat, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const held = this.#held().find((each) => each.seat === seat);
      if (held === undefined) return false;
      try {
        await this.#deps.store.renew(seat, this.#deps.leaseMs);
        return true;
      } catch (error) {
        if (error instanceof SeatLostError) {
          this.#lose(held);
          return false;
        }
        this.#log.warn('seat.notRenewed', { seat: seat.number, error: String(error) });
        await this.#clock.sleep(ASK_AGAIN_MS, signal);
      }
    }
  }

  async #lookAround(): Promise<void> {
    while (!this.#isStopping()) {
      this.#news = new AbortController();
      try {
        if (this.#own === undefined) await this.#takeAnother();
        await this.#takeOverAll();
      } catch (error) {
        this.#log.warn('seat.notTaken', { error: String(error) });
      }
      if (this.#isStopping()) return;
      await this.#rest(this.#deps.leaseMs / 6, this.#news.signal);
    }
  }

  async #takeOverAll(): Promise<void> {
    while (!this.#isStopping()) {
      const seat = await this.#deps.store.takeOver(this.#holding());
      if (seat === undefined) return;
      const tenancy = this.#open(seat);
      this.#inherited.set(seat, tenancy);
      this.#log.info('seat.takenOver', { seat: seat.number });
      this.#metrics.count('confer_seat_takeovers_total', {});
      this.#count();
      void this.#finish({ seat, tenancy });
    }
  }

  /** Does what is unfinished in somebody else's seat, and gives it back. Never rejects. */
  async #finish({ seat, tenancy }: Held<Kind>): Promise<void> {
    try {
      await tenancy.resume();
      await tenancy.idle();
      if (!this.#inherited.has(seat) || this.#isStopping()) return;
      await tenancy.close();
      // What this process cannot go on with would come back at once, again and again.
      await this.#rest(this.#deps.leaseMs / 6, this.#stopping.signal);
      if (this.#isStopping() || !this.#inherited.delete(seat)) return;
      await this.#deps.store.release(seat);
      this.#log.info('seat.finished', { seat: seat.number });
    } catch (error) {
      // The lease is kept no longer; whoever looks next tries again.
      this.#log.warn('seat.notFinished', { seat: seat.number, error: String(error) });
      if (this.#inherited.delete(seat)) tenancy.handOver();
    }
    this.#count();
  }

  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal).catch(() => undefined);
  }

  #count(): void {
    this.#metrics.set('confer_seats', { whose: 'own' }, this.#own === undefined ? 0 : 1);
    this.#metrics.set('confer_seats', { whose: 'gone' }, this.#inherited.size);
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
