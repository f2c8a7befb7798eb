import { type Activity, type ConversationReference, TurnContext } from 'botbuilder';

/**
 * Where something can be said later, as it is kept: nothing of the message itself, and of people only whose personal chat
 * it is. Where several write, it is nothing of the conversation's who did last.
 */
export function lastingAddressOf(activity: Partial<Activity>): Partial<ConversationReference> {
  const { conversation, bot, channelId, locale, serviceUrl, user } = TurnContext.getConversationReference(activity);
  const address = { conversation, bot, channelId, locale, serviceUrl } as Partial<ConversationReference>;
  if (user === undefined || conversation?.conversationType !== 'personal') return address;
  return { ...address, user: { ...user, name: '' } };
}
