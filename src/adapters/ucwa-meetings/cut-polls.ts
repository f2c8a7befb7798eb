import type { Logger } from '../../shared/logger';

/** A server answers a held request after 180 seconds at the latest; what ends before was ended by somebody in between. */
const heldMs = 175_000;

/** What breaks off sooner has another reason than that nothing happened. */
const soonMs = 5_000;

/** So many in a row are no accident. */
const isPattern = 3;

/**
 * Notices that something between Confer and the server cuts held requests off while they are idle, and warns once, until
 * one is answered. Nothing is lost by it, but every cut is a moment in which nobody listens.
 */
export class CutPolls {
  readonly #log: Logger;
  #inARow = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A held request was answered by the server itself. */
  answered(): void {
    this.#inARow = 0;
  }

  /** A held request ended otherwise: its connection broke, or a proxy answered. */
  ended(elapsedMs: number): void {
    if (elapsedMs < soonMs || elapsedMs > heldMs) return;
    this.#inARow += 1;
    if (this.#inARow === isPattern) this.#log.warn('ucwa.pollsCut', { elapsedMs, attempts: this.#inARow });
  }
}
