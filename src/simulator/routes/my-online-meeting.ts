import { forbidden, notFound } from '../http/problem';
import type { Meeting } from '../model/meeting';
import { decodeSettings } from '../model/meeting-settings';
import { myOnlineMeetingResource, passBackKey } from '../resources/my-online-meeting';

import { type ApplicationCall, type ApplicationRoute, checkPut, isUnchanged, personOf } from './application-route';
import { rulesFor } from './my-online-meetings';

const path = '/onlineMeetings/myOnlineMeetings/:meeting';

/** One scheduled meeting, or the personal room. Source: Skype/UCWA/myOnlineMeeting_ref.md. */
export const myOnlineMeetingRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path, handle: read },
  { method: 'PUT', path, handle: replace },
  { method: 'DELETE', path, handle: remove },
];

function read(call: ApplicationCall): void {
  const { exchange, world, hrefs } = call;
  const meeting = ownMeeting(call);
  if (isUnchanged(exchange, meeting.etag)) {
    exchange.empty(304, { ETag: `"${meeting.etag}"` });
    return;
  }
  exchange.resource(200, myOnlineMeetingResource(world, meeting, { hrefs, passBack: true }));
}

async function replace(call: ApplicationCall): Promise<void> {
  const { exchange, world, hrefs } = call;
  const input = await exchange.input();
  const meeting = ownMeeting(call);
  checkPut(call, { etag: meeting.etag, name: passBackKey(meeting), hasInput: (name) => input.has(name) });
  world.meetings.rewrite(meeting, decodeSettings(input, rulesFor(meeting.organizer, world)));
  if (world.switches.putStatus204) exchange.empty(204);
  else exchange.resource(200, myOnlineMeetingResource(world, meeting, { hrefs, passBack: true }));
}

function remove(call: ApplicationCall): void {
  const meeting = ownMeeting(call);
  if (meeting.kind === 'assigned') throw forbidden('None', 'The assigned meeting cannot be deleted.');
  call.world.meetings.remove(meeting);
  call.exchange.empty(204);
}

/** Organizers see only their own meetings; anybody else's does not exist for them. @throws UcwaProblem 404. */
export function ownMeeting(call: ApplicationCall): Meeting {
  const person = personOf(call);
  const meeting = call.world.meetings.find(call.exchange.param('meeting'));
  if (meeting?.organizer !== person || meeting.kind === 'adhoc') throw notFound('The online meeting');
  return meeting;
}
