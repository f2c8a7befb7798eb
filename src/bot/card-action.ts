import { type Activity, type InvokeResponse } from 'botbuilder';

import type { CardJson } from '../cards';
import type { ActionData } from '../commands';

/** A pressed button: its verb, and its data together with the inputs of the card. */
export interface CardAction {
  readonly verb: string;
  readonly data: ActionData;
}

const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';
const MESSAGE_TYPE = 'application/vnd.microsoft.activity.message';

/**
 * Reads a pressed button out of an activity: `Action.Execute` arrives as an invoke, `Action.Submit` as a message.
 *
 * Undefined when the activity is no pressed button.
 */
export function cardActionOf(activity: Partial<Activity>): CardAction | undefined {
  const value: unknown = activity.value;
  if (!isRecord(value)) return undefined;
  const { action } = value;
  if (activity.type === 'invoke') {
    if (!isRecord(action) || typeof action.verb !== 'string') return undefined;
    return { verb: action.verb, data: isRecord(action.data) ? action.data : {} };
  }
  return typeof value.verb === 'string' ? { verb: value.verb, data: value } : undefined;
}

/** The answer that puts `card` in the place of the clicked one. */
export function invokeCard(card: CardJson): InvokeResponse {
  return { status: 200, body: { statusCode: 200, type: CARD_TYPE, value: card } };
}

/** The answer that leaves the card and shows words beside it. */
export function invokeMessage(words: string): InvokeResponse {
  return { status: 200, body: { statusCode: 200, type: MESSAGE_TYPE, value: words } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
