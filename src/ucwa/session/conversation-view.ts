import type { UcwaError } from '../errors';
import { type JsonObject, without } from '../json';
import { type ConversationContent, decodeConversation } from '../resources/conversation';
import type { ChannelEvent } from '../resources/event-package';
import { decodeParticipant, type Participant, type ParticipantRole } from '../resources/participant';
import { decodeParticipantAudio, type ParticipantAudio } from '../resources/participant-audio';

/** More people than any meeting of these servers holds; who comes beyond is counted by the server alone. */
const maxPeople = 25_000;

/** People of whom only a role is known; the oldest are forgotten first. */
const maxClaimed = 1_000;

/** Somebody in a conversation. Never changed in place: a change puts a new one in its place. */
export interface Person extends Participant {
  readonly key: string;
  /** Whether it is ourselves, if that is known. */
  readonly local?: boolean;
  /** Whether their resource was seen; before that only what an event's link says is known. */
  readonly isRead: boolean;
  readonly audio?: ParticipantAudio;
}

/** An event as it was applied. */
interface Applied {
  readonly event: ChannelEvent;
  readonly base: URL;
}

/** What happened in a conversation since something in it began to be read; it is applied over what is read. */
export interface Journal {
  readonly events: Applied[];
  /** More happened than is kept: what was read is out of date. */
  isOverfull: boolean;
}

/**
 * One conversation as events and reads tell it. It changes in place, at a cost that does not depend on how many people
 * are in it; callers outside see copies (`snapshotOf`).
 */
export interface Conversation {
  readonly key: string;
  content: ConversationContent;
  /** The meeting inside it, as much as is known. */
  onlineMeeting?: JsonObject;
  /** Who is in, by key, ourselves included. */
  roster: Map<string, Person>;
  /** Who waits for admission, as leaders see it. */
  lobby: Map<string, Person>;
  /** Of whom only a role is known: being a leader or an attendee says nothing about being there. */
  readonly claimed: Map<string, Person>;
  /** Whose audio it is, by the key of the audio. */
  readonly audioOwners: Map<string, string>;
  /** An event said it changed, but not how: somebody has to read it. */
  needsReading: boolean;
  /** The same, of the meeting inside it. */
  needsMeeting: boolean;
  /**
   * The same, of the lobby: `forgotten` while we do not lead, `unread` once we lead again. A server may merge what it tells
   * anew with what it told before we lost the lead, and does not tell who went in between: then events leave open who waits.
   */
  lobbyNews?: 'forgotten' | 'unread';
  /** The same, of people. */
  readonly unread: Set<string>;
  /** The same, of people's audio, with the keys of the audio. */
  readonly unreadAudio: Set<string>;
  /** Events were lost: all of it has to be read. */
  isStale: boolean;
  /** Counts changes. */
  revision: number;
  /** Readings under way. */
  readonly journals: Set<Journal>;
  /** How many follow it: what events leave open is read only for them. */
  watchers: number;
  /** We entered it: it is not forgotten while it is open. */
  isKept: boolean;
  /** We asked to leave. */
  isLeaving: boolean;
  /** Why it cannot be read. */
  unreadable?: UcwaError;
  /** Why it is over. */
  ended?: string;
  /** The server's own sentence about it. */
  endMessage?: string;
}

/** A conversation of which nothing is known yet. */
export function newConversation(key: string): Conversation {
  return {
    key,
    content: {},
    roster: new Map(),
    lobby: new Map(),
    claimed: new Map(),
    audioOwners: new Map(),
    needsReading: false,
    needsMeeting: false,
    unread: new Set(),
    unreadAudio: new Set(),
    isStale: false,
    revision: 0,
    journals: new Set(),
    watchers: 0,
    isKept: false,
    isLeaving: false,
  };
}

/** What an event is applied with besides the conversation. */
export interface FoldContext {
  /** Hrefs are resolved against it. */
  readonly base: URL;
  /** Our SIP URI in lower case, by which we know ourselves. */
  readonly ownUri: string;
}

