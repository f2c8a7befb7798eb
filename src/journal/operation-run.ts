import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import type { Pace } from '../shared/pace';

import { LeaseLostError, NotYetError, PostImpossibleError, PostRefusedError, ProcessesEndedError } from './errors';
import type { Operation, OperationChanges } from './operation';
import { markerOf } from './operation-id';
import type { Content, OperationHost, OperationStore } from './ports';

/** Time, so that tests own it. `sleep` rejects with the signal's reason when it aborts. */
export interface JournalClock {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What a run is made of. */
export interface OperationRunDeps {
  readonly store: OperationStore;
  readonly host: OperationHost;
  readonly clock: JournalClock;
  readonly pace: Pace;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/** An operation that takes longer than this shows that it is under way. */
const quickMs = 1500;

/** An operation that fails this often is given up. */
const mostAttempts = 5;

/** What came of it is told for longer, about a quarter of an hour: a message that is not told the end of it would lie. */
const mostTellings = 20;

/** Fewer when each may be there all the same: people would see one copy after the other. */
const mostOpenTellings = 10;

const longestRestMs = 60_000;

/** Takes one claimed operation as far as it goes, and gives it back. Never throws. */
export class OperationRun {
  readonly #deps: OperationRunDeps;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  #operation: Operation;

  constructor(deps: OperationRunDeps, operation: Operation) {
    this.#deps = deps;
    this.#operation = operation;
    this.#metrics = deps.metrics ?? noMetrics;
    this.#log = deps.log.child({ operation: operation.id, kind: operation.kind });
  }

  /** @param onAnswered - called as soon as it is known and durable what to say. */
  async run(onAnswered: (operation: Operation) => void, signal: AbortSignal): Promise<void> {
    const { vanished } = this.#operation;
    try {
      if (vanished >= this.#deps.pace.mostVanished) {
        await this.#giveUp(new ProcessesEndedError(vanished));
        return;
      }
      const isFresh = this.#operation.step === 'accepted';
      const isSilent = isFresh && (await this.#perform(signal));
      onAnswered(this.#operation);
      // A process that ends here has told nobody: the next one posts the answer.
      const isHeard = isFresh && !isSilent && (await this.#deps.host.isHeard(this.#operation, signal));
      if (!isSilent && !isHeard) await this.#show(signal);
      await this.#deps.host.follow(this.#operation, signal);
      await this.#save({ step: 'ended' });
      this.#log.info('operation.ended', { attempts: this.#operation.attempts });
      await this.#countEnd('done');
    } catch (error) {
      await this.#giveBack(error, signal).catch((failure: unknown) => {
        this.#log.warn('operation.notGivenBack', { error: String(failure) });
      });
    }
  }

  /** @returns whether there is nothing to post. */
  async #perform(signal: AbortSignal): Promise<boolean> {
    const { host, clock, pace } = this.#deps;
    if (this.#operation.isToStop) {
      await this.#save({ step: 'answered', answer: host.farewellTo(this.#operation), attempts: 0 });
      return false;
    }
    const work = host.perform(this.#operation, await this.#guard(), signal);
    const isQuick = await settlesWithin(work, quickMs, clock);
    if (!isQuick) await this.#tellUnderWay(signal);
    if (!isQuick && !(await settlesWithin(work, pace.tellLateMs - quickMs, clock))) {
      await this.#tellTrying({ kind: 'trying', why: 'slow', until: host.triesUntil(this.#operation) }, signal);
    }
    const { answer, replaces, isSilent = false } = await work;
    const place = this.#operation.cardActivityId ?? replaces;
    await this.#save({
      step: 'answered',
      answer,
      attempts: 0,
      ...(place === undefined ? {} : { cardActivityId: place }),
    });
    return isSilent;
  }

