import { atMost } from './shared/at-most';
import type { Logger } from './shared/logger';

/** What the end of the process is made of. */
export interface ProcessEndDeps {
  /** Stops every part, those that take work first. Called once. */
  readonly stop: () => Promise<void>;
  /** Resolves when what was logged is out. */
  readonly flush: () => Promise<void>;
  readonly exit: (code: number) => void;
  /** Tells a person of a fault as long as there is no log. */
  readonly complain: (error: unknown) => void;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** The longest the end may take; default 19 s, so that whoever kills after 20 s need not. */
  readonly limitMs?: number;
}

/** What nobody caught. */
export type FaultKind = 'uncaughtException' | 'unhandledRejection';

const LIMIT_MS = 19_000;

/** Ctrl-C arrives twice when npm is between, from the terminal and from npm: within this time it is the same wish. */
const SAME_WISH_MS = 1000;

/** Something that fails all the time must not fill the log. */
const MOST_FAULTS_LOGGED = 20;

/**
 * How the process ends: once, in order, and in time. Whoever asks for it twice gets it at once. After a fault nobody knows
 * what state the program is in: it ends what is under way, and whoever started it starts it again.
 */
export class ProcessEnd {
  readonly #deps: ProcessEndDeps;
  /** Where faults are written; there is none before the settings are known. */
  log: Logger | undefined;
  #code = 0;
  #faults = 0;
  #beganAt: number | undefined;

  constructor(deps: ProcessEndDeps) {
    this.#deps = deps;
  }

  /** Somebody wants the process to end: exit code 0 when it ends well; for the second wish, 1 at once. */
  asked(): void {
    const isSecond = this.#beganAt !== undefined && this.#deps.now() - this.#beganAt > SAME_WISH_MS;
    if (isSecond) this.#deps.exit(1);
    else this.begin();
  }

  /** Something failed that nobody caught: exit code 1. */
  fault(kind: FaultKind, error: unknown): void {
    this.#code = 1;
    this.#faults += 1;
    if (this.#faults <= MOST_FAULTS_LOGGED) this.#write(kind, error);
    this.begin();
  }

  /** Ends the process, unless it is ending already. */
  begin(): void {
    if (this.#beganAt !== undefined) return;
    this.log?.info('stop.begun');
    this.#beganAt = this.#deps.now();
    void this.#end();
  }

  async #end(): Promise<void> {
    const { stop, flush, exit, limitMs = LIMIT_MS } = this.#deps;
    try {
      await atMost(limitMs, stop(), () => {
        this.#code = 1;
        this.log?.error('stop.cutShort', { ms: limitMs, part: 'process' });
      });
    } catch (error) {
      this.#code = 1;
      this.log?.error('stop.failed', { error: String(error), stack: stackOf(error) });
    }
    await flush();
    exit(this.#code);
  }

  #write(kind: FaultKind, error: unknown): void {
    const fields = { reason: kind, error: String(error), stack: stackOf(error) };
    if (this.log !== undefined) this.log.error('process.fault', fields);
    else this.#deps.complain(error);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : '';
}
