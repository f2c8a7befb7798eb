import { PostImpossibleError, PostRefusedError } from '../journal/errors';

/** What the chat service says when it took nothing and may take it later. Source: msteams-docs, rate-limit.md. */
export const refusals: readonly unknown[] = [412, 429];

/** What it says when it will not take this, now or later. Source: msteams-docs, conversation-messages.md. */
const impossible: readonly unknown[] = [400, 401, 403, 404, 405, 413];

/** Failures before a request was sent. */
const neverSent: readonly unknown[] = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  // The authority gave no token to send it with.
  'connector.noToken',
];

const longestRestMs = 60_000;

/**
 * Tells whether a call to the chat service did nothing, for now or for good.
 *
 * @returns the error to throw in its place; the error itself when it is open whether the call had its effect.
 */
export function toPostError(error: unknown): unknown {
  const { statusCode, code } = factsOf(error);
  if (refusals.includes(statusCode)) return new PostRefusedError(String(statusCode), retryAfterMsOf(error));
  if (neverSent.includes(code)) return new PostRefusedError(String(code), 5000);
  if (impossible.includes(statusCode)) return new PostImpossibleError(String(statusCode));
  return error;
}

/** Whether a message is not there any more, or may not be changed. */
export function isGone(error: unknown): boolean {
  const { statusCode } = factsOf(error);
  return statusCode === 403 || statusCode === 404;
}

interface Facts {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
}

function factsOf(error: unknown): Facts {
  return error instanceof Error ? (error as Facts) : {};
}

function retryAfterMsOf(error: unknown): number {
  const { response } = factsOf(error);
  const asked = Number(response?.headers?.get?.('retry-after') ?? Number.NaN) * 1000;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1000), longestRestMs) : 3000;
}
