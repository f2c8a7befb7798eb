import type { Person } from '../company';
import { conflict, forbidden } from '../http/problem';
import type { Resource } from '../http/resource';
import { decodeSettings, type SettingsRules } from '../model/meeting-settings';
import { myOnlineMeetingResource } from '../resources/my-online-meeting';
import type { World } from '../world';

import { type ApplicationCall, type ApplicationRoute, personOf } from './application-route';

/** Somebody's schedule. Source: Skype/UCWA/myOnlineMeetings_ref.md. */
export const myOnlineMeetingsRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: '/onlineMeetings/myOnlineMeetings', handle: readCollection },
  { method: 'POST', path: '/onlineMeetings/myOnlineMeetings', handle: schedule },
];

/** What decides over the inputs of a person's meeting, now. */
export function rulesFor(organizer: Person, world: World): SettingsRules {
  return {
    organizer,
    sipDomain: world.company.sipDomain,
    now: world.clock.now(),
    undated: world.switches.undatedMeetings,
  };
}

function readCollection(call: ApplicationCall): void {
  call.exchange.resource(200, collection(call));
}

async function schedule(call: ApplicationCall): Promise<void> {
  const { exchange, world, hrefs } = call;
  const organizer = personOf(call);
  const input = await exchange.input();
  if (!organizer.policy.maySchedule) throw forbidden('None', 'You are not allowed to schedule online meetings.');
  const settings = decodeSettings(input, rulesFor(organizer, world));
  if (world.meetings.scheduledBy(organizer).length >= world.switches.meetingQuota) {
    throw conflict('TooManyOnlineMeetings', 'You have too many online meetings; delete some first.');
  }
  const meeting = world.meetings.create('scheduled', organizer, settings);
  const status = world.switches.createStatus200 ? 200 : 201;
  exchange.resource(status, myOnlineMeetingResource(world, meeting, { hrefs, passBack: true }));
}

function collection(call: ApplicationCall): Resource {
  const { world, hrefs } = call;
  const person = personOf(call);
  const self = { href: hrefs.myOnlineMeetings };
  const scheduled = world.meetings.scheduledBy(person);
  const assigned = world.meetings.assignedTo(person);
  if (world.switches.linksOnlyCollection) {
    const links = {
      self,
      myAssignedOnlineMeeting: assigned && [{ href: hrefs.myOnlineMeeting(assigned) }],
      myOnlineMeeting: scheduled.map((meeting) => ({ href: hrefs.myOnlineMeeting(meeting) })),
    };
    return { rel: 'myOnlineMeetings', properties: {}, links };
  }
  const options = { hrefs, passBack: world.switches.passBackInCollection };
  return {
    rel: 'myOnlineMeetings',
    properties: {},
    links: { self },
    embedded: {
      myAssignedOnlineMeeting: assigned && [myOnlineMeetingResource(world, assigned, options)],
      myOnlineMeeting: scheduled.map((meeting) => myOnlineMeetingResource(world, meeting, options)),
    },
  };
}
