import { setTimeout as sleepFor } from 'node:timers/promises';

import { NotWrittenError } from '../journal/errors';

/** What came of writing something into the journal. */
export type Written = 'accepted' | 'known';

/** What is written, and how. */
export interface Writing {
  /** Writing twice must come to the same. @throws NotWrittenError when nothing was written, for certain. */
  readonly write: () => Promise<Written>;
  readonly onFailure: (error: unknown) => void;
  /** Rests between two tries in milliseconds, the last one before all later tries. */
  readonly restsMs: readonly number[];
}

/** Writes one thing into the journal, again and again, as long as the database is away. */
export class WritingDown {
  readonly #ending = new AbortController();
  readonly #over: Promise<void>;
  #isTrying = false;
  #wasOpen = false;
  #result: Written | undefined;

  /** @param signal - ends the trying, though not the try that is under way. */
  constructor(writing: Writing, signal: AbortSignal) {
    this.#over = this.#tryOn(writing, AbortSignal.any([signal, this.#ending.signal]));
  }

  /** Whether a try may have written it without saying so. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** Whether it is certain that nothing was written so far. */
  get isCertain(): boolean {
    return !this.#wasOpen && !this.#isTrying && this.#result === undefined;
  }

  /** @returns what came of it; undefined when nothing has after `ms`, or trying has ended. */
  async within(ms: number): Promise<Written | undefined> {
    const late = new AbortController();
    const over = this.#over.finally(() => {
      late.abort();
    });
    const waited = sleepFor(ms, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([over, waited]);
    return this.#result;
  }

  /** Tries no more. */
  end(): void {
    this.#ending.abort();
  }

  async #tryOn({ write, onFailure, restsMs }: Writing, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      this.#isTrying = true;
      try {
        this.#result = await write();
        return;
      } catch (error) {
        onFailure(error);
        if (!(error instanceof NotWrittenError)) this.#wasOpen = true;
      } finally {
        this.#isTrying = false;
      }
      const restMs = restsMs[Math.min(attempt, restsMs.length - 1)];
      await sleepFor(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