/**
 * Applies one event about a conversation or about what is in it. Applying an event again, or after a later state of the
 * same resource was read, does no harm: the event that made that state is still to come.
 *
 * Source: Skype/UCWA/EventsInUCWA.md, participant_ref.md, lobby_ref.md, leaders_ref.md, attendees_ref.md.
 */
export function applyEvent(conversation: Conversation, event: ChannelEvent, context: FoldContext): void {
  if (conversation.ended !== undefined && event.rel !== 'conversation') return;
  conversation.revision += 1;
  switch (event.rel) {
    case 'conversation':
      applyConversation(conversation, event, context);
      break;
    case 'onlineMeeting':
      applyOnlineMeeting(conversation, event);
      break;
    case 'localParticipant':
      applyLocalParticipant(conversation, event, context);
      break;
    case 'participant':
      applyParticipant(conversation, event, context);
      break;
    case 'participantAudio':
      applyAudio(conversation, event, context.base);
      break;
  }
}

/** Takes what the conversation says of itself. */
export function learnContent(conversation: Conversation, content: ConversationContent): void {
  conversation.content = { ...conversation.content, ...content };
  if (content.state === 'Disconnected') end(conversation, 'Ended');
  const ownKey = conversation.content.localParticipantKey;
  const claimed = ownKey === undefined ? undefined : conversation.claimed.get(ownKey);
  if (claimed === undefined) return;
  conversation.claimed.delete(claimed.key);
  conversation.unread.delete(claimed.key);
  place(conversation, { ...claimed, local: true }, 'roster');
}

/** Takes a person as read just now. */
export function learnPerson(
  conversation: Conversation,
  { key, body }: { readonly key: string; readonly body: JsonObject },
  context: FoldContext,
): void {
  const person = withBody(known(conversation, key), body, context);
  place(conversation, person, person.inLobby === true ? 'lobby' : 'roster');
  conversation.unread.delete(key);
  conversation.revision += 1;
}

/** Takes somebody's audio, as an event or a read told it. */
export function learnAudio(
  conversation: Conversation,
  { key, body }: { readonly key: string; readonly body: JsonObject },
  base: URL,
): void {
  conversation.unreadAudio.delete(key);
  const audio = decodeParticipantAudio(body, base);
  const owner = audio.participantKey ?? conversation.audioOwners.get(key);
  const person = owner === undefined ? undefined : conversation.roster.get(owner);
  if (person === undefined) return;
  conversation.roster.set(person.key, { ...person, audio });
  conversation.revision += 1;
}

/** Takes somebody who is in for one who waits. */
export function placeInLobby(conversation: Conversation, key: string): void {
  const person = conversation.roster.get(key);
  if (person !== undefined) place(conversation, person, 'lobby');
}

/** Forgets somebody: they left, or the server does not know them. */
export function dropPerson(conversation: Conversation, key: string): void {
  const person = whereabouts(conversation, key)?.get(key);
  for (const people of [conversation.roster, conversation.lobby, conversation.claimed]) people.delete(key);
  conversation.unread.delete(key);
  if (person?.audioKey === undefined) return;
  conversation.audioOwners.delete(person.audioKey);
  conversation.unreadAudio.delete(person.audioKey);
}

/** Whether somebody is ourselves, as far as it is known. */
export function isSelf(conversation: Conversation, { key, local }: Person): boolean {
  return local === true || key === conversation.content.localParticipantKey;
}

/** Ends a conversation; nothing that was in it is told any more, so all of it is dropped. */
export function end(conversation: Conversation, reason: string, message?: string): void {
  if (conversation.ended !== undefined) return;
  conversation.ended = conversation.isLeaving ? 'Left' : reason;
  if (message !== undefined) conversation.endMessage = message;
  conversation.content = without(conversation.content, 'links');
  const { roster, lobby, claimed, audioOwners, unread, unreadAudio } = conversation;
  for (const held of [roster, lobby, claimed, audioOwners, unread, unreadAudio]) held.clear();
  conversation.needsReading = false;
  conversation.needsMeeting = false;
  delete conversation.lobbyNews;
  conversation.isStale = false;
  conversation.revision += 1;
}

