import { RequestError } from '../errors';

import { type Attachment, type Conversation, type Message, type Person, type Team, type World } from './model';
import { createWorld } from './seed';

/** A change that pages and the state file want to know about. */
export type WorldEvent =
  | { readonly type: 'messageCreated'; readonly conversationId: string; readonly message: Message }
  | { readonly type: 'messageUpdated'; readonly conversationId: string; readonly message: Message }
  | { readonly type: 'messageDeleted'; readonly conversationId: string; readonly message: Message }
  | { readonly type: 'typing'; readonly conversationId: string; readonly threadId?: string }
  | { readonly type: 'stateReset' };

/** What a new message is made of; the store adds id and time. */
export type MessageDraft = Omit<Message, 'id' | 'createdAt' | 'views'>;

/** A conversation, and the thread of it that a conversation id with `;messageid=` names. */
export interface Place {
  readonly conversation: Conversation;
  readonly threadId?: string;
}

/** A message, and the conversation that holds it. */
export interface MessagePlace {
  readonly conversation: Conversation;
  readonly id: string;
}

/** Keeps the world and tells listeners about every change. */
export class WorldStore {
  #world: World;
  readonly #now: () => number;
  readonly #listeners = new Set<(event: WorldEvent) => void>();
  #lastId: number;

  constructor(world: World, now: () => number) {
    this.#world = world;
    this.#now = now;
    const ids = world.conversations.flatMap(({ messages }) => messages.map(({ id }) => Number(id)));
    this.#lastId = ids.reduce((highest, id) => Math.max(highest, id), 0);
  }

  /** The world as it is now; plain JSON. */
  get world(): World {
    return this.#world;
  }

  /** Calls `listener` for every change until the returned function is called. */
  subscribe(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells every listener; used directly for what is not kept, such as typing. */
  emit(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** An activity id: the present moment in milliseconds, made unique. */
  nextId(): string {
    this.#lastId = Math.max(this.#now(), this.#lastId + 1);
    return String(this.#lastId);
  }

  /** The person with this key, Teams id, object id or e-mail address. */
  findPerson(reference: string): Person | undefined {
    const wanted = reference.toLowerCase();
    return this.#world.people.find(
      ({ key, id, aadObjectId, email }) =>
        key === wanted || id === reference || aadObjectId === wanted || email === wanted,
    );
  }

  /** The conversation with this key or id; the id may name a thread (`19:…;messageid=…`). */
  findPlace(reference: string): Place | undefined {
    const [id = '', threadId] = reference.split(';messageid=');
    const conversation = this.#world.conversations.find((candidate) => candidate.id === id || candidate.key === id);
    if (conversation === undefined) return undefined;
    return threadId === undefined ? { conversation } : { conversation, threadId };
  }

  /** The team that a channel belongs to, or that has this id. */
  findTeam(id: string | undefined): Team | undefined {
    return this.#world.teams.find((team) => team.id === id || team.key === id);
  }

  /** Everybody in a conversation, in the world's order. */
  membersOf({ memberIds }: Pick<Conversation, 'memberIds'>): Person[] {
    return this.#world.people.filter(({ id }) => memberIds.includes(id));
  }

  /** The conversation that says whether the bot has been added: for a channel, its team's General channel. */
  installationOf(conversation: Conversation): Conversation {
    const general = this.#world.conversations.find(({ id }) => id === conversation.teamId);
    return general ?? conversation;
  }

  /** Marks the bot as added or removed. */
  setInstalled(conversation: Conversation, installed: boolean): void {
    this.installationOf(conversation).installed = installed;
  }

  findMessage(conversation: Conversation, id: string): Message | undefined {
    return conversation.messages.find((message) => message.id === id);
  }

  /** Adds a message; in a channel it opens a thread unless the draft names one. */
  addMessage(conversation: Conversation, draft: MessageDraft): Message {
    const id = this.nextId();
    const thread = conversation.kind === 'channel' ? { threadId: draft.threadId ?? id } : {};
    const message: Message = { ...draft, ...thread, id, createdAt: new Date(this.#now()).toISOString() };
    conversation.messages.push(message);
    this.emit({ type: 'messageCreated', conversationId: conversation.id, message });
    return message;
  }

  /**
   * Replaces parts of a message.
   *
   * @throws RequestError 404 `ActivityNotFoundInConversation`
   */
  updateMessage(conversation: Conversation, id: string, changes: Partial<MessageDraft>): Message {
    return this.#replace(conversation, id, { type: 'messageUpdated', parts: changes });
  }

  /**
   * What an edit by the bot does: the parts change, for everybody alike, and the message says it was edited.
   *
   * @throws RequestError 404 `ActivityNotFoundInConversation`
   */
  editMessage(conversation: Conversation, id: string, changes: Partial<MessageDraft>): Message {
    return this.#replace(conversation, id, {
      type: 'messageUpdated',
      parts: { ...changes, views: undefined, editedAt: new Date(this.#now()).toISOString() },
    });
  }

  /**
   * Shows attachments to one person in place of the message's own, until the message is edited or deleted.
   *
   * @throws RequestError 404 `ActivityNotFoundInConversation`
   */
  showTo({ id: personId }: Person, message: MessagePlace, attachments: readonly Attachment[]): Message {
    const { conversation, id } = message;
    const views = { ...this.findMessage(conversation, id)?.views, [personId]: attachments };
    return this.#replace(conversation, id, { type: 'messageUpdated', parts: { views } });
  }

  /** Leaves a tombstone in the message's place. */
  deleteMessage(conversation: Conversation, id: string): Message {
    return this.#replace(conversation, id, {
      type: 'messageDeleted',
      parts: { deleted: true, text: '', attachments: [], mentions: [], views: undefined },
    });
  }

  /** Back to the first day: no messages, bot nowhere added. */
  reset(): void {
    this.#world = createWorld();
    this.emit({ type: 'stateReset' });
  }

  #replace(
    conversation: Conversation,
    id: string,
    change: { type: 'messageUpdated' | 'messageDeleted'; parts: Partial<Message> },
  ): Message {
    const index = conversation.messages.findIndex((message) => message.id === id && message.deleted !== true);
    const current = conversation.messages[index];
    if (current === undefined) {
      throw new RequestError(404, 'ActivityNotFoundInConversation', 'The activity is not in the conversation.');
    }
    const message: Message = { ...current, ...change.parts };
    conversation.messages[index] = message;
    this.emit({ type: change.type, conversationId: conversation.id, message });
    return message;
  }
}
