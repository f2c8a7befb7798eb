import { type Message, type Person } from './model';

/** A message as one person sees it: with the attachments of that person's view, if there is one, and no views. */
export function seenBy({ id }: Person, { views, ...message }: Message): Message {
  return { ...message, attachments: views?.[id] ?? message.attachments };
}