function applyConversation(conversation: Conversation, event: ChannelEvent, { base }: FoldContext): void {
  const { reason } = event;
  if (event.type === 'deleted') end(conversation, reason?.subcode ?? reason?.code ?? 'Ended', reason?.message);
  else if (conversation.ended !== undefined) return;
  else if (event.embedded === undefined) conversation.needsReading = true;
  else learnContent(conversation, decodeConversation(event.embedded, base));
}

/** The event may carry no more than the conference URI: what is known besides is kept. */
function applyOnlineMeeting(conversation: Conversation, { key, embedded, type }: ChannelEvent): void {
  conversation.content = { ...conversation.content, onlineMeetingKey: key };
  if (embedded !== undefined) conversation.onlineMeeting = { ...conversation.onlineMeeting, ...embedded };
  else if (type === 'updated') conversation.needsMeeting = true;
}

/** It may live under an address of its own, beside the one we have as a participant. */
function applyLocalParticipant(conversation: Conversation, event: ChannelEvent, context: FoldContext): void {
  if (event.type === 'deleted') {
    dropPerson(conversation, event.key);
    return;
  }
  conversation.content = { ...conversation.content, localParticipantKey: event.key };
  place(conversation, { ...fromEvent(conversation, event, context), local: true }, 'roster');
}

function applyParticipant(conversation: Conversation, event: ChannelEvent, context: FoldContext): void {
  switch (event.inRel) {
    case undefined:
    case 'participants':
    case 'conversation':
      applyToRoster(conversation, event, context);
      break;
    case 'lobby':
      applyToLobby(conversation, event, context);
      break;
    case 'leaders':
      applyRole(conversation, event, { context, role: 'Leader' });
      break;
    case 'attendees':
      applyRole(conversation, event, { context, role: 'Attendee' });
      break;
  }
}

/** `added` may come again for somebody who is there; `updated` says that our rights over them have changed. */
function applyToRoster(conversation: Conversation, event: ChannelEvent, context: FoldContext): void {
  if (event.type === 'deleted') {
    dropPerson(conversation, event.key);
    return;
  }
  const person = fromEvent(conversation, event, context);
  const staysInLobby = event.type === 'updated' && event.embedded === undefined && conversation.lobby.has(event.key);
  const waits = event.embedded === undefined ? staysInLobby : person.inLobby === true;
  place(conversation, person, waits ? 'lobby' : 'roster');
}

function applyToLobby(conversation: Conversation, event: ChannelEvent, context: FoldContext): void {
  if (event.type !== 'deleted') place(conversation, fromEvent(conversation, event, context), 'lobby');
  else if (conversation.lobby.has(event.key)) dropPerson(conversation, event.key);
}

/** A role alone does not bring anybody in: of strangers it is only remembered until it is clear whether they are there. */
function applyRole(
  conversation: Conversation,
  event: ChannelEvent,
  { context, role }: { readonly context: FoldContext; readonly role: ParticipantRole },
): void {
  const person = known(conversation, event.key);
  const people = whereabouts(conversation, event.key);
  if (event.type === 'deleted') {
    if (role === 'Leader' && isSelf(conversation, person)) forgetLobby(conversation);
    if (person.role !== role) return;
    if (people === conversation.claimed) dropPerson(conversation, event.key);
    else people?.set(event.key, without(person, 'role'));
    return;
  }
  const titled = event.title === undefined ? person : { name: event.title, ...person };
  const told = { ...(event.embedded === undefined ? titled : withBody(titled, event.embedded, context)), role };
  if (people === conversation.roster) place(conversation, told, 'roster');
  else if (people === conversation.lobby) place(conversation, told, 'lobby');
  else if (event.key === conversation.content.localParticipantKey)
    place(conversation, { ...told, local: true }, 'roster');
  else claim(conversation, told);
}

