/** The scripting API's JSON, as the page uses it. */
export interface Person {
  key: string;
  id: string;
  name: string;
  givenName: string;
  jobTitle: string;
  timezone: string;
  locale: string;
}

/** Somebody who writes. */
export interface Sender {
  id: string;
  name: string;
  role: 'user' | 'bot';
}

/** An attachment as the wire has it. */
export interface Attachment {
  contentType: string;
  content?: unknown;
  name?: string;
}

/** A message as the server keeps it. */
export interface Message {
  id: string;
  threadId?: string;
  from: Sender;
  createdAt: string;
  editedAt?: string;
  deleted?: boolean;
  text: string;
  textFormat: 'plain' | 'markdown' | 'xml';
  attachments: Attachment[];
  mentions: { id: string; name: string; text: string }[];
  quote?: { id: string; fromName: string; preview: string };
  deliveryFailure?: string;
  /** By Teams id of a person: what that person sees in place of `attachments`. */
  views?: Record<string, Attachment[]>;
}

/** A chat or channel, with its last message. */
export interface Conversation {
  key: string;
  id: string;
  kind: 'personal' | 'groupChat' | 'channel';
  title: string;
  memberIds: string[];
  teamId?: string;
  lastMessage: Message | null;
}

/** A team; its channels name its id. */
export interface Team {
  id: string;
  name: string;
}

/** A command that the composer offers after `/`. */
export interface Command {
  title: string;
  description: string;
}

/** Everything but the messages. */
export interface World {
  bot: { id: string; name: string };
  people: Person[];
  teams: Team[];
  conversations: Conversation[];
  commands: Command[];
}

/** What the server tells while the page is open. */
export type WorldEvent =
  | { type: 'messageCreated' | 'messageUpdated' | 'messageDeleted'; conversationId: string; message: Message }
  | { type: 'typing'; conversationId: string; threadId?: string }
  | { type: 'stateReset' };

/** What a click on an Action.Execute button led to. */
export type Outcome = { kind: 'card' } | { kind: 'message'; text: string } | { kind: 'error'; detail: string };

/** A click on a card's button, as the API takes it. */
export interface Click {
  activityId: string;
  data: unknown;
  verb?: string;
  actionId?: string;
  title?: string;
}