  async #tellUnderWay(signal: AbortSignal): Promise<void> {
    const { cardActivityId, cardSentAt } = this.#operation;
    if (cardActivityId !== undefined || cardSentAt !== undefined) return;
    // What is under way goes on whether or not people can be told.
    await this.#post({ kind: 'underWay' }, signal).catch((error: unknown) => {
      this.#log.warn('placeholder.failed', { error: String(error) });
    });
  }

  /** Tells once until when it is tried. */
  async #tellTrying(content: Content & { kind: 'trying' }, signal: AbortSignal): Promise<void> {
    const { cardActivityId, cardSentAt, tryingUntil } = this.#operation;
    // Where a message may be, none is put beside it; what is to be told can wait until that is known.
    const { until } = content;
    if (tryingUntil === until || (cardActivityId === undefined && cardSentAt !== undefined)) return;
    try {
      if (cardActivityId === undefined) await this.#post(content, signal);
      else await this.#update(content, signal);
      await this.#save({ tryingUntil: until });
    } catch (error) {
      this.#log.warn('placeholder.failed', { error: String(error) });
    }
  }

  /** Whoever asked for something that has to be tried again soon knows why it takes so long. */
  async #tellWhy(error: unknown, delayMs: number, signal: AbortSignal): Promise<void> {
    const { step, acceptedAt } = this.#operation;
    if (step !== 'accepted') return;
    const { store, pace } = this.#deps;
    if ((await store.now()) + delayMs - acceptedAt < pace.tellAwayMs) return;
    const { until, isSlow = false } = error instanceof NotYetError ? error : {};
    await (until === undefined
      ? this.#tellUnderWay(signal)
      : this.#tellTrying({ kind: 'trying', why: isSlow ? 'slow' : 'away', until }, signal));
  }

  async #guard(): Promise<CreationGuard> {
    const { id, meetingSentAt, acceptedAt } = this.#operation;
    const now = await this.#deps.store.now();
    const sentAgoMs = meetingSentAt === undefined ? undefined : now - meetingSentAt;
    const [afterMs] = this.#deps.pace.sweepAfterMs;
    const marker = markerOf(id);
    // What an earlier try sent may take effect after everybody has stopped waiting for it.
    const sweepFor = (keep: string | undefined): OperationChanges =>
      sentAgoMs === undefined ? {} : { sweep: { marker, keep, afterMs } };
    const isOpen = (): boolean => this.#operation.meetingSentAt !== undefined;
    return {
      marker,
      sentAgoMs,
      askedAgoMs: now - acceptedAt,
      get isOpen() {
        return isOpen();
      },
      aboutToSend: async () => this.#save({ meetingSent: true }),
      refused: async () => this.#save({ meetingSent: false, ...sweepFor(undefined) }),
      made: async (meetingId) => this.#save({ meetingId, ...sweepFor(meetingId) }),
    };
  }

  async #show(signal: AbortSignal): Promise<void> {
    const content: Content = { kind: 'answer', answer: this.#operation.answer };
    if (this.#operation.cardActivityId !== undefined) {
      if ((await this.#update(content, signal)) !== 'gone') return;
      await this.#save({ cardActivityId: undefined, cardSent: false });
    }
    const { cardSentAt } = this.#operation;
    if (cardSentAt !== undefined) {
      const waitedMs = (await this.#deps.store.now()) - cardSentAt;
      // The more copies there may be, the longer it is waited for somebody to see one.
      const copies = Math.min(4, Math.max(1, this.#operation.attempts));
      const receiptMs = this.#deps.pace.receiptMs * 2 ** (copies - 1);
      if (waitedMs < receiptMs) throw new NotYetError('A message may or may not be there', receiptMs - waitedMs);
    }
    await this.#post(content, signal);
  }

  /** Makes the message show this, unless a process that was frozen wants to: by then it shows what another one found out. */
  async #update(content: Content, signal: AbortSignal): Promise<'shown' | 'gone' | undefined> {
    const { store, host, pace } = this.#deps;
    await store.renew(this.#operation, pace.leaseMs);
    return this.#speak(async () => host.update(this.#operation, content, signal));
  }

  /** Posts the one message of the operation. That it is about to be sent is durable before it is. */
  async #post(content: Content, signal: AbortSignal): Promise<void> {
    await this.#save({ cardSent: true });
    const posted = await this.#speak(async () => this.#deps.host.post(this.#operation, content, signal));
    await this.#save({ cardSent: false, ...(posted === undefined ? {} : { cardActivityId: posted }) });
    if (posted === undefined || this.#operation.cardActivityId === posted) return;
    // Somebody's screen told of another one meanwhile: that one is the card.
    await this.#deps.host.remove(this.#operation, posted, signal).catch((error: unknown) => {
      this.#log.warn('duplicate.notRemoved', { error: String(error) });
    });
  }

  /** Says something. Where nothing can be said, nothing more can be done about it. */
  async #speak<Result>(say: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await say();
    } catch (error) {
      if (error instanceof PostRefusedError) {
        await this.#save({ cardSent: false });
        throw new NotYetError(error.message, error.delayMs);
      }
      if (!(error instanceof PostImpossibleError)) throw error;
      this.#log.info('operation.unheard', { reason: error.message });
      return undefined;
    }
  }

  async #giveBack(error: unknown, signal: AbortSignal): Promise<void> {
    const { store } = this.#deps;
    const { attempts } = this.#operation;
    if (error instanceof LeaseLostError) {
      this.#log.warn('operation.leaseLost');
      this.#countSetback('leaseLost');
    } else if (signal.aborted) {
      this.#countSetback('stopped');
      await store.release(this.#operation, { delayMs: 0, counts: false });
    } else if (error instanceof NotYetError) {
      this.#log.info('operation.rests', { reason: error.message, delayMs: error.delayMs });
      this.#countSetback('rested');
      await this.#tellWhy(error, error.delayMs, signal);
      await store.release(this.#operation, { delayMs: error.delayMs, counts: false });
    } else if (attempts < this.#mostTries()) {
      this.#log.warn('operation.failed', { error: String(error), attempt: attempts });
      this.#countSetback('failed');
      const delayMs = Math.min(1000 * 2 ** Math.max(0, attempts - 1), longestRestMs);
      await this.#tellWhy(error, delayMs, signal);
      await store.release(this.#operation, { delayMs, counts: true });
    } else {
      await this.#giveUp(error);
    }
  }

  #mostTries(): number {
    const { step, cardSentAt } = this.#operation;
    if (step === 'accepted') return mostAttempts;
    return cardSentAt === undefined ? mostTellings : mostOpenTellings;
  }

  async #giveUp(error: unknown): Promise<void> {
    const { store, host } = this.#deps;
    if (this.#operation.step === 'accepted') {
      this.#log.error('operation.givenUp', { error: String(error), stack: error instanceof Error ? error.stack : '' });
      this.#metrics.count('confer_operations_given_up_total', { kind: this.#operation.kind });
      await this.#save({ step: 'answered', attempts: 0, answer: host.apologyFor(this.#operation, error) });
      await store.release(this.#operation, { delayMs: 0, counts: true });
    } else {
      this.#log.error('operation.unanswered', { error: String(error) });
      await this.#save({ step: 'failed' });
      await this.#countEnd('unanswered');
    }
  }

  #countSetback(reason: string): void {
    this.#metrics.count('confer_operation_setbacks_total', { kind: this.#operation.kind, reason });
  }

  /** By the clock of the database, which may be gone again: then its age is unknown, and nothing else is wrong. */
  async #countEnd(outcome: string): Promise<void> {
    const { kind, acceptedAt } = this.#operation;
    this.#metrics.count('confer_operations_ended_total', { kind, outcome });
    const now = await this.#deps.store.now().catch(() => undefined);
    if (now !== undefined) this.#metrics.took('confer_operation_age_seconds', { kind }, now - acceptedAt);
  }

  async #save(changes: OperationChanges): Promise<void> {
    this.#operation = await this.#deps.store.save(this.#operation, changes);
  }
}

/** Whether the work is over, well or badly, within this time. */
async function settlesWithin(work: Promise<unknown>, ms: number, clock: JournalClock): Promise<boolean> {
  const over = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const late = clock.sleep(ms, over.signal).then(
    () => false,
    () => true,
  );
  const isQuick = await Promise.race([settled, late]);
  over.abort();
  return isQuick;
}
