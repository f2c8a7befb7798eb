import type { Resource } from '../http/resource';
import type { Hrefs } from '../model/hrefs';
import { conferenceUri, type Meeting } from '../model/meeting';
import type { Conversation } from '../model/session';

/** The URL people open in a browser. */
export function joinUrl(meeting: Meeting, meetOrigin: string): string {
  return `${meetOrigin}/meet/${meeting.organizer.account}/${meeting.id}`;
}

/** Properties shared by the schedule entry and the meeting inside a conversation. */
export function meetingProperties(meeting: Meeting, meetOrigin: string): Resource['properties'] {
  const { settings, organizer } = meeting;
  const uri = conferenceUri(meeting);
  return {
    accessLevel: settings.accessLevel,
    entryExitAnnouncement: settings.entryExitAnnouncement,
    attendees: settings.attendees,
    automaticLeaderAssignment: settings.automaticLeaderAssignment,
    description: settings.description,
    expirationTime: settings.expirationTime === undefined ? undefined : new Date(settings.expirationTime),
    leaders: settings.leaders,
    onlineMeetingId: meeting.id,
    onlineMeetingUri: uri,
    onlineMeetingRel: meeting.kind === 'assigned' ? 'myAssignedOnlineMeeting' : 'myOnlineMeetings',
    organizerUri: organizer.uri,
    phoneUserAdmission: settings.phoneUserAdmission,
    lobbyBypassForPhoneUsers: settings.lobbyBypassForPhoneUsers,
    conferenceId: settings.phoneUserAdmission === 'Enabled' ? meeting.conferenceId : undefined,
    subject: settings.subject,
    joinUrl: joinUrl(meeting, meetOrigin),
    legacyOnlineMeetingUri: `conf:${uri}?conversation-id=${meeting.id.toLowerCase()}`,
  };
}

/** The meeting inside a conversation, read-only. Source: Skype/UCWA/onlineMeeting_ref.md. */
export function onlineMeetingResource(conversation: Conversation, hrefs: Hrefs, meetOrigin: string): Resource {
  const { meeting } = conversation.conference;
  const { subject } = conversation;
  return {
    rel: 'onlineMeeting',
    properties: {
      ...meetingProperties(meeting, meetOrigin),
      subject,
      organizerName: meeting.organizer.name,
      largeMeeting: 'Disabled',
    },
    links: {
      ...onlineMeetingLinks(conversation, hrefs),
      onlineMeetingExtensions: { href: hrefs.extensions(`${hrefs.conversation(conversation)}/onlineMeeting`) },
      phoneDialInInformation:
        meeting.settings.phoneUserAdmission === 'Enabled'
          ? { href: `${hrefs.conversation(conversation)}/onlineMeeting/phoneDialInInformation` }
          : undefined,
    },
  };
}

/** The little that an event says about the meeting: its URI, and where to read the rest. */
export function onlineMeetingStub(conversation: Conversation, hrefs: Hrefs): Resource {
  const { meeting } = conversation.conference;
  return {
    rel: 'onlineMeeting',
    properties: { onlineMeetingUri: conferenceUri(meeting) },
    links: onlineMeetingLinks(conversation, hrefs),
  };
}

function onlineMeetingLinks(conversation: Conversation, hrefs: Hrefs): Resource['links'] {
  const href = hrefs.conversation(conversation);
  return { self: { href: `${href}/onlineMeeting` }, conversation: { href } };
}
