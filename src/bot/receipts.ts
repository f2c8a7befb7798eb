import type { Activity } from 'botbuilder';

import type { CardJson } from '../cards';

import type { CardAction } from './card-action';

/** The action Teams runs by itself when a card of an operation comes onto the screen of whoever asked. */
const verb = 'operation.refresh';

/**
 * The message with a card that reports by itself that it is on somebody's screen, and as which activity: the only receipt
 * there is for a message whose posting was not answered. Words without a card cannot do that and stay as they are.
 *
 * Source: msteams-docs, universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards.md
 */
export function withReceipt(
  message: Partial<Activity>,
  { operationId, userId }: { operationId: string; userId: string },
): Partial<Activity> {
  const [attachment] = message.attachments ?? [];
  if (attachment === undefined) return message;
  const action = { type: 'Action.Execute', verb, data: { operation: operationId, verb } };
  const content = { ...(attachment.content as CardJson), refresh: { action, userIds: [userId] } };
  return { ...message, attachments: [{ ...attachment, content }] };
}

/** The operation a screen reports about; undefined when the action is another one. */
export function receiptIn(action: CardAction): string | undefined {
  const { operation } = action.data;
  return action.verb === verb && typeof operation === 'string' ? operation : undefined;
}
