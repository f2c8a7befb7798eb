import { UcwaConversationEndedError } from '../errors';
import type { ChannelEvent } from '../resources/event-package';

import {
  applyEvent,
  type Conversation,
  end,
  type FoldContext,
  isSelf,
  type Journal,
  newConversation,
} from './conversation-view';

/** So many are remembered; an ended one too, so that whoever looks late still learns of the end. */
const maxRemembered = 200;

/** So many events are kept while something is read; when more come, it is read once more. */
const maxJournal = 20_000;

/** Why a conversation is over for us that may go on at the server: nobody tells us of it any more. */
export const sessionLost = 'SessionLost';

/** The conversations of one application. Source: Skype/UCWA/EventsInUCWA.md. */
export class Conversations {
  readonly #byKey = new Map<string, Conversation>();
  readonly #ownUri: string;
  #forgetAt = 2 * maxRemembered;

  /** @param ownUri - our SIP URI, by which we know ourselves in a roster. */
  constructor(ownUri: string) {
    this.#ownUri = ownUri.toLowerCase();
  }

  /** The conversation with this key, known or not yet. */
  at(key: string): Conversation {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const conversation = newConversation(key);
    this.#byKey.set(key, conversation);
    this.#forgetOldest();
    return conversation;
  }

  /** Conversations that are not over. */
  open(): readonly Conversation[] {
    return [...this.#byKey.values()].filter(({ ended }) => ended === undefined);
  }

  /** Takes an event of the channel, if it is about a conversation or what is in one. */
  apply(event: ChannelEvent, base: URL): void {
    const isInside = event.rel !== 'conversation' && event.senderRel === 'conversation';
    if (event.rel !== 'conversation' && !isInside) return;
    const conversation = this.at(isInside ? event.senderKey : event.key);
    for (const journal of conversation.journals) note(journal, event, base);
    applyEvent(conversation, event, this.context(base));
  }

  /** What the fold needs besides conversation and event. */
  context(base: URL): FoldContext {
    return { base, ownUri: this.#ownUri };
  }

  /**
   * Reads something of a conversation and takes it: what happened since `read` was called is applied over it again,
   * because the server may have put the answer together before. What happened earlier is in the answer.
   *
   * @param take - changes the conversation by what was read.
   */
  async reading<T>(
    conversation: Conversation,
    read: () => Promise<T>,
    take: (answer: T, context: (base: URL) => FoldContext) => void,
  ): Promise<void> {
    const journal: Journal = { events: [], isOverfull: false };
    conversation.journals.add(journal);
    try {
      const answer = await read();
      if (conversation.ended !== undefined) return;
      take(answer, this.context.bind(this));
      for (const { event, base } of journal.events) applyEvent(conversation, event, this.context(base));
      conversation.isStale ||= journal.isOverfull;
    } finally {
      conversation.journals.delete(journal);
    }
  }

  /** Ends all conversations: the server dropped them, or we lost the session. */
  endAll(reason: string): void {
    for (const conversation of this.open()) end(conversation, reason);
  }

  /** Of those that are over, or that nobody has entered, the oldest go; not with each new one, but when many are there. */
  #forgetOldest(): void {
    if (this.#byKey.size < this.#forgetAt) return;
    const others = [...this.#byKey.values()].filter(({ ended, isKept }) => ended !== undefined || !isKept);
    for (const { key } of others.slice(0, Math.max(0, others.length - maxRemembered))) this.#byKey.delete(key);
    this.#forgetAt = this.#byKey.size + maxRemembered;
  }
}

/**
 * Whether somebody besides ourselves is in the meeting. As long as nobody knows which participant is ourselves, one of
 * them is taken to be it.
 *
 * @throws UcwaConversationEndedError when the conversation is over.
 */
export function hasCompany(conversation: Conversation): boolean {
  if (conversation.ended !== undefined) throw new UcwaConversationEndedError(conversation.ended);
  const { participantCount, localParticipantKey } = conversation.content;
  const people = [...conversation.roster.values()];
  const others = people.filter((person) => !isSelf(conversation, person));
  const knowsSelf = others.length < people.length || localParticipantKey !== undefined;
  const certain = others.filter(({ local }) => local === false || knowsSelf);
  return certain.length > 0 || others.length > 1 || (participantCount ?? 0) > 1;
}

function note(journal: Journal, event: ChannelEvent, base: URL): void {
  if (journal.events.length < maxJournal) journal.events.push({ event, base });
  else journal.isOverfull = true;
}
