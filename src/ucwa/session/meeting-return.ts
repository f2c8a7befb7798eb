import { UcwaNotEnabledError, UcwaNotFoundError } from '../errors';
import { hrefKey } from '../href';
import { embeddedOf, linkOf, linksOf } from '../resources/resource';

import type { Application } from './application';
import type { Conversation } from './conversation-view';
import { isInLobby, MeetingInProgress, readOnlineMeeting } from './joined-meeting';

/** Which meeting, and what whoever gets it needs. */
export interface EnteredMeeting {
  readonly threadId: string;
  /** How long events are waited for after a POST inside the meeting with an open outcome, in milliseconds. */
  readonly lookMs: number;
  readonly onLeft: (meeting: MeetingInProgress) => void;
}

/**
 * The meeting that this application has entered with this `threadId`, with everybody who is in it: an application belongs
 * to an endpointId and not to a process. One it is just coming into is waited for.
 *
 * @returns `undefined` when the application is in no such meeting.
 * @throws UcwaNotEnabledError when the server does not say what it is in.
 */
export async function findEntered(
  application: Application,
  { threadId, lookMs, onLeft }: EnteredMeeting,
  signal: AbortSignal,
): Promise<MeetingInProgress | undefined> {
  application.assertListening();
  const conversation = await findConversation(application, threadId, signal);
  if (conversation === undefined) return undefined;
  conversation.isKept = true;
  const isThere = await application.changes.until(() => presence(conversation), signal);
  if (isThere === 'ended') return undefined;
  const onlineMeeting = await readOnlineMeeting(application, conversation, signal);
  // What happened before we listened was told to somebody else.
  if (!isInLobby(conversation)) await application.reader.readList(conversation, 'participants', signal);
  const operation = { id: threadId, seen: true, needsReading: false };
  const meeting: MeetingInProgress = new MeetingInProgress(application, {
    operation: isInLobby(conversation) ? operation : { ...operation, outcome: { kind: 'success' } },
    conversation,
    onlineMeeting,
    lookMs,
    onLeft: () => {
      onLeft(meeting);
    },
  });
  return meeting;
}

async function findConversation(
  application: Application,
  threadId: string,
  signal: AbortSignal,
): Promise<Conversation | undefined> {
  for (const key of await conversationKeys(application, signal)) {
    const conversation = application.conversations.at(key);
    if (conversation.ended !== undefined) continue;
    try {
      if (conversation.content.threadId === undefined) await application.reader.readItself(conversation, signal);
    } catch (error) {
      if (error instanceof UcwaNotFoundError) continue; // it ended meanwhile
      throw error;
    }
    if (conversation.content.threadId?.toLowerCase() === threadId.toLowerCase()) return conversation;
  }
  return undefined;
}

/** Source: Skype/UCWA/conversations_ref.md. */
async function conversationKeys(application: Application, signal: AbortSignal): Promise<readonly string[]> {
  const url = await application.link('communication', 'conversations', signal);
  if (url === undefined) throw new UcwaNotEnabledError('conversations', 'The server offers no list of conversations');
  const { body, url: base } = await application.channel.get(url, signal);
  const selves = embeddedOf(body, 'conversation').flatMap((embedded) => linkOf(embedded, 'self') ?? []);
  return [...new Set([...linksOf(body, 'conversation'), ...selves].map(({ href }) => hrefKey(href, base)))];
}

function presence(conversation: Conversation): 'inside' | 'ended' | undefined {
  if (conversation.ended !== undefined) return 'ended';
  return conversation.content.state === 'Conferenced' || isInLobby(conversation) ? 'inside' : undefined;
}
