import { type Activity, CardFactory, MessageFactory } from 'botbuilder';

import { type CardJson, plain } from '../cards';
import type { Reply } from '../commands';

/** Turns a reply into a message activity. Words are sent as plain text, so that nothing people typed acts as Markdown. */
export function toActivity(reply: Reply, locale: string): Partial<Activity> {
  if (reply.kind === 'text') return plainMessage(reply.text);
  const activity = MessageFactory.attachment(CardFactory.adaptiveCard(reply.render(locale)));
  return { ...activity, summary: plain(reply.summary, 500) };
}

/** A message whose text is shown exactly as it is. */
function plainMessage(words: string): Partial<Activity> {
  return { ...MessageFactory.text(words), textFormat: 'plain' };
}

/** The card that a message shows; undefined when it has words only. */
export function cardIn({ attachments }: Partial<Activity>): CardJson | undefined {
  return attachments?.[0]?.content as CardJson | undefined;
}
