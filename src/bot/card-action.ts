import { type Activity, type InvokeResponse } from 'botbuilder';

import type { CardJson } from '../cards';
import type { ActionData } from '../commands';
import { MeetingProblem } from '../meetings/errors';
import { defineTexts } from '../shared/texts';

/** A pressed button: its verb, and its data together with the inputs of the card. */
export interface CardAction {
  readonly verb: string;
  readonly data: ActionData;
}

/** What a click is told when its answer is a message of its own. */
export const clickTexts = defineTexts({
  en: {
    postedBelow: 'Here you are: see the new message.',
    signInBelow: 'Please sign in first: see the new message. Then I carry on by myself.',
  },
});

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

/** The same button of the same card pressed twice at once by the same person is one click. */
export function clickKey({ conversation, replyToId, from }: Activity, action: CardAction): string {
  return JSON.stringify([conversation.id, replyToId, from.id, action]);
}

/** Whether an invoke is part of a sign-in, and no pressed button. */
export function isSignIn({ name }: Partial<Activity>): boolean {
  const asked: unknown = name;
  return typeof asked === 'string' && asked.startsWith('signin/');
}

/** The cancelled meeting whose card still had the button that failed; undefined when it failed for another reason. */
export function cancelledMeetingOf(error: unknown, action: CardAction | undefined): string | undefined {
  const meetingId = action?.data.meetingId;
  if (!(error instanceof MeetingProblem) || error.code !== 'meeting.cancelled') return undefined;
  return typeof meetingId === 'string' ? meetingId : undefined;
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
