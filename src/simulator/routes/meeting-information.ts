import type { Resource } from '../http/resource';
import type { ConferenceRegions } from '../resources/phone-dial-in';
import { phoneDialInResource } from '../resources/phone-dial-in';

import { type ApplicationCall, type ApplicationRoute, personOf } from './application-route';

/** What a scheduling form needs to know: defaults, choices, policies and texts. Source: the pages named at each part. */
export const meetingInformationRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: '/onlineMeetings/defaultValues', handle: answerWith(defaultValues) },
  { method: 'GET', path: '/onlineMeetings/eligibleValues', handle: answerWith(eligibleValues) },
  { method: 'GET', path: '/onlineMeetings/policies', handle: answerWith(policies) },
  { method: 'GET', path: '/onlineMeetings/customInvitation', handle: answerWith(customInvitation) },
  { method: 'GET', path: '/onlineMeetings/phoneDialInInformation', handle: answerWith(dialIn) },
];

function answerWith(describe: (call: ApplicationCall) => Resource): ApplicationRoute['handle'] {
  return (call) => {
    call.exchange.resource(200, describe(call));
  };
}

/** Source: Skype/UCWA/onlineMeetingDefaultValues_ref.md. */
function defaultValues(call: ApplicationCall): Resource {
  const { policy, personalRoomId } = personOf(call);
  return {
    rel: 'onlineMeetingDefaultValues',
    properties: {
      accessLevel: policy.defaultAccessLevel,
      automaticLeaderAssignment: policy.defaultLeaderAssignment,
      entryExitAnnouncement: policy.announcements[0],
      lobbyBypassForPhoneUsers: policy.phoneLobbyBypass[0],
      defaultOnlineMeetingRel:
        personalRoomId !== undefined && !policy.maySchedule ? 'myAssignedOnlineMeeting' : 'myOnlineMeetings',
      participantsWarningThreshold: call.world.switches.meetingSize,
    },
    links: { self: { href: call.hrefs.at('onlineMeetings/defaultValues') } },
  };
}

/** Source: Skype/UCWA/onlineMeetingEligibleValues_ref.md. */
function eligibleValues(call: ApplicationCall): Resource {
  const person = personOf(call);
  const { policy } = person;
  const assigned = call.world.meetings.assignedTo(person);
  return {
    rel: 'onlineMeetingEligibleValues',
    properties: {
      accessLevels: policy.accessLevels,
      automaticLeaderAssignments: policy.leaderAssignments,
      entryExitAnnouncements: policy.announcements,
      lobbyBypassForPhoneUsersSettings: policy.phoneLobbyBypass,
      eligibleOnlineMeetingRels: [
        ...(policy.maySchedule ? ['myOnlineMeetings'] : []),
        ...(assigned === undefined ? [] : ['myAssignedOnlineMeeting']),
      ],
    },
    links: {
      self: { href: call.hrefs.at('onlineMeetings/eligibleValues') },
      myOnlineMeetings: policy.maySchedule ? { href: call.hrefs.myOnlineMeetings } : undefined,
      myAssignedOnlineMeeting: assigned && { href: call.hrefs.myOnlineMeeting(assigned) },
    },
  };
}

/** Source: Skype/UCWA/onlineMeetingPolicies_ref.md. */
function policies(call: ApplicationCall): Resource {
  const { policy } = personOf(call);
  return {
    rel: 'onlineMeetingPolicies',
    properties: {
      entryExitAnnouncement: policy.announcements.includes('Enabled') ? 'Enabled' : 'Disabled',
      externalUserMeetingRecording: 'Disabled',
      meetingRecording: 'Enabled',
      meetingSize: call.world.switches.meetingSize,
      phoneUserAdmission: policy.phoneJoin,
      voipAudio: 'Enabled',
    },
    links: { self: { href: call.hrefs.at('onlineMeetings/policies') } },
  };
}

/** Source: Skype/UCWA/onlineMeetingInvitationCustomization_ref.md. */
function customInvitation({ world, hrefs }: ApplicationCall): Resource {
  const { helpUrl, legalUrl, footerText } = world.company.invitation;
  return {
    rel: 'onlineMeetingInvitationCustomization',
    properties: { invitationHelpUrl: helpUrl, invitationLegalUrl: legalUrl, invitationFooterText: footerText },
    links: { self: { href: hrefs.at('onlineMeetings/customInvitation') } },
  };
}

function dialIn(call: ApplicationCall): Resource {
  const person = personOf(call);
  const assigned = call.world.meetings.assignedTo(person);
  const { company } = call.world;
  const regions: ConferenceRegions =
    person.policy.phoneJoin === 'Enabled' ? company : { ...company, dialInRegions: [], defaultRegion: undefined };
  return phoneDialInResource(regions, {
    self: call.hrefs.at('onlineMeetings/phoneDialInInformation'),
    conferenceId: person.policy.phoneJoin === 'Enabled' ? assigned?.conferenceId : undefined,
  });
}
