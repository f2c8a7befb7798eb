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
 * The one place where requests are repeated: up to three tries, with full jitter between; `Retry-After` wins over the
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
      const delayMs = mayRepeat(error, rules.methodClass) ? retryDelayMs(error, attempt) : undefined;
      if (attempt >= maxAttempts || delayMs === undefined || delayMs >= timeLeftMs(signal)) throw error;
      if (!rules.budget.spend()) throw error;
      tell(rules, { id, attempt }, { delayMs, error });
      await rules.clock.sleep(delayMs, signal);
    }
  }
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
  { hooks, request }: RetryRules,
  tried: Try,
  { delayMs, error }: { readonly delayMs: number; readonly error: unknown },
): void {
  const reason = error instanceof UcwaError ? error.code : 'unknown';
  hooks.onRetry?.({ ...tried, method: request.method, url: loggable(request.url), delayMs, reason });
}
