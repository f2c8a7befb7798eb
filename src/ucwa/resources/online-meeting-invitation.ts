import { hrefKey } from '../href';
import { type JsonObject, readText } from '../json';

import { linkOf } from './resource';

/**
 * The operation behind start and join, or behind asking somebody in.
 * Source: Skype/UCWA/onlineMeetingInvitation_ref.md, participantInvitation_ref.md.
 */
export interface OnlineMeetingInvitation {
  readonly operationId?: string;
  /** `Connecting`, `Connected`, `Failed`, … */
  readonly state?: string;
  readonly direction?: string;
  readonly onlineMeetingUri?: string;
  readonly conversationKey?: string;
  /** Absolute URL; there as long as the operation can be taken back. */
  readonly cancelHref?: string;
}

/** Reads an invitation; all of it is optional. */
export function decodeInvitation(raw: JsonObject, base: URL): OnlineMeetingInvitation {
  const operationId = readText(raw, 'operationId');
  const state = readText(raw, 'state');
  const direction = readText(raw, 'direction');
  const onlineMeetingUri = readText(raw, 'onlineMeetingUri');
  const conversation = linkOf(raw, 'conversation');
  const cancel = linkOf(raw, 'cancel');
  return {
    ...(operationId === undefined ? {} : { operationId }),
    ...(state === undefined ? {} : { state }),
    ...(direction === undefined ? {} : { direction }),
    ...(onlineMeetingUri === undefined ? {} : { onlineMeetingUri }),
    ...(conversation === undefined ? {} : { conversationKey: hrefKey(conversation.href, base) }),
    ...(cancel === undefined ? {} : { cancelHref: hrefKey(cancel.href, base) }),
  };
}

/** What the state alone says about the end of the operation. */
export function outcomeOf(state: string | undefined): 'success' | 'failure' | undefined {
  if (state === 'Connected') return 'success';
  return state === 'Failed' || state === 'Declined' || state === 'Cancelled' ? 'failure' : undefined;
}
