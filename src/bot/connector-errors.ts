import { PostImpossibleError, PostRefusedError } from '../journal/errors';
import { PacedError } from '../posts/errors';

import { longestRestMs, retryAfterMs } from './retry-after';

/** What the chat service says when it took nothing and may take it later. Source: msteams-docs, rate-limit.md. */
export const refusals: readonly unknown[] = [412, 429];

/**
 * What it says when it will not take this, now or later; an address that redirects is none of Teams.
 * Source: msteams-docs, conversation-messages.md.
 */
const impossible: readonly unknown[] = [300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 413];

/** What it says where nothing can be said until somebody writes there again. Source: as above. */
const deadly: ReadonlyMap<number, readonly string[]> = new Map([
  [403, ['ConversationBlockedByUser', 'BotNotInConversationRoster', 'BotDisabledByAdmin', 'MessageWritesBlocked']],
  [404, ['ConversationNotFound']],
]);

/** Failures before a request was sent. */
const neverSent: readonly unknown[] = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  // The authority gave no token to send it with.
  'connector.noToken',
];

/** What was refused without a word about waiting is tried again after this. */
const usualRestMs = 3000;

/**
 * Tells whether a call to the chat service did nothing, for now or for good.
 *
 * @returns the error to throw in its place; the error itself when it is open whether the call had its effect.
 */
export function toPostError(error: unknown): unknown {
  if (error instanceof PacedError) return new PostRefusedError(error.message, error.delayMs);
  const { statusCode, code } = factsOf(error);
  if (refusals.includes(statusCode)) return new PostRefusedError(String(statusCode), restMsOf(error));
  if (isNeverSent(error)) return new PostRefusedError(String(code), 5000);
  if (impossible.includes(statusCode)) return new PostImpossibleError(String(statusCode));
  return error;
}

/** Whether a message is not there any more, or may not be changed. */
export function isGone(error: unknown): boolean {
  const { statusCode } = factsOf(error);
  return statusCode === 403 || statusCode === 404;
}

/** Whether nothing left this machine. */
export function isNeverSent(error: unknown): boolean {
  return neverSent.includes(factsOf(error).code);
}

/** Whether nothing can be said in a conversation until somebody writes there. */
export function isDeadly(status: number, code: string): boolean {
  return deadly.get(status)?.includes(code) === true;
}

/** Why nothing can be said in the conversation of a failed call; undefined when it failed for another reason. */
export function deathOf(error: unknown): string | undefined {
  const { statusCode, code } = factsOf(error);
  const isDead = typeof statusCode === 'number' && typeof code === 'string' && isDeadly(statusCode, code);
  return isDead ? code : undefined;
}

interface Facts {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
}

function factsOf(error: unknown): Facts {
  return error instanceof Error ? (error as Facts) : {};
}

function restMsOf(error: unknown): number {
  const askedMs = retryAfterMs(factsOf(error).response?.headers?.get?.('retry-after'), Date.now());
  return Math.min(askedMs ?? usualRestMs, longestRestMs);
}
