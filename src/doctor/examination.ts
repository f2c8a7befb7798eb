import { explainFailure } from './advice';
import type { Finding, Line } from './finding';

/** What a check came to: one line for each finding, and what later checks build on when they may go on. */
export interface Result<Value = undefined> {
  readonly findings: readonly Finding[];
  readonly value?: Value;
}

/** What an earlier check learned, or the name of the check that failed to. */
export type Known<Value> =
  { readonly kind: 'known'; readonly value: Value } | { readonly kind: 'unknown'; readonly because: string };

/** One check: looks at something, waits no longer than `signal` lets it. */
export type Check<Value> = (signal: AbortSignal) => Promise<Result<Value>>;

/** Collaborators of an examination. */
export interface ExaminationOptions {
  /** Longest time of one check, in milliseconds. */
  readonly limitMs: number;
  /** Called with every line as soon as it is known. */
  readonly onLine: (line: Line) => void;
  /** Aborts everything, e.g. at Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Runs checks one after the other and collects their lines.
 *
 * A check never throws: what goes wrong becomes its finding, and checks that build on it are reported as not checked.
 */
export class Examination {
  readonly lines: Line[] = [];
  readonly #options: ExaminationOptions;

  constructor(options: ExaminationOptions) {
    this.#options = options;
  }

  /** Runs a check that needs nothing but the machine. */
  async check<Value>(name: string, run: Check<Value>): Promise<Known<Value>> {
    const limit = AbortSignal.timeout(this.#options.limitMs);
    const signal = AbortSignal.any([limit, this.#options.signal]);
    try {
      const result = await until(run(signal), signal);
      this.#add(name, result.findings);
      if (result.value !== undefined) return { kind: 'known', value: result.value };
    } catch (error) {
      this.#options.signal.throwIfAborted();
      this.#add(name, [limit.aborted ? tooSlow(this.#options.limitMs) : explainFailure(error)]);
    }
    return { kind: 'unknown', because: name };
  }

  /** Runs a check that builds on what an earlier one learned. */
  async after<Earlier, Value>(
    earlier: Known<Earlier>,
    name: string,
    run: (earlier: Earlier, signal: AbortSignal) => Promise<Result<Value>>,
  ): Promise<Known<Value>> {
    if (earlier.kind === 'known') return this.check(name, async (signal) => run(earlier.value, signal));
    this.#add(name, [{ level: 'not checked', what: `because "${earlier.because}" failed` }]);
    return earlier;
  }

  #add(name: string, findings: readonly Finding[]): void {
    for (const finding of findings) {
      const line = { name, ...finding };
      this.lines.push(line);
      this.#options.onLine(line);
    }
  }
}

function tooSlow(limitMs: number): Finding {
  return {
    level: 'problem',
    what: `no result after ${String(limitMs / 1000)} seconds`,
    todo: 'Check the network and the firewall between this machine and the server, then run this again.',
  };
}

/** Name lookups and file access do not listen to a signal: waiting for them ends with it all the same. */
async function until<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
