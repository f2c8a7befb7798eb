/** A person of the demo company, as Teams knows them. */
export interface Person {
  /** Short name for scripts and selectors, e.g. `anna`. */
  readonly key: string;
  /** Teams user id, `29:…`. */
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
  readonly givenName: string;
  readonly surname: string;
  /** Also the user principal name. */
  readonly email: string;
  readonly jobTitle: string;
  /** IANA time zone of the person's client. */
  readonly timezone: string;
  /** Language of the person's client, e.g. `en-GB`. */
  readonly locale: string;
  /** Two letters, as in the clientInfo entity. */
  readonly country: string;
}

/** The bot under test. */
export interface Bot {
  /** `28:…` */
  readonly id: string;
  readonly name: string;
}

/** A team; its id is the id of its General channel, as in Teams. */
export interface Team {
  readonly key: string;
  readonly id: string;
  readonly aadGroupId: string;
  readonly name: string;
  readonly memberIds: readonly string[];
}

/** Where a conversation takes place; the wire's `conversationType`. */
export type ConversationKind = 'personal' | 'groupChat' | 'channel';

/** A chat or channel. Threads of a channel are messages with a `threadId`. */
export interface Conversation {
  /** Short name for scripts and selectors, e.g. `budget`. */
  readonly key: string;
  /** `a:…`, `19:…@thread.v2` or `19:…@thread.tacv2`. */
  readonly id: string;
  readonly kind: ConversationKind;
  readonly title: string;
  readonly memberIds: readonly string[];
  /** Only for channels. */
  readonly teamId?: string;
  /** Whether the bot has been added; for channels the team's General channel counts. */
  installed: boolean;
  readonly messages: Message[];
}

/** Somebody who writes: a person or the bot. */
export interface Sender {
  readonly id: string;
  readonly name: string;
  readonly role: 'user' | 'bot';
}

/** A mention inside a message text, which holds `text` literally (`<at>Name</at>`). */
export interface Mention {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** An attachment as the wire has it. */
export interface Attachment {
  readonly contentType: string;
  readonly content?: unknown;
  readonly contentUrl?: string;
  readonly name?: string;
}

/** The message that a quoted reply answers. */
export interface Quote {
  readonly id: string;
  readonly fromId: string;
  readonly fromName: string;
  readonly preview: string;
}

/** How the text of a message is to be read. */
export type TextFormat = 'plain' | 'markdown' | 'xml';

/** A message as it is kept and shown. */
export interface Message {
  /** Activity id: milliseconds since 1970 as text, unique and rising. */
  readonly id: string;
  /** Id of the thread's first message; channels only, set on the first message too. */
  readonly threadId?: string;
  readonly from: Sender;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly editedAt?: string;
  readonly deleted?: true;
  readonly text: string;
  readonly textFormat: TextFormat;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  readonly quote?: Quote;
  /** Why the bot did not get this message, in plain words. */
  readonly deliveryFailure?: string;
  /**
   * By Teams id of a person: the attachments which that person sees in place of `attachments`, since the bot answered
   * their Action.Execute with a card of their own.
   */
  readonly views?: Readonly<Record<string, readonly Attachment[]>> | undefined;
}

/** Everything the local Teams knows: plain JSON. */
export interface World {
  readonly tenantId: string;
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
  readonly conversations: readonly Conversation[];
}
