import { bringIn, takeOut, visitorNamed } from '../calls/visitors';
import { Input } from '../http/input';
import { UcwaProblem } from '../http/problem';
import type { Meeting, MeetingSettings } from '../model/meeting';
import { decodeSettings } from '../model/meeting-settings';
import type { Participant } from '../model/session';
import type { Route } from '../routes/route';
import type { World } from '../world';

import { type ControlAnswer, type ControlCall, ControlProblem, controlRoute } from './control-route';

/** Lets people come and go, and changes meetings as somebody else's client would. */
export function companyRoutes(world: World): Route[] {
  return [
    controlRoute('POST', '/people/:person/join', (call) => {
      const visitor = visitorNamed(world.company, call.exchange.param('person'));
      return shown(bringIn(world, meetingOf(world, call.body.onlineMeetingId), visitor));
    }),
    controlRoute('POST', '/people/:person/leave', (call) => {
      const visitor = visitorNamed(world.company, call.exchange.param('person'));
      const participant = takeOut(world, meetingOf(world, call.body.onlineMeetingId), visitor);
      if (participant === undefined) throw new ControlProblem(404, `${visitor.uri} is not in this meeting.`);
      return shown(participant);
    }),
    controlRoute('POST', '/people/:person/decline', (call) => decline(world, call)),
    ...leaderActs.map((act) => controlRoute('POST', `/people/:person/${act}`, (call) => lead(world, call, act))),
    controlRoute('POST', '/meetings/:meeting/touch', (call) => touch(world, call)),
  ];
}

/** What a leader with another client does about somebody. */
const leaderActs = ['admit', 'reject', 'promote', 'demote', 'eject'] as const;

function lead(world: World, call: ControlCall, act: (typeof leaderActs)[number]): ControlAnswer {
  const { conferences } = world;
  const { uri } = visitorNamed(world.company, call.exchange.param('person'));
  const conference = conferences.of(meetingOf(world, call.body.onlineMeetingId));
  const participant = conference?.participants.get(uri);
  if (conference === undefined || participant === undefined) {
    throw new ControlProblem(404, `${uri} is not in this meeting.`);
  }
  const waits = act === 'admit' || act === 'reject';
  if (participant.inLobby !== waits) {
    throw new ControlProblem(409, `${uri} is ${participant.inLobby ? 'in the lobby' : 'in the meeting'}.`);
  }
  if (act === 'promote' || act === 'demote') {
    conferences.setRole(conference, participant, act === 'promote' ? 'Leader' : 'Attendee');
  } else {
    conferences[act](conference, participant);
  }
  return shown(participant);
}

function decline(world: World, { exchange, body }: ControlCall): ControlAnswer {
  const { uri } = visitorNamed(world.company, exchange.param('person'));
  const conference = world.conferences.of(meetingOf(world, body.onlineMeetingId));
  if (conference === undefined || !world.invitations.decline(conference, uri)) {
    throw new ControlProblem(404, `Nobody has asked ${uri} into this meeting.`);
  }
  return { uri };
}

/** A change "from elsewhere": only the named properties change, the etag moves. */
function touch(world: World, { exchange, body }: ControlCall): ControlAnswer {
  const meeting = meetingOf(world, exchange.param('meeting'));
  const input = new Input(new URLSearchParams(), { ...asInput(meeting.settings), ...body });
  const { organizer } = meeting;
  try {
    const now = world.clock.now();
    const rules = { organizer, sipDomain: world.company.sipDomain, now, undated: true };
    world.meetings.rewrite(meeting, decodeSettings(input, rules));
  } catch (error) {
    if (!(error instanceof UcwaProblem)) throw error;
    throw new ControlProblem(400, error.parameters.map(({ name, reason }) => `${name}: ${reason}`).join(' '));
  }
  return { onlineMeetingId: meeting.id, etag: meeting.etag };
}

function asInput({ expirationTime, ...settings }: MeetingSettings): Record<string, unknown> {
  return expirationTime === undefined ? settings : { ...settings, expirationTime: `/Date(${String(expirationTime)})/` };
}

function meetingOf(world: World, id: unknown): Meeting {
  const meeting = typeof id === 'string' ? world.meetings.find(id) : undefined;
  if (meeting === undefined) throw new ControlProblem(404, `There is no meeting ${JSON.stringify(id)}.`);
  return meeting;
}

function shown({ uri, name, role, inLobby }: Participant): ControlAnswer {
  return { uri, name, role, inLobby };
}
