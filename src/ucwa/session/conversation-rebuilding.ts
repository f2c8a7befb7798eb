import { hrefKey } from '../href';
import { type JsonObject, without } from '../json';
import type { ConversationContent, PeopleLink } from '../resources/conversation';
import { embeddedOf, linkOf, linksOf } from '../resources/resource';

import {
  type Conversation,
  type FoldContext,
  isSelf,
  learnContent,
  learnPerson,
  type Person,
  placeInLobby,
} from './conversation-view';

/** Somebody in a list: by link, or whole. */
export interface Listed {
  readonly key: string;
  readonly title?: string;
  readonly body?: JsonObject;
}

/** Everything about a conversation, read anew; a list that cannot be read is absent. */
export interface WholeReading {
  readonly url: URL;
  readonly content: ConversationContent;
  readonly lists: Readonly<Partial<Record<PeopleLink, readonly Listed[]>>>;
  readonly onlineMeeting?: JsonObject;
}

/**
 * The people of a list: links, embedded, or both for the same person.
 * Source: Skype/UCWA/participants_ref.md, leaders_ref.md, attendees_ref.md, lobby_ref.md.
 */
export function peopleIn(list: JsonObject, base: URL): readonly Listed[] {
  const people = new Map<string, Listed>();
  for (const { href, title } of linksOf(list, 'participant')) {
    const key = hrefKey(href, base);
    people.set(key, { key, ...(title === undefined ? {} : { title }) });
  }
  for (const body of embeddedOf(list, 'participant')) {
    const self = linkOf(body, 'self');
    if (self === undefined) continue;
    const key = hrefKey(self.href, base);
    people.set(key, { ...people.get(key), key, body });
  }
  return [...people.values()];
}

/**
 * Puts what was read in the place of what events had told. Who somebody is stays known, as a list of links does not say
 * it; role, rights and audio do not. Lists are read one after the other, so they may disagree: what happened between
 * them comes as events.
 */
export function rebuild(conversation: Conversation, read: WholeReading, context: FoldContext): void {
  const before = new Map([...conversation.roster, ...conversation.lobby]);
  const { participants, leaders, attendees, lobby } = read.lists;
  const present = participants ?? (leaders === undefined ? attendees : [...leaders, ...(attendees ?? [])]);
  forget(conversation);
  learnContent(conversation, read.content);
  if (read.onlineMeeting !== undefined) conversation.onlineMeeting = read.onlineMeeting;
  if (present === undefined) {
    for (const [key, person] of before) if (person.inLobby !== true) conversation.roster.set(key, person);
  } else {
    for (const listed of present) enter(conversation, { listed, before: before.get(listed.key) }, context);
    keepSelf(conversation, before);
  }
  for (const listed of lobby ?? []) {
    enter(conversation, { listed, before: before.get(listed.key) }, context);
    placeInLobby(conversation, listed.key);
  }
  assignRoles(conversation, read.lists);
  conversation.revision += 1;
}

/** Takes a list that was read on its own: whom nobody had told of is there all the same. */
export function learnList(
  conversation: Conversation,
  { rel, people }: { readonly rel: PeopleLink; readonly people: readonly Listed[] },
  context: FoldContext,
): void {
  for (const listed of people) {
    const isKnown = conversation.roster.has(listed.key) || conversation.lobby.has(listed.key);
    if (!isKnown || listed.body !== undefined) enter(conversation, { listed, before: undefined }, context);
    if (rel === 'lobby') placeInLobby(conversation, listed.key);
    if (rel === 'lobby' && !isKnown && listed.body === undefined) conversation.unread.add(listed.key);
  }
  if (rel === 'lobby') delete conversation.lobbyNews;
  assignRoles(conversation, { [rel]: people });
  conversation.revision += 1;
}

function forget(conversation: Conversation): void {
  conversation.roster = new Map();
  conversation.lobby = new Map();
  for (const held of [conversation.claimed, conversation.audioOwners]) held.clear();
  for (const held of [conversation.unread, conversation.unreadAudio]) held.clear();
  conversation.isStale = false;
  conversation.needsReading = false;
  conversation.needsMeeting = false;
  delete conversation.lobbyNews;
}

function enter(
  conversation: Conversation,
  { listed, before }: { readonly listed: Listed; readonly before: Person | undefined },
  context: FoldContext,
): void {
  const { key, title, body } = listed;
  const name = title === undefined ? {} : { name: title };
  if (!conversation.roster.has(key))
    conversation.roster.set(key, { ...identityOf(before), ...name, key, isRead: false });
  if (body !== undefined) learnPerson(conversation, { key, body }, context);
}

/** Our own participant may live under an address that no list has. */
function keepSelf(conversation: Conversation, before: ReadonlyMap<string, Person>): void {
  if ([...conversation.roster.values()].some((person) => isSelf(conversation, person))) return;
  const key = conversation.content.localParticipantKey;
  const self = key === undefined ? undefined : before.get(key);
  if (self !== undefined) conversation.roster.set(self.key, { ...self, local: true });
}

function assignRoles({ roster }: Conversation, lists: Readonly<Partial<Record<PeopleLink, readonly Listed[]>>>): void {
  const give = (people: readonly Listed[] | undefined, role: 'Leader' | 'Attendee'): void => {
    for (const { key } of people ?? []) {
      const person = roster.get(key);
      if (person !== undefined) roster.set(key, { ...person, role });
    }
  };
  give(lists.attendees, 'Attendee');
  give(lists.leaders, 'Leader');
}

function identityOf(person: Person | undefined): Partial<Person> {
  return person === undefined ? {} : without(person, 'role', 'links', 'audio', 'inLobby');
}
