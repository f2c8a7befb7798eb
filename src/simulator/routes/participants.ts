import { notFound } from '../http/problem';
import type { Resource } from '../http/resource';
import type { Conversation, Participant } from '../model/session';
import { participantResource, present, rightsOver } from '../resources/conversation';
import { mayMute, participantAudioResource } from '../resources/participant-audio';

import type { ApplicationCall, ApplicationRoute } from './application-route';
import { joined } from './conversations';

const conversation = '/communication/conversations/:conversation';
const one = `${conversation}/participants/:participant`;

/** Who is in, who leads, who waits. Source: Skype/UCWA/participants_ref.md, leaders_ref.md, attendees_ref.md, lobby_ref.md. */
export const participantRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: `${conversation}/participants`, handle: readFiltered },
  { method: 'GET', path: `${conversation}/leaders`, handle: readView('leaders') },
  { method: 'GET', path: `${conversation}/attendees`, handle: readView('attendees') },
  { method: 'GET', path: `${conversation}/lobby`, handle: readView('lobby') },
  { method: 'GET', path: `${conversation}/localParticipant`, handle: readMyself },
  { method: 'GET', path: one, handle: readOne },
  { method: 'POST', path: `${one}/admit`, handle: act('admit') },
  { method: 'POST', path: `${one}/reject`, handle: act('reject') },
  { method: 'POST', path: `${one}/promote`, handle: act('promote') },
  { method: 'POST', path: `${one}/demote`, handle: act('demote') },
  { method: 'POST', path: `${one}/eject`, handle: act('eject') },
  { method: 'GET', path: `${one}/participantAudio`, handle: readAudio },
  { method: 'POST', path: `${one}/participantAudio/muteAudio`, handle: mute(true) },
  { method: 'POST', path: `${one}/participantAudio/unmuteAudio`, handle: mute(false) },
];

function readFiltered(call: ApplicationCall): void {
  const filter = call.exchange.url.searchParams.get('filter')?.toLowerCase() ?? 'participants';
  call.exchange.resource(200, view(call, filter));
}

function readView(name: string): ApplicationRoute['handle'] {
  return (call) => {
    call.exchange.resource(200, view(call, name));
  };
}

function readMyself(call: ApplicationCall): void {
  const current = joined(call);
  call.exchange.resource(200, participantResource(current, current.me, call.hrefs));
}

function readOne(call: ApplicationCall): void {
  call.exchange.resource(200, participantResource(joined(call), participantOf(call), call.hrefs));
}

function view(call: ApplicationCall, name: string): Resource {
  const current = joined(call);
  const filters: Readonly<Record<string, 'Leaders' | 'Attendees' | 'Lobby'>> = {
    leaders: 'Leaders',
    attendees: 'Attendees',
    lobby: 'Lobby',
  };
  const filter = filters[name];
  const people = select(current, filter);
  const self = { href: call.hrefs.participants(current, filter) };
  // The lobby is the one list that usually carries its people whole.
  const { peopleForm } = call.world.switches;
  if (peopleForm === 'embedded' || (peopleForm === 'mixed' && filter === 'Lobby')) {
    const participant = people.map((entry) => participantResource(current, entry, call.hrefs));
    return { rel: name, properties: {}, links: { self }, embedded: { participant } };
  }
  const participant = people.map((entry) => ({ href: call.hrefs.participant(current, entry), title: entry.name }));
  return { rel: name, properties: {}, links: { self, participant } };
}

function select(current: Conversation, filter: 'Leaders' | 'Attendees' | 'Lobby' | undefined): readonly Participant[] {
  switch (filter) {
    case undefined:
      return present(current);
    case 'Leaders':
      return present(current).filter(({ role }) => role === 'Leader');
    case 'Attendees':
      return present(current).filter(({ role }) => role === 'Attendee');
    case 'Lobby':
      return [...current.conference.participants.values()].filter(({ inLobby }) => inLobby);
  }
}

/** The audio of somebody who is in; the lobby is silent. @throws UcwaProblem 404. */
function heard(call: ApplicationCall): Participant {
  const participant = participantOf(call);
  if (participant.inLobby) throw notFound('The audio of this participant', 'None');
  return participant;
}

function readAudio(call: ApplicationCall): void {
  call.exchange.resource(200, participantAudioResource(joined(call), heard(call), call.hrefs));
}

/** Source: Skype/UCWA/muteAudio_ref.md, unmuteAudio_ref.md. */
function mute(muted: boolean): ApplicationRoute['handle'] {
  return (call) => {
    const current = joined(call);
    const participant = heard(call);
    if (!mayMute(current, participant) || participant.audioMuted === muted) throw notFound('The link', 'None');
    call.exchange.empty(204);
    call.world.conferences.setMuted(current.conference, participant, muted);
  };
}

/** A link that is not shown is not there: acting without the right is 404. */
function act(right: 'admit' | 'reject' | 'promote' | 'demote' | 'eject'): ApplicationRoute['handle'] {
  return (call) => {
    const current = joined(call);
    const participant = participantOf(call);
    if (!rightsOver(current, participant).includes(right)) throw notFound(`The link ${right}`, 'None');
    call.exchange.empty(204);
    const { conferences } = call.world;
    if (right === 'promote' || right === 'demote') {
      conferences.setRole(current.conference, participant, right === 'promote' ? 'Leader' : 'Attendee');
    } else {
      conferences[right](current.conference, participant);
    }
  };
}

function participantOf(call: ApplicationCall): Participant {
  const address = call.exchange.param('participant').toLowerCase();
  const participant = joined(call).conference.participants.get(`sip:${address}`);
  if (participant === undefined) throw notFound('The participant', 'None');
  return participant;
}
