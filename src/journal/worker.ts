import { setTimeout as sleepFor } from 'node:timers/promises';

import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { type Pace, usualPace } from '../shared/pace';

import { LeaseLostError } from './errors';
import type { Operation } from './operation';
import { type JournalClock, OperationRun } from './operation-run';
import type { JournalNews, OperationHost, OperationStore } from './ports';

/** What a worker is made of. */
export interface OperationWorkerDeps {
  readonly store: OperationStore;
  readonly host: OperationHost;
  /** Name of this process among those that share the database. */
  readonly holder: string;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly clock?: JournalClock;
  readonly pace?: Pace;
  /** Operations that are done at the same time; default 16. Of answers that wait for their turn to be said it may be many more. */
  readonly atOnce?: number;
}

const systemClock: JournalClock = {
  sleep: async (ms, signal) => sleepFor(ms, undefined, { signal }),
};

/** So many answers may wait to be said for each operation that may be done at the same time. */
const answersForOne = 16;

/** What rests no longer than this is as good as under way: it waits for what was asked for just before. */
const soonMs = 250;

/** A worker looks for work of others at least this often. */
const longestRestMs = 2000;

/** Works on accepted operations until it is stopped: those of this process at once, those of others when they are due. */
export class OperationWorker {
  readonly #deps: OperationWorkerDeps;
  readonly #clock: JournalClock;
  readonly #pace: Pace;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  /** Those of them of which it is not known yet what to say. */
  readonly #performing = new Set<string>();
  /** Whoever waits for what came of an operation; told without it, they look for themselves. */
  readonly #listeners = new Map<(operation?: Operation) => void, string>();
  #stopListening: (() => void) | undefined;
  /** Nothing else is begun: what is under way, or is begun next, may end this process. */
  #isAlone = false;
  /** Aborts when there is something to look at. */
  #news = new AbortController();
  #loop: Promise<void> | undefined;
  /** A look for work that is under way. */
  #looking: Promise<number> | undefined;

  constructor(deps: OperationWorkerDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#pace = deps.pace ?? usualPace;
  }

  /** Begins to look for work. */
  start(): void {
    this.#stopListening ??= this.#deps.store.onNews((news) => {
      this.#hear(news);
    });
    this.#loop ??= this.#lookForWork();
  }

  /** Looks for work now: something was accepted. */
  wake(): void {
    this.#news.abort();
  }

  /**
   * Resolves when it is known what to say about an operation, whichever process finds out.
   *
   * @returns undefined when `signal` aborts before.
   */
  async answered(id: string, signal: AbortSignal): Promise<Operation | undefined> {
    let told = new AbortController();
    let heard: Operation | undefined;
    const tell = (operation?: Operation): void => {
      heard = operation ?? heard;
      told.abort();
    };
    this.#listeners.set(tell, id);
    this.wake();
    try {
      while (!signal.aborted) {
        told = new AbortController();
        // A database that is away may be back in time.
        const found = heard ?? (await this.#deps.store.find(id).catch(() => undefined));
        if (found !== undefined && found.step !== 'accepted') return found;
        // What another process found out may not have been heard.
        await this.#clock.sleep(longestRestMs, AbortSignal.any([signal, told.signal])).catch(() => undefined);
      }
      return heard;
    } finally {
      this.#listeners.delete(tell);
    }
  }

  /** Resolves when nothing is due or under way here. */
  async idle(): Promise<void> {
    for (;;) {
      await Promise.allSettled([this.#looking, ...this.#running.values()]);
      // A database that is away has nothing to do.
      const dueInMs = await this.#deps.store.dueIn().catch(() => undefined);
      const isDue = dueInMs !== undefined && dueInMs <= soonMs;
      if (!isDue && this.#looking === undefined && this.#running.size === 0) return;
      if (isDue) this.wake();
      await new Promise(setImmediate);
    }
  }

  /** Takes no more work and gives back what is under way, for others to go on with. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopListening?.();
    this.wake();
    await this.#loop;
    await Promise.allSettled(this.#running.values());
  }

  #hear(news: JournalNews): void {
    if (news.kind !== 'answered') this.wake();
    for (const [tell, id] of this.#listeners) if (news.kind !== 'due' && (!('id' in news) || news.id === id)) tell();
  }

  async #lookForWork(): Promise<void> {
    while (!this.#isStopping()) {
      this.#news = new AbortController();
      let restMs = longestRestMs;
      try {
        this.#looking = this.#claimWhatIsDue();
        restMs = await this.#looking;
      } catch (error) {
        this.#deps.log.error('journal.unreachable', { error: String(error) });
      }
      this.#looking = undefined;
      if (this.#isStopping()) return;
      await this.#clock.sleep(restMs, this.#news.signal).catch(() => undefined);
    }
  }

  /** @returns for how long there is nothing to do. */
  async #claimWhatIsDue(): Promise<number> {
    const { store, holder, atOnce = 16 } = this.#deps;
    const isFull = (): boolean => this.#performing.size >= atOnce || this.#running.size >= atOnce * answersForOne;
    while (!isFull() && !this.#isAlone && !this.#isStopping()) {
      const operation = await store.claim(holder, this.#pace.leaseMs);
      if (operation === undefined) break;
      this.#begin(operation);
    }
    if (isFull() || this.#isAlone) return longestRestMs;
    return Math.min(longestRestMs, Math.max(10, (await store.dueIn()) ?? longestRestMs));
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** What may end this process is begun when everything else is over, and nothing else beside it: that would vanish with it. */
  #begin(operation: Operation): void {
    const isSuspicious = operation.vanished >= this.#pace.mostVanished / 2;
    const before = isSuspicious ? Promise.allSettled(this.#running.values()) : undefined;
    this.#isAlone ||= isSuspicious;
    if (operation.step === 'accepted') this.#performing.add(operation.id);
    const run = this.#run(operation, before).finally(() => {
      this.#running.delete(operation.id);
      this.#performing.delete(operation.id);
      if (isSuspicious) this.#isAlone = false;
      this.wake();
    });
    this.#running.set(operation.id, run);
  }

  /** Keeps the lease while the run lasts; a run that has lost it is told to stop. */
  async #run(operation: Operation, before: Promise<unknown> | undefined): Promise<void> {
    const { store, host, log, metrics } = this.#deps;
    const ended = new AbortController();
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, lost.signal]);
    const renewing = this.#renew(operation, { ended: ended.signal, lost });
    await before;
    const run = new OperationRun({ store, host, clock: this.#clock, pace: this.#pace, log, metrics }, operation);
    await run.run((answered) => {
      if (this.#performing.delete(operation.id)) this.wake();
      for (const [tell, id] of this.#listeners) if (id === operation.id) tell(answered);
    }, signal);
    ended.abort();
    await renewing;
  }

  async #renew(operation: Operation, { ended, lost }: { ended: AbortSignal; lost: AbortController }): Promise<void> {
    for (;;) {
      await this.#clock.sleep(this.#pace.leaseMs / 3, ended).catch(() => undefined);
      if (ended.aborted) return;
      await this.#deps.store.renew(operation, this.#pace.leaseMs).catch((error: unknown) => {
        // It was given back meanwhile.
        if (ended.aborted) return;
        this.#deps.log.warn('operation.notRenewed', { operation: operation.id, error: String(error) });
        if (error instanceof LeaseLostError) lost.abort(error);
      });
    }
  }
}
