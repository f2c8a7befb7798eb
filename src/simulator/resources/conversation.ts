import type { Resource } from '../http/resource';
import type { Hrefs } from '../model/hrefs';
import { conferenceUri } from '../model/meeting';
import type { Conversation, Invitation, Participant } from '../model/session';

/** A conversation as its application sees it. Source: Skype/UCWA/conversation_ref.md. */
export function conversationResource(conversation: Conversation, hrefs: Hrefs): Resource {
  const { conference, state, subject, importance, threadId } = conversation;
  const base = { state, subject, importance, threadId, activeModalities: [], recording: false, readLocally: true };
  if (state !== 'Conferenced') {
    return { rel: 'conversation', properties: base, links: ownLinks(conversation, hrefs) };
  }
  const { expirationTime } = conference.meeting.settings;
  return {
    rel: 'conversation',
    properties: {
      ...base,
      audienceMute: conference.audienceMute,
      audienceMessaging: conference.audienceMessaging,
      participantCount: present(conversation).length,
      created: new Date(conference.createdAt),
      expirationTime: expirationTime === undefined ? undefined : new Date(expirationTime),
    },
    links: { ...ownLinks(conversation, hrefs), ...meetingLinks(conversation, hrefs) },
  };
}

/** Everybody who is in, without the lobby. */
export function present(conversation: Conversation): readonly Participant[] {
  return [...conversation.conference.participants.values()].filter((participant) => !participant.inLobby);
}

function ownLinks(conversation: Conversation, hrefs: Hrefs): Resource['links'] {
  const { me } = conversation;
  return {
    self: { href: hrefs.conversation(conversation) },
    localParticipant: { href: hrefs.participant(conversation, me), title: me.name },
  };
}

function meetingLinks(conversation: Conversation, hrefs: Hrefs): Resource['links'] {
  const self = hrefs.conversation(conversation);
  return {
    onlineMeeting: { href: `${self}/onlineMeeting` },
    participants: { href: hrefs.participants(conversation) },
    leaders: { href: hrefs.participants(conversation, 'Leaders') },
    attendees: { href: hrefs.participants(conversation, 'Attendees') },
    lobby: { href: hrefs.participants(conversation, 'Lobby') },
    addParticipant: { href: hrefs.addParticipant(conversation) },
    ...(conversation.me.role === 'Leader' ? leaderLinks(conversation, self) : {}),
  };
}

/** The locks are capabilities of leaders, and each lock shows only the link that would change it. */
function leaderLinks({ conference }: Conversation, self: string): Resource['links'] {
  const mute = conference.audienceMute === 'Enabled' ? 'disableAudienceMuteLock' : 'enableAudienceMuteLock';
  const messaging = conference.audienceMessaging === 'Enabled' ? 'disableAudienceMessaging' : 'enableAudienceMessaging';
  return { [mute]: { href: `${self}/${mute}` }, [messaging]: { href: `${self}/messaging/${messaging}` } };
}

/** Somebody in the meeting or its lobby, with what the viewer may do about it. Source: Skype/UCWA/participant_ref.md. */
export function participantResource(conversation: Conversation, participant: Participant, hrefs: Hrefs): Resource {
  const self = hrefs.participant(conversation, participant);
  const local = participant === conversation.me;
  return {
    rel: 'participant',
    properties: {
      sourceNetwork: participant.ofCompany ? 'SameEnterprise' : 'Everyone',
      anonymous: !participant.ofCompany,
      local,
      inLobby: participant.inLobby,
      organizer: participant.uri === conversation.conference.meeting.organizer.uri,
      role: participant.role,
      name: participant.name,
      uri: participant.uri,
    },
    links: {
      self: { href: self },
      conversation: { href: hrefs.conversation(conversation) },
      participantAudio: participant.inLobby ? undefined : { href: hrefs.participantAudio(conversation, participant) },
      ...(local ? { me: { href: hrefs.at('me') } } : {}),
      ...Object.fromEntries(rightsOver(conversation, participant).map((rel) => [rel, { href: `${self}/${rel}` }])),
    },
  };
}

/** What the owner of a conversation may do about a participant; nothing unless a leader. */
export function rightsOver(conversation: Conversation, participant: Participant): readonly string[] {
  const { me, state, conference } = conversation;
  if (me.role !== 'Leader' || state !== 'Conferenced' || participant === me) return [];
  if (participant.inLobby) return ['admit', 'reject'];
  if (participant.uri === conference.meeting.organizer.uri) return [];
  return [participant.role === 'Leader' ? 'demote' : 'promote', 'eject'];
}

/** A joining under way, or somebody asked in. Source: Skype/UCWA/onlineMeetingInvitation_ref.md. */
export function invitationResource(invitation: Invitation, hrefs: Hrefs): Resource {
  const { conversation, input, kind, state } = invitation;
  const self = hrefs.invitation(invitation);
  const { me, conference } = conversation;
  return {
    rel: kind === 'meeting' ? 'onlineMeetingInvitation' : 'participantInvitation',
    properties: {
      direction: 'Outgoing',
      state,
      operationId: input.operationId,
      importance: conversation.importance,
      subject: conversation.subject,
      threadId: conversation.threadId,
      anonymousDisplayName: input.anonymousDisplayName,
      onlineMeetingUri: kind === 'meeting' ? conferenceUri(conference.meeting) : undefined,
      to: invitation.to,
    },
    links: {
      self: { href: self },
      from: { href: hrefs.participant(conversation, me), title: me.name },
      conversation: { href: hrefs.conversation(conversation) },
      cancel: state === 'Connecting' ? { href: `${self}/cancel` } : undefined,
      ...askedLinks(invitation, hrefs),
    },
  };
}

function askedLinks({ to, conversation, state }: Invitation, hrefs: Hrefs): Resource['links'] {
  const asked = to === undefined ? undefined : conversation.conference.participants.get(to);
  if (asked === undefined || state !== 'Connected') return {};
  return { participant: { href: hrefs.participant(conversation, asked), title: asked.name } };
}
