import { setTimeout as sleepFor } from 'node:timers/promises';

import { PostImpossibleError, PostRefusedError } from '../journal/errors';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import { type Pace, usualPace } from '../shared/pace';

import { PacedError } from './errors';
import type { CardUpdate, CardWanted, Line, PostStore, PutOff } from './ports';

/** The chat as the worker needs it. Implemented in src/bot. */
export interface PostHost<View> {
  /**
   * Looks at a meeting as it is now.
   *
   * @returns what its cards show; undefined when nobody knows the meeting any more.
   */
  look(meeting: Pick<CardWanted, 'meetingId' | 'personId'>, signal: AbortSignal): Promise<View | undefined>;
  /**
   * Makes a card show it. Doing it twice must come to the same.
   *
   * @returns `gone` when there is no such card any more; `dead` when nothing can be done in its conversation for now.
   * @throws PacedError, PostRefusedError; with anything else it is open whether the card shows it.
   */
  show(card: CardWanted, view: View): Promise<'shown' | 'gone' | 'dead'>;
  /** A card that is gone need not follow any more. */
  forget(card: CardWanted): Promise<void>;
  /** Whether there is something to be said about lines of one group. */
  hasWords(lines: readonly Line[]): boolean;
  /**
   * Says lines of one group in one message.
   *
   * @throws PacedError, PostRefusedError, PostImpossibleError; with anything else it is open whether it was said.
   */
  say(lines: readonly Line[]): Promise<void>;
}

/** What a worker is made of. */
export interface PostWorkerDeps<View> {
  readonly store: PostStore;
  readonly host: PostHost<View>;
  /** Name of this process among those that share the database. */
  readonly holder: string;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly pace?: Pace;
}

/** A worker looks for work of others at least this often. */
const longestRestMs = 2000;

/** Claims that are worked on at the same time, and cards in one of them: the chat service takes no more anyway. */
const atOnce = 4;
const cardsAtOnce = 10;

/** A message that the chat service did not take so often is given up. */
const mostTries = 10;

/** A card whose meeting cannot be read is given up after this. */
const patienceMs = 4 * 60 * 60 * 1000;

/** A meeting that could not be read is looked at again after this. */
const lookAgainMs = 30_000;

const longestDelayMs = 60_000;

/** Brings cards up to date and says lines until it is stopped: what this process wants at once, what others want when it is due. */
export class PostWorker<View> {
  readonly #deps: PostWorkerDeps<View>;
  readonly #metrics: Metrics;
  readonly #leaseMs: number;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Aborts when there is something to look at. */
  #news = new AbortController();
  #loop: Promise<void> | undefined;
  #looking: Promise<number> | undefined;

  constructor(deps: PostWorkerDeps<View>) {
    this.#deps = deps;
    this.#metrics = deps.metrics ?? noMetrics;
    this.#leaseMs = (deps.pace ?? usualPace).leaseMs;
  }

  /** Begins to look for work. */
  start(): void {
    this.#loop ??= this.#lookForWork();
  }

  /** Looks for work now: something is wanted. */
  wake(): void {
    this.#news.abort();
  }

