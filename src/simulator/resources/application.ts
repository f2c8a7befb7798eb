import type { Resource } from '../http/resource';
import type { Hrefs } from '../model/hrefs';
import type { Application } from '../model/session';
import type { World } from '../world';

/** The value that a pass-back property carries. Source: Skype/UCWA/PayloadFormat.md. */
export const PASS_BACK_TEXT = 'please pass this in a PUT request';

/** A signed-in client with its dashboards. Source: Skype/UCWA/application_ref.md. */
export function applicationResource(world: World, application: Application, hrefs: Hrefs): Resource {
  const { culture, userAgent, endpointId, type, instanceId } = application.input;
  const { owner, id } = application;
  const events = application.channels.get(hrefs.instanceId)?.cursor;
  return {
    rel: 'application',
    properties: { culture, userAgent, type, id, endpointId, instanceId: instanceId === '' ? undefined : instanceId },
    links: {
      self: { href: hrefs.self },
      policies: { href: hrefs.at('policies') },
      batch: { href: hrefs.at('batch') },
      events: { href: events ?? hrefs.events(1) },
      reportMyNetwork: { href: hrefs.at('reportMyNetwork') },
    },
    embedded: {
      me: meResource(application, hrefs),
      people: owner.kind === 'person' ? peopleResource(hrefs) : undefined,
      onlineMeetings: owner.kind === 'person' ? onlineMeetingsResource(world, application, hrefs) : undefined,
      communication: communicationResource(world, application, hrefs),
    },
    etag: application.etag,
  };
}

/** Who signed in. Source: Skype/UCWA/me_ref.md. */
export function meResource({ owner, madeAvailable }: Application, hrefs: Hrefs): Resource {
  const self = { href: hrefs.at('me') };
  if (owner.kind === 'guest') return { rel: 'me', properties: { uri: owner.uri }, links: { self } };
  const { person } = owner;
  return {
    rel: 'me',
    properties: {
      name: person.name,
      title: person.title,
      department: person.department,
      uri: person.uri,
      emailAddresses: [person.uri.replace(/^sip:/, '')],
    },
    links: {
      self,
      ...(madeAvailable
        ? { reportMyActivity: { href: hrefs.at('me/reportMyActivity') } }
        : { makeMeAvailable: { href: hrefs.at('me/makeMeAvailable') } }),
      photo: { href: hrefs.at('photo') },
    },
  };
}

/**
 * The people dashboard. What its links lead to is not simulated; they are here because clients read them at sign-in.
 * Source: Skype/UCWA/people_ref.md.
 */
function peopleResource(hrefs: Hrefs): Resource {
  return linksOnly('people', {
    self: { href: hrefs.at('people') },
    myContacts: { href: hrefs.at('people/contacts') },
    myGroups: { href: hrefs.at('people/groups') },
    presenceSubscriptions: { href: hrefs.at('people/presenceSubscriptions') },
    search: { href: hrefs.at('people/search') },
  });
}

/** The scheduling dashboard. Source: Skype/UCWA/onlineMeetings_ref.md. */
export function onlineMeetingsResource(world: World, { owner }: Application, hrefs: Hrefs): Resource {
  const assigned = owner.kind === 'person' ? world.meetings.assignedTo(owner.person) : undefined;
  return linksOnly('onlineMeetings', {
    self: { href: hrefs.at('onlineMeetings') },
    myOnlineMeetings: { href: hrefs.myOnlineMeetings },
    myAssignedOnlineMeeting: assigned && { href: hrefs.myOnlineMeeting(assigned) },
    onlineMeetingDefaultValues: { href: hrefs.at('onlineMeetings/defaultValues') },
    onlineMeetingEligibleValues: { href: hrefs.at('onlineMeetings/eligibleValues') },
    onlineMeetingInvitationCustomization: { href: hrefs.at('onlineMeetings/customInvitation') },
    onlineMeetingPolicies: { href: hrefs.at('onlineMeetings/policies') },
    phoneDialInInformation: { href: hrefs.at('onlineMeetings/phoneDialInInformation') },
  });
}

/** The communication dashboard. Source: Skype/UCWA/communication_ref.md. */
export function communicationResource(world: World, application: Application, hrefs: Hrefs): Resource {
  const person = application.owner.kind === 'person';
  return {
    rel: 'communication',
    properties: {
      [world.passBack('communication')]: PASS_BACK_TEXT,
      supportedModalities: [],
      supportedMessageFormats: ['Plain'],
    },
    links: {
      self: { href: hrefs.communication },
      mediaPolicies: { href: hrefs.at('communication/mediaPolicies') },
      conversations: { href: hrefs.at('communication/conversations?filter=active') },
      startMessaging: person ? { href: hrefs.at('communication/messagingInvitations') } : undefined,
      startOnlineMeeting: person ? { href: hrefs.startOnlineMeeting } : undefined,
      joinOnlineMeeting: { href: hrefs.joinOnlineMeeting },
    },
    etag: `2${application.etag.slice(1)}`,
  };
}

function linksOnly(rel: string, links: Resource['links']): Resource {
  return { rel, properties: {}, links };
}
