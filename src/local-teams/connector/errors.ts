import { RequestError } from '../errors';

/**
 * The errors of the Teams connector, code and wording.
 *
 * Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations, "Status code responses".
 */
export const connectorErrors = {
  badSyntax: (message: string): RequestError => new RequestError(400, 'BadSyntax', message),
  badConversationId: (): RequestError => new RequestError(400, 'BadSyntax', 'Bad format of conversation ID'),
  notInRoster: (): RequestError =>
    new RequestError(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.'),
  notOwnMessage: (): RequestError =>
    new RequestError(403, 'Forbidden', 'A bot can change only messages that it has sent.'),
  badContinuationToken: (): RequestError =>
    new RequestError(403, 'BadArgument', 'Failed to decrypt members continuationToken.'),
  conversationNotFound: (): RequestError => new RequestError(404, 'ConversationNotFound', 'Conversation not found.'),
  activityNotFound: (): RequestError =>
    new RequestError(404, 'ActivityNotFoundInConversation', 'The activity is not in the conversation.'),
  memberNotFound: (): RequestError =>
    new RequestError(404, 'MemberNotFoundInConversation', 'The member is not part of the conversation roster.'),
  teamNotFound: (): RequestError => new RequestError(404, 'NotFound', 'Team not found.'),
  messageTooBig: (): RequestError => new RequestError(413, 'MessageSizeTooBig', 'Message size too large.'),
  notSimulated: (what: string): RequestError =>
    new RequestError(501, 'NotSimulated', `The local Teams does not simulate ${what}.`),
};
