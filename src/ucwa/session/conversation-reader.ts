import { UcwaError, UcwaNotFoundError, UcwaProtocolError, UcwaProxyAnswerError, UcwaResponseError } from '../errors';
import type { UcwaClock } from '../options';
import { mayBePoolFailure, mayRepeat } from '../outcome';
import { decodeConversation, type PeopleLink, peopleLinks } from '../resources/conversation';

import type { CommandChannel, Fetched } from './command-channel';
import { learnList, type Listed, peopleIn, rebuild, type WholeReading } from './conversation-rebuilding';
import { type Conversation, dropPerson, end, isSelf, learnAudio, learnContent, learnPerson } from './conversation-view';
import type { Conversations } from './conversations';

/** More people than this are read as lists instead of one by one. */
const maxSingleReads = 25;

/** How many are read at once. */
const concurrentReads = 4;

/** The longest pause between two tries while the server fails, in milliseconds. */
const longestPauseMs = 60_000;

/** States in which there is nothing to read inside yet. */
const outside: ReadonlySet<string | undefined> = new Set(['Incoming', 'Connecting', 'Conferencing', 'InLobby']);

/** What reading needs of the application around it. */
export interface ReaderParts {
  readonly channel: CommandChannel;
  readonly conversations: Conversations;
  readonly clock: UcwaClock;
  /** Hrefs are resolved against it. */
  readonly base: URL;
  /** Ends all reading. */
  readonly stopping: AbortSignal;
  readonly onChange: () => void;
}

