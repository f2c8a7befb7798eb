import { call, conversationPath } from './api.js';

/**
 * @typedef {import('./types.js').World} World
 * @typedef {import('./types.js').Person} Person
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').WorldEvent} WorldEvent
 * @typedef {'persona' | 'conversation' | 'messages' | 'typing' | 'connection'} Topic
 */

const personaKey = 'local-teams.persona';
const seenKey = 'local-teams.seen';
const typingMs = 12_000;

/** What the page knows: the world, who speaks, what is open, and which messages were seen. */
export class Store {
  /** @type {World} */
  world;
  /** @type {Person} */
  persona;
  /** @type {Conversation | undefined} */
  open;
  connected = true;
  /** @type {Map<string, Message[]>} */
  #messages = new Map();
  /** Messages that were told while their conversation was being loaded. @type {Map<string, Message[]>} */
  #early = new Map();
  /** Places where the bot is typing: conversation id and thread, with the timer that forgets them. */
  #typing = new Map();
  /** @type {Map<Topic, Set<() => void>>} */
  #listeners = new Map();
  /** @type {Record<string, string>} */
  #seen;

  /** @param {World} world */
  constructor(world) {
    this.world = world;
    const wanted = new URLSearchParams(location.search).get('as') ?? sessionStorage.getItem(personaKey);
    this.persona = world.people.find(({ key }) => key === wanted) ?? /** @type {Person} */ (world.people[0]);
    this.#seen = JSON.parse(localStorage.getItem(seenKey) ?? '{}');
  }

  /**
   * @param {Topic} topic
   * @param {() => void} listener
   */
  on(topic, listener) {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
  }

  /** The conversations of the person who speaks. */
  get conversations() {
    return this.world.conversations.filter(({ memberIds }) => memberIds.includes(this.persona.id));
  }

  /** The name of a conversation: a personal chat is called by the bot's name. @param {Conversation} conversation */
  titleOf(conversation) {
    return conversation.kind === 'personal' ? this.world.bot.name : conversation.title;
  }

  /** @param {Conversation} conversation */
  membersOf(conversation) {
    return this.world.people.filter(({ id }) => conversation.memberIds.includes(id));
  }

  /**
   * The messages of a conversation as the person who speaks sees them, or undefined while they are on their way.
   *
   * @param {Conversation} conversation
   */
  messagesOf(conversation) {
    // Without the views of others, so that their clicks do not make a row again in which this person is typing.
    return this.#messages.get(conversation.id)?.map(({ views, ...message }) => ({
      ...message,
      attachments: views?.[this.persona.id] ?? message.attachments,
    }));
  }

  /** @param {Person} person */
  speakAs(person) {
    this.persona = person;
    sessionStorage.setItem(personaKey, person.key);
    const stillMine = this.open?.memberIds.includes(person.id) === true;
    const own = this.open?.kind === 'personal' ? this.conversations.find(({ kind }) => kind === 'personal') : undefined;
    if (!stillMine) this.open = own;
    this.#tell('persona');
    if (this.open !== undefined) this.openConversation(this.open);
  }

  /** @param {Conversation | undefined} conversation */
  openConversation(conversation) {
    this.open = conversation;
    if (conversation !== undefined) this.markSeen(conversation);
    this.#tell('conversation');
    if (conversation !== undefined && !this.#messages.has(conversation.id)) void this.load(conversation);
  }

  /** @param {Conversation} conversation */
  async load(conversation) {
    this.#early.set(conversation.id, []);
    const { messages } = await call('GET', conversationPath(conversation.id, 'messages'));
    // What was told while the answer was on its way may be newer than the answer.
    for (const message of this.#early.get(conversation.id) ?? []) upsert(messages, message);
    this.#early.delete(conversation.id);
    this.#messages.set(conversation.id, messages);
    this.#tell('messages');
  }

  /** Takes a change that the server has told. @param {WorldEvent} event */
  apply(event) {
    if (event.type === 'stateReset') {
      location.reload();
      return;
    }
    const conversation = this.world.conversations.find(({ id }) => id === event.conversationId);
    if (conversation === undefined) return;
    if (event.type === 'typing') this.#startTyping(event.conversationId, event.threadId);
    else this.#takeMessage(conversation, event.message);
  }

  /** Fetches again what may have been missed while the connection was down. */
  async refresh() {
    this.world = await call('GET', '/api/world');
    this.persona = this.world.people.find(({ key }) => key === this.persona.key) ?? this.persona;
    this.open = this.world.conversations.find(({ id }) => id === this.open?.id);
    this.#messages.clear();
    if (this.open !== undefined) await this.load(this.open);
    this.#tell('messages');
  }

  /** @param {boolean} connected */
  setConnected(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.#tell('connection');
  }

  /**
   * @param {string} conversationId
   * @param {string} [threadId]
   */
  isTyping(conversationId, threadId) {
    return this.#typing.has(placeKey(conversationId, threadId));
  }

  /** True when the last message is from somebody else and was not seen by this person. @param {Conversation} conversation */
  isUnread(conversation, person = this.persona) {
    const { lastMessage } = conversation;
    if (lastMessage === null || lastMessage.from.id === person.id) return false;
    return Number(lastMessage.id) > Number(this.#seen[`${person.key} ${conversation.id}`] ?? 0);
  }

  /** @param {Person} person */
  unreadCount(person) {
    return this.world.conversations.filter(
      (conversation) => conversation.memberIds.includes(person.id) && this.isUnread(conversation, person),
    ).length;
  }

  /** @param {Conversation} conversation */
  markSeen({ id, lastMessage }) {
    if (lastMessage === null) return;
    this.#seen[`${this.persona.key} ${id}`] = lastMessage.id;
    localStorage.setItem(seenKey, JSON.stringify(this.#seen));
  }

  /**
   * @param {Conversation} conversation
   * @param {Message} message
   */
  #takeMessage(conversation, message) {
    const messages = this.#early.get(conversation.id) ?? this.#messages.get(conversation.id);
    if (messages !== undefined) upsert(messages, message);
    if (Number(message.id) >= Number(conversation.lastMessage?.id ?? 0)) conversation.lastMessage = message;
    if (message.from.role === 'bot') this.#stopTyping(conversation.id, message.threadId);
    if (this.open === conversation && document.visibilityState === 'visible') this.markSeen(conversation);
    this.#tell('messages');
  }

  /**
   * @param {string} conversationId
   * @param {string} [threadId]
   */
  #startTyping(conversationId, threadId) {
    const key = placeKey(conversationId, threadId);
    clearTimeout(this.#typing.get(key));
    this.#typing.set(
      key,
      setTimeout(() => this.#stopTyping(conversationId, threadId), typingMs),
    );
    this.#tell('typing');
  }

  /**
   * @param {string} conversationId
   * @param {string} [threadId]
   */
  #stopTyping(conversationId, threadId) {
    const key = placeKey(conversationId, threadId);
    clearTimeout(this.#typing.get(key));
    if (this.#typing.delete(key)) this.#tell('typing');
  }

  /** @param {Topic} topic */
  #tell(topic) {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}

/**
 * @param {Message[]} messages
 * @param {Message} message
 */
function upsert(messages, message) {
  const index = messages.findIndex(({ id }) => id === message.id);
  messages[index === -1 ? messages.length : index] = message;
}

/**
 * @param {string} conversationId
 * @param {string | undefined} threadId
 */
function placeKey(conversationId, threadId) {
  return threadId === undefined ? conversationId : `${conversationId};${threadId}`;
}
