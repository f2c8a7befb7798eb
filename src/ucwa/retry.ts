import { UcwaError } from './errors';
import { loggable } from './href';
import type { UcwaClock, UcwaHooks } from './options';
import { mayRepeat, verdictOn } from './outcome';
import type { MethodClass } from './outcome-table';
import type { RetryBudget } from './politeness/retry-budget';
import { newRequestId } from './transport';
import { timeLeftMs } from './waiting';

/** How often a command is tried in all. */
export const maxAttempts = 3;

/** A server that asks for a longer pause than this is not waited for: its error is thrown, with `retryAfterMs`. */
const longestRetryAfterMs = 30_000;

/** One try: to be handed on to the transport, so that the hooks can tell what belongs together. */
export interface Try {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
}

/** What `withRetries` needs to know. */
export interface RetryRules {
  readonly clock: UcwaClock;
  readonly hooks: UcwaHooks;
  readonly budget: Pick<RetryBudget, 'spend'>;
  readonly request: { readonly method: string; readonly url: URL };
  readonly methodClass: MethodClass;
}

/**
 * How requests are repeated: up to three tries, with full jitter between; `Retry-After` wins over the
 * jitter. A wait that would outlast the time limit of the call, or a repetition for which the server's budget has nothing
 * left, is not begun.
 *
 * @throws the last error, or the signal's reason.
 */
export async function withRetries<T>(
  rules: RetryRules,
  work: (tried: Try) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const id = newRequestId();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work({ id, attempt });
    } catch (error) {
      signal.throwIfAborted();
      if (attempt >= maxAttempts || !mayRepeat(error, rules.methodClass)) throw error;
      if (!(await pauseAfter(rules, { tried: { id, attempt }, error }, signal))) throw error;
    }
  }
}

/** Waits until another try may be made; `false`, and at once, when there must be none. */
export async function pauseAfter(
  rules: Omit<RetryRules, 'methodClass'>,
  { tried, error }: { readonly tried: Try; readonly error: unknown },
  signal: AbortSignal,
): Promise<boolean> {
  const delayMs = retryDelayMs(error, tried.attempt);
  if (delayMs === undefined || delayMs >= timeLeftMs(signal) || !rules.budget.spend()) return false;
  tell(rules, tried, { delayMs, error });
  await rules.clock.sleep(delayMs, signal);
  return true;
}

/** Exponential with full jitter: between nothing and `baseMs` doubled per attempt, at most `capMs`. */
export function jitterMs(attempt: number, baseMs: number, capMs: number): number {
  return Math.round(Math.random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}

/** How long to wait before the next try; `undefined` when the server asks for more than anybody waits. */
function retryDelayMs(error: unknown, attempt: number): number | undefined {
  const asked = error instanceof UcwaError ? error.retryAfterMs : undefined;
  if (asked !== undefined && asked > longestRetryAfterMs) return undefined;
  if (asked !== undefined && asked > 0) return asked;
  const { pauseMs } = verdictOn(error);
  if (pauseMs === undefined) return jitterMs(attempt, 500, 8_000);
  return pauseMs * 2 ** (attempt - 1) + jitterMs(attempt, pauseMs, longestRetryAfterMs);
}

function tell(
  { hooks, request }: Pick<RetryRules, 'hooks' | 'request'>,
  tried: Try,
  { delayMs, error }: { readonly delayMs: number; readonly error: unknown },
): void {
  const reason = error instanceof UcwaError ? error.code : 'unknown';
  hooks.onRetry?.({ ...tried, method: request.method, url: loggable(request.url), delayMs, reason });
}
