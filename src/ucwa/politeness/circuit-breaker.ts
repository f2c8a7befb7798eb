import { UcwaCircuitOpenError } from '../errors';
import type { BreakerInfo } from '../options';
import type { Verdict } from '../outcome-table';

/** A server that asks for a longer pause than this gets this one, in milliseconds. */
const longestOpenMs = 300_000;

/** While one request tries the server, others are told to come back after so many milliseconds. */
const probingMs = 1_000;

/** The right to send one request; to be given back with what came of it. */
export interface Permit {
  readonly isProbe: boolean;
  /** Which closed period it belongs to: what was sent before the circuit opened says nothing afterwards. */
  readonly period: number;
}

/** What came of a request. */
export interface Finding {
  readonly health: Verdict['health'];
  /** Code of the failure. */
  readonly code?: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** What a breaker needs. */
export interface BreakerParts {
  readonly origin: string;
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long nothing is sent then, in milliseconds. */
  readonly openMs: number;
  readonly now: () => number;
  readonly tell: (info: BreakerInfo) => void;
}

type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly until: number; readonly finding: Finding }
  | { readonly kind: 'half-open'; readonly finding: Finding };

/**
 * Leaves a server alone that does not answer, or answers 503, many times in a row: requests then fail at once. After a
 * pause one single request tries it; its success lets all others through again.
 */
export class CircuitBreaker {
  readonly #parts: BreakerParts;
  #state: State = { kind: 'closed' };
  #failuresInARow = 0;
  #period = 0;

  constructor(parts: BreakerParts) {
    this.#parts = parts;
  }

  /** @throws UcwaCircuitOpenError when a request would be refused now; takes nothing. */
  assertMayPass(): void {
    const state = this.#state;
    const isDue = state.kind === 'open' && this.#parts.now() >= state.until;
    if (state.kind !== 'closed' && !isDue) throw this.#refusal(state);
  }

  /**
   * Lets a request pass. A P-GET is held too long to try a server with, so that it never does.
   *
   * @throws UcwaCircuitOpenError
   */
  admit(isPoll: boolean): Permit {
    const state = this.#state;
    if (state.kind === 'closed') return { isProbe: false, period: this.#period };
    this.assertMayPass();
    if (isPoll) throw this.#refusal(state);
    this.#state = { kind: 'half-open', finding: state.finding };
    this.#parts.tell({ origin: this.#parts.origin, state: 'half-open' });
    return { isProbe: true, period: this.#period };
  }

  /** Takes a permit back. */
  settle(permit: Permit, finding: Finding): void {
    if (permit.isProbe) this.#settleProbe(finding);
    else if (this.#state.kind === 'closed' && permit.period === this.#period) this.#count(finding);
  }

  #settleProbe(finding: Finding): void {
    if (this.#state.kind !== 'half-open') return;
    if (finding.health === 'down') {
      this.#open(finding);
    } else if (finding.health === 'up') {
      this.#state = { kind: 'closed' };
      this.#failuresInARow = 0;
      this.#parts.tell({ origin: this.#parts.origin, state: 'closed' });
    } else {
      // It was given up, and has shown nothing: the next one tries.
      this.#state = { kind: 'open', until: this.#parts.now(), finding: this.#state.finding };
    }
  }

  #count(finding: Finding): void {
    if (finding.health === 'up') this.#failuresInARow = 0;
    if (finding.health !== 'down') return;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= this.#parts.failures) this.#open(finding);
  }

  #open(finding: Finding): void {
    const { origin, openMs, now, tell } = this.#parts;
    const retryAfterMs = Math.max(openMs, Math.min(finding.retryAfterMs ?? 0, longestOpenMs));
    this.#state = { kind: 'open', until: now() + retryAfterMs, finding };
    this.#period += 1;
    tell({ origin, state: 'open', retryAfterMs, ...(finding.code === undefined ? {} : { reason: finding.code }) });
  }

  #refusal(state: Exclude<State, { kind: 'closed' }>): UcwaCircuitOpenError {
    const retryAfterMs = state.kind === 'half-open' ? probingMs : Math.max(0, state.until - this.#parts.now());
    const { code, status } = state.finding;
    return new UcwaCircuitOpenError(this.#parts.origin, { retryAfterMs, lastFailure: code ?? 'unknown', status });
  }
}
