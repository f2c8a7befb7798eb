import { type HttpAnswer, isSuccess, toResponseError } from '../answer';
import { UcwaError } from '../errors';
import { verdictOn } from '../outcome';
import type { Try } from '../retry';

import type { Application } from './application';
import { type Fetched, toFetched } from './command-channel';

/** Requests in one batch. More outstanding ones of one user are refused. Source: Skype/UCWA/BatchingRequests.md. */
const largestBatch = 100;

/** How many are read at once where there are no batches. */
const parallelReads = 4;

/**
 * Reads many resources: in batches where the server offers them, otherwise one by one. What is gone is left out; the
 * others come in the order of `urls`. A part of a batch that failed is read once more alone.
 *
 * @throws UcwaNotFoundError when what is gone is the application.
 */
export async function readMany(
  application: Application,
  urls: readonly URL[],
  signal: AbortSignal,
): Promise<readonly Fetched[]> {
  const reading = new Reading(application, urls);
  await reading.inBatches(signal);
  await reading.singly(signal);
  return reading.found;
}

/** A batch that was answered, or not. */
type BatchTry =
  | { readonly urls: readonly URL[]; readonly answers: readonly (HttpAnswer | undefined)[] }
  | { readonly error: unknown };

/** One reading of many resources, with what is known of each of them so far. */
class Reading {
  readonly #application: Application;
  readonly #urls: readonly URL[];
  readonly #results = new Map<URL, Fetched | 'gone'>();
  #alive: Promise<boolean> | undefined;

  constructor(application: Application, urls: readonly URL[]) {
    this.#application = application;
    this.#urls = urls;
  }

  get found(): readonly Fetched[] {
    return this.#urls.flatMap((url) => {
      const result = this.#results.get(url);
      return result === undefined || result === 'gone' ? [] : [result];
    });
  }

  /** Reads what can be read in batches; the rest is left to `singly`. */
  async inBatches(signal: AbortSignal): Promise<void> {
    const { batches, batchUrl } = this.#application;
    if (this.#urls.length < 2 || batchUrl === undefined || batches.areBarred) return;
    const leave = await batches.lane.enter(signal, () => undefined);
    try {
      let size = largestBatch;
      for (let from = 0; from < this.#urls.length && size > 0;) {
        const next = await this.#nextBatch(batchUrl, { from, size }, signal);
        from += next.read;
        size = next.size;
      }
    } finally {
      leave();
    }
  }

  /** Reads what is left, a few at a time. */
  async singly(signal: AbortSignal): Promise<void> {
    const queue = this.#urls.filter((url) => !this.#results.has(url));
    const readNext = async (): Promise<void> => {
      for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
        const reading = this.#application.channel.get(url, signal);
        this.#results.set(url, await reading.catch(async (error: unknown) => this.#goneAfter(error, signal)));
      }
    };
    try {
      await Promise.all(Array.from({ length: parallelReads }, readNext));
    } finally {
      queue.length = 0; // after the first failure nobody begins another
    }
  }

  /** @returns how many were read, and how many to ask for next; 0 when further batches are of no use. */
  async #nextBatch(
    batchUrl: URL,
    { from, size }: { readonly from: number; readonly size: number },
    signal: AbortSignal,
  ): Promise<{ readonly read: number; readonly size: number }> {
    const { channel } = this.#application;
    let fitting = size;
    const readOnce = async (tried: Try): Promise<BatchTry> => {
      const urls = this.#urls.slice(from, from + fitting);
      try {
        return { urls, answers: await channel.getBatchOnce(batchUrl, { urls, tried }, signal) };
      } catch (error) {
        signal.throwIfAborted();
        if (verdictOn(error).batch !== 'halve') return { error };
        fitting = Math.max(1, Math.floor(urls.length / 2));
        throw error;
      }
    };
    const tried = await channel.repeat({ method: 'POST', url: batchUrl }, readOnce, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return { error };
    });
    if ('error' in tried) return { read: 0, size: this.#sizeAfter(tried.error, { size, fitting }) };
    await this.#take(tried.urls, tried.answers, signal);
    return { read: tried.urls.length, size: fitting };
  }

  /** @throws what no other way of reading can help. */
  #sizeAfter(error: unknown, { size, fitting }: { readonly size: number; readonly fitting: number }): number {
    const { batch, repeatable } = verdictOn(error);
    if (batch === 'fail') throw error;
    const wasRefused = repeatable === 'refused';
    if (batch === 'halve') return wasRefused && size > 1 ? fitting : 0;
    if (wasRefused) this.#application.batches.bar();
    return 0;
  }

  async #take(urls: readonly URL[], answers: readonly (HttpAnswer | undefined)[], signal: AbortSignal): Promise<void> {
    for (const [index, url] of urls.entries()) {
      const answer = answers[index];
      const result = answer === undefined ? undefined : await this.#resultOf(answer, signal);
      if (result !== undefined) this.#results.set(url, result);
    }
  }

  /** `undefined` for a part that is better read alone. */
  async #resultOf(answer: HttpAnswer, signal: AbortSignal): Promise<Fetched | 'gone' | undefined> {
    try {
      if (isSuccess(answer)) return toFetched(answer);
    } catch (error) {
      if (error instanceof UcwaError) return undefined;
      throw error;
    }
    const error = toResponseError(answer);
    return verdictOn(error).gone === true ? this.#goneAfter(error, signal) : undefined;
  }

  /**
   * Deleted between the listing and the reading: not there, then. The code for it may be the one of a lost application,
   * so that this is asked, once. @throws the error when it says anything else.
   */
  async #goneAfter(error: unknown, signal: AbortSignal): Promise<'gone'> {
    signal.throwIfAborted();
    const { gone, application } = verdictOn(error);
    const mayBeLost = application !== undefined;
    if (gone !== true || (mayBeLost && application !== 'ask')) throw error;
    if (mayBeLost && !(await (this.#alive ??= this.#application.isAlive(signal)))) throw error;
    return 'gone';
  }
}