function applyAudio(conversation: Conversation, event: ChannelEvent, base: URL): void {
  if (event.embedded !== undefined) learnAudio(conversation, { key: event.key, body: event.embedded }, base);
  else if (event.type === 'deleted') conversation.unreadAudio.delete(event.key);
  else if (conversation.unreadAudio.size < maxClaimed) conversation.unreadAudio.add(event.key);
}

/** The person as the event shows them; without content it has to be read. */
function fromEvent(conversation: Conversation, event: ChannelEvent, context: FoldContext): Person {
  const person = known(conversation, event.key);
  const titled = event.title === undefined ? person : { ...person, name: event.title };
  if (event.embedded === undefined) conversation.unread.add(event.key);
  else conversation.unread.delete(event.key);
  return event.embedded === undefined ? titled : withBody(titled, event.embedded, context);
}

/** New content over what is known; a link that is no longer shown is no longer there. */
function withBody(person: Person, body: JsonObject, { base, ownUri }: FoldContext): Person {
  const content = decodeParticipant(body, base);
  const isOwnUri = content.uri === undefined ? undefined : content.uri.toLowerCase() === ownUri;
  const local = content.local ?? isOwnUri ?? person.local;
  return { ...person, ...content, isRead: true, ...(local === undefined ? {} : { local }) };
}

/** Puts somebody where they are now; nobody is in two places. */
function place(conversation: Conversation, person: Person, where: 'roster' | 'lobby'): void {
  const { key, audioKey } = person;
  const { roster, lobby, claimed } = conversation;
  const there = conversation[where];
  const isHidden = where === 'lobby' && isAttendee(conversation);
  if (isHidden || (!there.has(key) && roster.size + lobby.size >= maxPeople)) {
    dropPerson(conversation, key);
    return;
  }
  const ledBefore = roster.get(key)?.role === 'Leader';
  (where === 'roster' ? lobby : roster).delete(key);
  claimed.delete(key);
  there.set(key, person);
  if (audioKey !== undefined) conversation.audioOwners.set(audioKey, key);
  if (isSelf(conversation, person)) lookAtLobby(conversation, person, ledBefore);
}

/** Our own role says whether we are told of the lobby, and from when on. */
function lookAtLobby(conversation: Conversation, { role }: Person, ledBefore: boolean): void {
  const isNewLeader = role === 'Leader' && !ledBefore;
  if (role === 'Attendee' || (isNewLeader && conversation.lobby.size > 0)) forgetLobby(conversation);
  if (role === 'Leader' && conversation.lobbyNews === 'forgotten') conversation.lobbyNews = 'unread';
}

/** Whether we are known not to lead: then whoever waits is none of our business. */
function isAttendee({ content, roster }: Conversation): boolean {
  const { localParticipantKey } = content;
  return localParticipantKey !== undefined && roster.get(localParticipantKey)?.role === 'Attendee';
}

/** Who does not lead is not told of the lobby any more; who leads again is told of it anew. */
function forgetLobby(conversation: Conversation): void {
  for (const key of [...conversation.lobby.keys()]) dropPerson(conversation, key);
  conversation.lobbyNews = 'forgotten';
}

function claim(conversation: Conversation, person: Person): void {
  const { claimed } = conversation;
  claimed.set(person.key, person);
  const [oldest] = claimed.size > maxClaimed ? claimed.keys() : [];
  if (oldest !== undefined) claimed.delete(oldest);
}

function known(conversation: Conversation, key: string): Person {
  return whereabouts(conversation, key)?.get(key) ?? { key, isRead: false };
}

function whereabouts({ roster, lobby, claimed }: Conversation, key: string): Map<string, Person> | undefined {
  return [roster, lobby, claimed].find((people) => people.has(key));
}