  /** Resolves when nothing is due or under way here. */
  async idle(): Promise<void> {
    for (;;) {
      await Promise.allSettled([this.#looking, ...this.#running]);
      const isDue = (await this.#deps.store.dueIn()) === 0;
      if (!isDue && this.#looking === undefined && this.#running.size === 0) return;
      if (isDue) this.wake();
      await new Promise(setImmediate);
    }
  }

  /** Takes no more work, ends the calls that are under way, and gives the rest back for others to go on with. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#loop;
    await Promise.allSettled(this.#running);
  }

  async #lookForWork(): Promise<void> {
    while (!this.#isStopping()) {
      this.#news = new AbortController();
      let restMs = longestRestMs;
      try {
        this.#looking = this.#claimWhatIsDue();
        restMs = await this.#looking;
      } catch (error) {
        this.#deps.log.error('posts.unreachable', { error: String(error) });
      }
      this.#looking = undefined;
      if (this.#isStopping()) return;
      await sleepFor(restMs, undefined, { signal: this.#news.signal }).catch(() => undefined);
    }
  }

  /** @returns for how long there is nothing to do. */
  async #claimWhatIsDue(): Promise<number> {
    const { store, holder } = this.#deps;
    while (this.#running.size < atOnce && !this.#isStopping()) {
      const lines = await store.claimLines(holder, this.#leaseMs);
      if (lines.length > 0) this.#begin(this.#sayLines(lines));
      const cards = await store.claimCards(holder, { leaseMs: this.#leaseMs, most: cardsAtOnce });
      if (cards.length > 0) this.#begin(this.#showCards(cards));
      if (lines.length === 0 && cards.length === 0) break;
    }
    if (this.#running.size >= atOnce) return longestRestMs;
    return Math.min(longestRestMs, Math.max(10, (await store.dueIn()) ?? longestRestMs));
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** What fails here is the database: the lease runs out, and somebody else goes on. */
  #begin(work: Promise<void>): void {
    const running = work
      .catch((error: unknown) => {
        this.#deps.log.warn('posts.leftToOthers', { error: String(error) });
      })
      .finally(() => {
        this.#running.delete(running);
        this.wake();
      });
    this.#running.add(running);
  }

  async #showCards(cards: readonly CardUpdate[]): Promise<void> {
    const views = new Map<string, Promise<View | undefined>>();
    for (const claimed of cards) {
      if (this.#isStopping()) {
        await this.#deps.store.putOffCard(claimed, { delayMs: 0, counts: false });
        continue;
      }
      const card = await this.#deps.store.keepCard(claimed, this.#leaseMs);
      if (card === undefined) {
        this.#countCard('leaseLost');
        continue;
      }
      const key = JSON.stringify([card.personId, card.meetingId]);
      // The meeting was changed since it was looked at.
      if (card.wanted !== claimed.wanted) views.delete(key);
      const looking = views.get(key) ?? this.#deps.host.look(card, this.#stopping.signal);
      views.set(key, looking);
      await this.#showCard(card, looking);
    }
  }

  async #showCard(card: CardUpdate, looking: Promise<View | undefined>): Promise<void> {
    const { store, host, log } = this.#deps;
    let view: View | undefined;
    try {
      view = await looking;
    } catch (error) {
      await this.#putOffCard(card, { error, delayMs: lookAgainMs, counts: false });
      return;
    }
    if (view === undefined) {
      this.#countCard('unknownMeeting');
      await store.dropCard(card);
      return;
    }
    try {
      const outcome = await host.show(card, view);
      this.#countCard(outcome);
      if (outcome === 'shown') await store.cardShown(card);
      else if (outcome === 'dead') await store.parkCard(card);
      else {
        log.info('card.gone', { meetingId: card.meetingId });
        await host.forget(card);
        await store.dropCard(card);
      }
    } catch (error) {
      await this.#putOffCard(card, { error, ...restAfter(error, card.attempts) });
    }
  }

  async #putOffCard(card: CardUpdate, { error, ...how }: PutOff & { readonly error: unknown }): Promise<void> {
    const { store, log } = this.#deps;
    const { meetingId, attempts } = card;
    if (this.#isStopping()) {
      await store.putOffCard(card, { delayMs: 0, counts: false });
      return;
    }
    if ((how.counts && attempts + 1 >= mostTries) || card.ageMs > patienceMs) {
      log.warn('card.givenUp', { meetingId, attempts: attempts + 1, error: String(error) });
      this.#countCard('failed');
      await store.dropCard(card);
      return;
    }
    if (!(error instanceof PacedError))
      log.info('card.later', { meetingId, delayMs: how.delayMs, error: String(error) });
    this.#countCard(error instanceof PacedError ? 'paced' : 'later');
    await store.putOffCard(card, how);
  }

  async #sayLines(claimed: readonly Line[]): Promise<void> {
    const { store, host, log } = this.#deps;
    if (!host.hasWords(claimed)) {
      await store.endLines(claimed);
      return;
    }
    if (this.#isStopping()) {
      await store.putOffLines(claimed, { delayMs: 0, counts: false });
      return;
    }
    const lines = await store.aboutToSay(claimed);
    if (lines.length === 0) return;
    try {
      await host.say(lines);
      this.#countLine('said');
      await store.endLines(lines);
    } catch (error) {
      const attempts = Math.max(...lines.map((line) => line.attempts));
      const how = restAfter(error, attempts);
      const wasRefused = error instanceof PacedError || error instanceof PostRefusedError;
      if (wasRefused && !(how.counts && attempts + 1 >= mostTries)) {
        this.#countLine(error instanceof PacedError ? 'paced' : 'later');
        await store.putOffLines(lines, how);
        return;
      }
      // It may have been said: one that is missing does less harm than one that is there twice.
      log.warn('line.notSaid', { error: String(error) });
      this.#countLine(wasRefused ? 'failed' : error instanceof PostImpossibleError ? 'dead' : 'unknown');
      await store.endLines(lines);
    }
  }

  #countCard(outcome: string): void {
    this.#metrics.count('confer_card_updates_total', { outcome });
  }

  #countLine(outcome: string): void {
    this.#metrics.count('confer_announcements_total', { outcome });
  }
}

/** What was held back here does not count as a try; what the chat service refuses waits as long as it says, at most a minute. */
function restAfter(error: unknown, attempts: number): PutOff {
  if (error instanceof PacedError) return { delayMs: error.delayMs, counts: false };
  const backoffMs = Math.min(500 * 2 ** attempts, longestDelayMs) * (0.5 + Math.random() / 2);
  const askedMs = error instanceof PostRefusedError ? error.delayMs : 0;
  return { delayMs: Math.min(Math.max(askedMs, backoffMs), longestDelayMs), counts: true };
}
