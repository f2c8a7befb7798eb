import { UcwaProtocolError, UcwaProxyAnswerError, UcwaResponseError, UcwaTransportError } from './errors';
import type { UcwaClock } from './options';

/** How often a command is tried in all. */
export const maxAttempts = 3;

/** A server that asks for a longer pause than this is not waited for: its error is thrown, with `retryAfterMs`. */
const longestRetryAfterMs = 30_000;

const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether a repeated GET, PUT with If-Match or DELETE may fare better. Source: Skype/UCWA/GenericSynchronousErrors.md. */
export function isTransient(error: unknown): boolean {
  if (error instanceof UcwaTransportError) return error.kind !== 'tls' && error.kind !== 'too-large';
  if (!(error instanceof UcwaResponseError)) return false;
  if (hasSubcode(error, 'InvalidExchangeServerVersion')) return false;
  if (error.status === 409) return hasSubcode(error, 'None') || hasSubcode(error, 'AnotherOperationPending');
  return transientStatuses.has(error.status ?? 0);
}

/** Whether a failed POST certainly did nothing and may be sent again: it never left, or the server was too busy to look. */
export function isSafeToRepeat(error: unknown): boolean {
  if (error instanceof UcwaTransportError) return !error.ambiguous && error.kind !== 'tls';
  return error instanceof UcwaResponseError && error.status === 429;
}

/** Whether a failed POST may have been executed all the same: a proxy can answer 503 after the effect. */
export function isAmbiguous(error: unknown): boolean {
  if (error instanceof UcwaTransportError) return error.ambiguous;
  if (error instanceof UcwaProtocolError) return true;
  if (error instanceof UcwaProxyAnswerError && (error.status ?? 0) < 400) return true;
  if (!(error instanceof UcwaResponseError) || hasSubcode(error, 'InvalidExchangeServerVersion')) return false;
  return error.status !== 429 && transientStatuses.has(error.status ?? 0);
}

/** Compares subcodes as the protocol wants it: without regard to case. */
export function hasSubcode(error: unknown, subcode: string): boolean {
  return error instanceof UcwaResponseError && error.subcode?.toLowerCase() === subcode.toLowerCase();
}

/** Whether the server says that something is not there any more. A pool that is failing over (410 too) does not say so. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof UcwaResponseError)) return false;
  return error.status === 404 || (error.status === 410 && !hasSubcode(error, 'CannotRedirect'));
}

/** What `withRetries` needs to know. */
export interface RetryRules {
  readonly clock: UcwaClock;
  readonly mayRepeat: (error: unknown) => boolean;
  readonly onRetry?: (attempt: number, delayMs: number, error: unknown) => void;
}

/**
 * Tries `work` up to three times with full jitter between; `Retry-After` wins over the jitter.
 *
 * @throws the last error, or the signal's reason.
 */
export async function withRetries<T>(
  rules: RetryRules,
  work: (attempt: number) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      signal.throwIfAborted();
      const delayMs = retryDelayMs(error, attempt);
      if (attempt >= maxAttempts || delayMs === undefined || !rules.mayRepeat(error)) throw error;
      rules.onRetry?.(attempt, delayMs, error);
      await rules.clock.sleep(delayMs, signal);
    }
  }
}

/** Exponential with full jitter: between nothing and `baseMs` doubled per attempt, at most `capMs`. */
export function jitterMs(attempt: number, baseMs: number, capMs: number): number {
  return Math.round(Math.random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}

function retryDelayMs(error: unknown, attempt: number): number | undefined {
  const asked = error instanceof UcwaResponseError ? error.retryAfterMs : undefined;
  if (asked === undefined) return jitterMs(attempt, 500, 8_000);
  return asked <= longestRetryAfterMs ? asked : undefined;
}
