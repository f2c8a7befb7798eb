import type { Activity } from 'botbuilder';

import type { Reply } from '../commands';

import { toActivity } from './reply-activity';

/** What came of an operation, as the journal keeps it until it was said. */
export type OperationAnswer =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'text';
      readonly activity: Partial<Activity>;
      /** The meeting is cancelled: the card that still had a button becomes what it should be. */
      readonly buries?: string | undefined;
    }
  | {
      readonly kind: 'card';
      readonly activity: Partial<Activity>;
      readonly shows: string | undefined;
      readonly passing: boolean;
      readonly asNewMessage: boolean;
      /** The meeting whose other cards have to follow. */
      readonly changed: string | undefined;
    };

/** Renders a reply for whoever asked. */
export function toAnswer(reply: Reply, locale: string): OperationAnswer {
  const activity = toActivity(reply, locale);
  if (reply.kind === 'text') return { kind: 'text', activity };
  const { shows, passing = false, asNewMessage = false } = reply;
  return {
    ...{ kind: 'card', activity, shows, passing, asNewMessage },
    changed: reply.changed?.meetingId,
  };
}
