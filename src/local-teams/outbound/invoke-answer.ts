import { isObject, type JsonObject, numberAt, textAt } from '../json';

import { type BotAnswer } from './bot-client';

/** What a click on an Action.Execute button leads to. */
export type ExecuteOutcome =
  | { readonly kind: 'card'; readonly card: JsonObject }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'error'; readonly detail: string };

/**
 * Reads the bot's answer to an `adaptiveCard/action` invoke.
 *
 * Source: learn.microsoft.com, Universal Actions for Adaptive Cards, "Response format".
 */
export function readInvokeAnswer(answer: BotAnswer): ExecuteOutcome {
  if (answer.kind === 'failed') return { kind: 'error', detail: answer.reason };
  if (answer.status >= 400) return { kind: 'error', detail: `The bot answered with status ${String(answer.status)}.` };
  const statusCode = numberAt(answer.body, 'statusCode') ?? answer.status;
  const type = textAt(answer.body, 'type');
  const value = isObject(answer.body) ? answer.body.value : undefined;
  if (statusCode >= 400) return { kind: 'error', detail: errorDetail(statusCode, value) };
  if (type === 'application/vnd.microsoft.card.adaptive' && isObject(value)) return { kind: 'card', card: value };
  if (type === 'application/vnd.microsoft.activity.message' && typeof value === 'string') {
    return { kind: 'message', text: value };
  }
  return { kind: 'error', detail: 'The bot’s answer holds neither a card nor a message.' };
}

function errorDetail(statusCode: number, value: unknown): string {
  const message = textAt(value, 'message');
  if (message !== undefined) return message;
  if (statusCode === 401 || statusCode === 412) return 'The bot asks to sign in, which the local Teams cannot do yet.';
  return `The bot answered with status ${String(statusCode)}.`;
}
