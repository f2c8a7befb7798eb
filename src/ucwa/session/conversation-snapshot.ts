import { compact } from '../json';
import type { ConversationSnapshot, MeetingParticipant } from '../meeting-control';
import { type ConversationLink, conversationLinks } from '../resources/conversation';
import { decodeOnlineMeeting } from '../resources/online-meeting';
import { participantLinks } from '../resources/participant';
import { audioLinks } from '../resources/participant-audio';

import { type Conversation, isSelf, type Person } from './conversation-view';

/** People do not change in place, so that each has to be described once only. */
const described = new WeakMap<Person, MeetingParticipant>();

/** A copy for callers of what is known of a conversation now. */
export function snapshotOf(conversation: Conversation): ConversationSnapshot {
  const { content, ended, endMessage } = conversation;
  const onlineMeeting = decodeOnlineMeeting(conversation.onlineMeeting ?? {}, content.onlineMeetingKey);
  const inLobby = ended === undefined && content.state === 'InLobby';
  const people = [...conversation.roster.values()];
  const self = mergedSelf(people.filter((person) => isSelf(conversation, person)));
  const me = self === undefined ? undefined : describe(self, true);
  const others = people.filter((person) => !isSelf(conversation, person));
  const participants = [
    ...(me === undefined || inLobby ? [] : [me]),
    ...others.map((person) => describe(person, false)),
  ];
  return compact({
    state: content.state,
    subject: content.subject ?? onlineMeeting.subject,
    inLobby,
    me,
    participants,
    lobby: [...conversation.lobby.values()].map((person) => describe(person, false)),
    participantCount: content.participantCount,
    isAudienceMuted: isOn(content.audienceMute, 'Enabled', 'Disabled'),
    isAudienceSilenced: isOn(content.audienceMessaging, 'Disabled', 'Enabled'),
    onlineMeeting,
    actions: conversationLinks.filter((rel: ConversationLink) => content.links?.[rel] !== undefined),
    ended: ended === undefined ? undefined : compact({ reason: ended, message: endMessage }),
  });
}

/** A participant for callers. */
export function describe(person: Person, self: boolean): MeetingParticipant {
  const known = described.get(person);
  if (known?.isSelf === self) return known;
  const { key, links, audio, organizer } = person;
  // Organizers lead, whether a server lists them among the leaders or not.
  const role = person.role ?? (organizer === true ? 'Leader' : undefined);
  const description = compact({
    id: key,
    name: person.name ?? '',
    uri: person.uri,
    isSelf: self,
    role,
    isOrganizer: organizer === true,
    isAnonymous: person.anonymous === true,
    sourceNetwork: person.sourceNetwork,
    workPhoneNumber: person.workPhoneNumber,
    otherPhoneNumber: person.otherPhoneNumber,
    isMuted: audio?.audioMuted,
    actions: [
      ...participantLinks.filter((rel) => links?.[rel] !== undefined),
      ...audioLinks.filter((rel) => audio?.links[rel] !== undefined),
    ],
  });
  described.set(person, description);
  return description;
}

/** We may be there twice: as everybody else, and under the address of the local participant. The later address wins. */
function mergedSelf(selves: readonly Person[]): Person | undefined {
  return selves.reduce<Person | undefined>(
    (known, self) => (known === undefined ? self : { ...known, ...self }),
    undefined,
  );
}

/** Values that nobody knows leave it open. */
function isOn(value: string | undefined, on: string, off: string): boolean | undefined {
  return value === on ? true : value === off ? false : undefined;
}