/** Reads what the events about conversations do not say. */
export class ConversationReader {
  readonly #parts: ReaderParts;
  readonly #filling = new Set<Conversation>();

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** Reads the conversation itself. */
  async readItself(conversation: Conversation, signal: AbortSignal): Promise<void> {
    const read = async (): Promise<Fetched> => this.#get(conversation.key, signal);
    await this.#parts.conversations.reading(conversation, read, ({ body, url }) => {
      conversation.needsReading = false;
      conversation.revision += 1;
      learnContent(conversation, decodeConversation(body, url));
    });
    this.#parts.onChange();
  }

  /**
   * Reads one of the lists of people and takes it.
   *
   * @returns their keys; `undefined` when the server shows us no such list.
   */
  async readList(
    conversation: Conversation,
    rel: PeopleLink,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    if (conversation.content.links?.[rel] === undefined) await this.readItself(conversation, signal);
    const href = conversation.content.links?.[rel];
    if (href === undefined) return undefined;
    const read = async (): Promise<Fetched> => this.#get(href, signal);
    let people: readonly Listed[] = [];
    await this.#parts.conversations.reading(conversation, read, ({ body, url }, context) => {
      people = peopleIn(body, url);
      learnList(conversation, { rel, people }, context(url));
    });
    this.#parts.onChange();
    return people.map(({ key }) => key);
  }

  /** Reads one participant and takes what it says. @throws UcwaNotFoundError, and then they are dropped. */
  async readPerson(conversation: Conversation, key: string, signal: AbortSignal): Promise<void> {
    const read = async (): Promise<Fetched> => this.#get(key, signal);
    await this.#parts.conversations
      .reading(conversation, read, ({ body, url }, context) => {
        learnPerson(conversation, { key, body }, context(url));
      })
      .catch((error: unknown) => {
        if (error instanceof UcwaNotFoundError) this.#miss(conversation, key);
        throw error;
      });
    this.#parts.onChange();
  }

  /** Reads somebody's audio and takes what it says. */
  async readAudio(conversation: Conversation, key: string, signal: AbortSignal): Promise<void> {
    const read = async (): Promise<Fetched> => this.#get(key, signal);
    await this.#parts.conversations.reading(conversation, read, ({ body, url }) => {
      learnAudio(conversation, { key, body }, url);
    });
    this.#parts.onChange();
  }

  /**
   * Begins to read what the events left open, unless that goes on already. It goes on until nothing is open, also while
   * the server fails; what can never be read makes the conversation `unreadable`.
   */
  fill(conversation: Conversation): void {
    if (this.#filling.has(conversation) || !isWanting(conversation)) return;
    this.#filling.add(conversation);
    void this.#fill(conversation);
  }

  async #fill(conversation: Conversation): Promise<void> {
    const { clock, stopping, onChange } = this.#parts;
    try {
      for (let failures = 0; isWanting(conversation);) {
        const error = await this.#readOpen(conversation).catch(orFailure);
        if (stopping.aborted) return;
        if (error instanceof UcwaNotFoundError) end(conversation, 'SessionReset');
        else if (error !== undefined && !mayPass(error)) conversation.unreadable = error;
        onChange();
        failures = error === undefined ? 0 : failures + 1;
        if (failures > 0) await clock.sleep(Math.min(longestPauseMs, 1_000 * 2 ** failures), stopping);
      }
    } catch (error) {
      if (!stopping.aborted) throw error;
    } finally {
      this.#filling.delete(conversation);
    }
  }

  async #readOpen(conversation: Conversation): Promise<void> {
    const { unread, unreadAudio, claimed } = conversation;
    if (conversation.isStale || unread.size + claimed.size + unreadAudio.size > maxSingleReads) {
      await this.#readWhole(conversation);
      return;
    }
    const { stopping } = this.#parts;
    if (conversation.needsReading) await this.readItself(conversation, stopping);
    if (conversation.needsMeeting) await this.#readMeeting(conversation);
    if (conversation.lobbyNews === 'unread') {
      const list = await this.readList(conversation, 'lobby', stopping).catch(unlessRefused);
      if (list === undefined) conversation.lobbyNews = 'forgotten';
    }
    await each([...unread, ...claimed.keys()], async (key) => {
      await this.readPerson(conversation, key, stopping).catch((error: unknown) => {
        unlessRefused(error);
        unread.delete(key);
        if (claimed.has(key)) dropPerson(conversation, key);
      });
    });
    await each([...unreadAudio], async (key) => {
      await this.readAudio(conversation, key, stopping).catch((error: unknown) => {
        unlessRefused(error);
        unreadAudio.delete(key);
      });
    });
  }

  async #readMeeting(conversation: Conversation): Promise<void> {
    const read = async (): Promise<Fetched | undefined> => this.#getOrNothing(conversation.content.onlineMeetingKey);
    await this.#parts.conversations.reading(conversation, read, (fetched) => {
      conversation.needsMeeting = false;
      conversation.revision += 1;
      if (fetched !== undefined) conversation.onlineMeeting = fetched.body;
    });
  }

  async #readWhole(conversation: Conversation): Promise<void> {
    const read = async (): Promise<WholeReading> => {
      const { body, url } = await this.#get(conversation.key, this.#parts.stopping);
      const content = decodeConversation(body, url);
      const lists: Partial<Record<PeopleLink, readonly Listed[]>> = {};
      await each(peopleLinks, async (rel) => {
        const list = await this.#getOrNothing(content.links?.[rel]);
        if (list !== undefined) lists[rel] = peopleIn(list.body, list.url);
      });
      const meeting = await this.#getOrNothing(content.onlineMeetingKey);
      const inside = { ...lists, ...(await this.#complete(lists)) };
      return { url, content, lists: inside, ...(meeting === undefined ? {} : { onlineMeeting: meeting.body }) };
    };
    await this.#parts.conversations.reading(conversation, read, (whole, context) => {
      rebuild(conversation, whole, context(whole.url));
    });
  }

  /** Reads those who are there as links only, if they are few. */
  async #complete(
    lists: Readonly<Partial<Record<PeopleLink, readonly Listed[]>>>,
  ): Promise<Partial<Record<PeopleLink, readonly Listed[]>>> {
    const rel = lists.participants === undefined ? 'attendees' : 'participants';
    const people = lists[rel] ?? [];
    const bare = people.filter(({ body }) => body === undefined);
    if (bare.length === 0 || bare.length > maxSingleReads) return {};
    const bodies = new Map<string, Fetched>();
    await each(bare, async ({ key }) => {
      const fetched = await this.#getOrNothing(key);
      if (fetched !== undefined) bodies.set(key, fetched);
    });
    return {
      [rel]: people.map((listed) => {
        const fetched = bodies.get(listed.key);
        return fetched === undefined ? listed : { ...listed, body: fetched.body };
      }),
    };
  }

  /** The server does not know them (any more); ourselves it knows, though perhaps not under this address. */
  #miss(conversation: Conversation, key: string): void {
    const person = conversation.roster.get(key);
    conversation.unread.delete(key);
    conversation.revision += 1;
    if (person === undefined || !isSelf(conversation, person)) dropPerson(conversation, key);
  }

  async #get(href: string, signal: AbortSignal): Promise<Fetched> {
    const { channel, base } = this.#parts;
    return channel.get(channel.resolve(href, base), signal);
  }

  async #getOrNothing(href: string | undefined): Promise<Fetched | undefined> {
    return href === undefined ? undefined : this.#get(href, this.#parts.stopping).catch(unlessRefused);
  }
}

/** What nobody has asked for is not read, but who is there matters to everybody. */
function isWanting(conversation: Conversation): boolean {
  const { ended, unreadable, isStale, needsReading, watchers, claimed } = conversation;
  if (ended !== undefined || unreadable !== undefined) return false;
  const isIn = !outside.has(conversation.content.state);
  if (watchers === 0) return isIn && claimed.size > 0;
  const { needsMeeting, lobbyNews, unread, unreadAudio } = conversation;
  const isOpen = needsMeeting || lobbyNews === 'unread';
  return isStale || needsReading || (isIn && (isOpen || unread.size > 0 || claimed.size > 0 || unreadAudio.size > 0));
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const workNext = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error: unknown) => {
        queue.length = 0; // the others would go on unseen
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: concurrentReads }, workNext));
}

/** @throws what is no failure of the server. */
function orFailure(error: unknown): UcwaError {
  if (error instanceof UcwaError) return error;
  throw error;
}

/** A server that refuses one resource still gives others. @throws what may pass, or is no refusal. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof UcwaResponseError) || mayPass(error)) throw error;
}

function mayPass(error: UcwaError): boolean {
  const isNoAnswer = error instanceof UcwaProxyAnswerError || error instanceof UcwaProtocolError;
  return isNoAnswer || mayRepeat(error, 'repeatable') || mayBePoolFailure(error);
}
