import { UcwaConversationEndedError } from '../errors';
import type { JsonObject } from '../json';
import { type ConversationContent, decodeConversation, decodeParticipant } from '../resources/conversation';
import type { ChannelEvent } from '../resources/event-package';

/** Ended conversations are remembered, so that whoever looks late still learns of the end; but not without limit. */
const maxRemembered = 200;

/** Why a conversation is over for us that may go on at the server: nobody tells us of it any more. */
export const sessionLost = 'SessionLost';

/** Collections whose members are in the meeting; `undefined` is the roster itself, and the lobby is not among them. */
const presenceRels: ReadonlySet<string | undefined> = new Set([undefined, 'leaders', 'attendees']);

/** One conversation as the events tell it. */
export interface Conversation {
  readonly key: string;
  content: ConversationContent;
  /** The meeting inside it, as much as an event carried. */
  onlineMeeting?: JsonObject;
  /** Participants by key; the value says whether it is ourselves, if that is known. */
  readonly roster: Map<string, { readonly local: boolean | undefined }>;
  /** An event said it changed, but not how: somebody has to read it. */
  needsReading: boolean;
  /** Why it is over. */
  ended?: string;
}

/** The conversations of one application. Source: Skype/UCWA/EventsInUCWA.md. */
export class Conversations {
  readonly #byKey = new Map<string, Conversation>();
  readonly #ownUri: string;

  /** @param ownUri - our SIP URI, by which we know ourselves in a roster. */
  constructor(ownUri: string) {
    this.#ownUri = ownUri.toLowerCase();
  }

  /** The conversation with this key, known or not yet. */
  at(key: string): Conversation {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const conversation: Conversation = { key, content: {}, roster: new Map(), needsReading: false };
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
    if (event.rel === 'conversation') this.#applyConversation(event, base);
    else if (event.senderRel === 'conversation') this.#applyInside(this.at(event.senderKey), event);
  }

  /** Takes what a GET of the conversation said. */
  read(conversation: Conversation, raw: JsonObject, base: URL): void {
    conversation.needsReading = false;
    update(conversation, decodeConversation(raw, base));
  }

  /** Ends all conversations: the server dropped them, or we lost the session. */
  endAll(reason: string): void {
    for (const conversation of this.open()) conversation.ended = reason;
  }

  #applyConversation(event: ChannelEvent, base: URL): void {
    const conversation = this.at(event.key);
    if (event.type === 'deleted') conversation.ended ??= event.reason?.subcode ?? event.reason?.code ?? 'Ended';
    else if (event.embedded === undefined) conversation.needsReading = true;
    else update(conversation, decodeConversation(event.embedded, base));
  }

  #applyInside(conversation: Conversation, event: ChannelEvent): void {
    if (event.rel === 'onlineMeeting') {
      conversation.content = { ...conversation.content, onlineMeetingKey: event.key };
      if (event.embedded !== undefined) conversation.onlineMeeting = event.embedded;
    } else if (event.rel === 'localParticipant') {
      conversation.content = { ...conversation.content, localParticipantKey: event.key };
      conversation.roster.set(event.key, { local: true });
    } else if (event.rel === 'participant') {
      this.#applyParticipant(conversation, event);
    }
  }

  #applyParticipant(conversation: Conversation, event: ChannelEvent): void {
    if (event.type === 'deleted' && event.inRel === undefined) conversation.roster.delete(event.key);
    if (event.type !== 'added' || !presenceRels.has(event.inRel)) return;
    const participant = event.embedded === undefined ? {} : decodeParticipant(event.embedded);
    if (participant.inLobby === true) return;
    const isOwnUri = participant.uri === undefined ? undefined : participant.uri.toLowerCase() === this.#ownUri;
    const known = conversation.roster.get(event.key)?.local;
    conversation.roster.set(event.key, { local: participant.local ?? isOwnUri ?? known });
  }

  #forgetOldest(): void {
    if (this.#byKey.size <= maxRemembered) return;
    for (const { key, ended } of this.#byKey.values()) {
      if (ended === undefined) continue;
      this.#byKey.delete(key);
      return;
    }
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
  const entries = [...conversation.roster];
  const isSelf = ([key, { local }]: (typeof entries)[number]): boolean => local === true || key === localParticipantKey;
  const knowsSelf = entries.some(isSelf);
  const others = entries.filter((entry) => !isSelf(entry));
  const certain = others.filter(([, { local }]) => local === false || knowsSelf || localParticipantKey !== undefined);
  return certain.length > 0 || others.length > 1 || (participantCount ?? 0) > 1;
}

function update(conversation: Conversation, content: ConversationContent): void {
  conversation.content = { ...conversation.content, ...content };
  if (content.state === 'Disconnected') conversation.ended ??= 'Ended';
}
