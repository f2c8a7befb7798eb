import { forbidden, invalidParameters, notFound } from '../http/problem';
import type { Conversation } from '../model/session';
import { conversationResource } from '../resources/conversation';
import { onlineMeetingResource } from '../resources/online-meeting';
import { phoneDialInResource } from '../resources/phone-dial-in';

import { type ApplicationCall, type ApplicationRoute } from './application-route';
import { decodeOperation } from './online-meeting-invitations';

const one = '/communication/conversations/:conversation';

/** Meetings that the application is in. Source: Skype/UCWA/conversation_ref.md, conversations_ref.md. */
export const conversationRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: '/communication/conversations', handle: readCollection },
  { method: 'GET', path: one, handle: read },
  { method: 'DELETE', path: one, handle: leave },
  { method: 'GET', path: `${one}/onlineMeeting`, handle: readOnlineMeeting },
  { method: 'GET', path: `${one}/onlineMeeting/phoneDialInInformation`, handle: dialIn },
  { method: 'POST', path: `${one}/enableAudienceMuteLock`, handle: lock('audienceMute', 'Enabled') },
  { method: 'POST', path: `${one}/disableAudienceMuteLock`, handle: lock('audienceMute', 'Disabled') },
  { method: 'POST', path: `${one}/messaging/enableAudienceMessaging`, handle: lock('audienceMessaging', 'Enabled') },
  { method: 'POST', path: `${one}/messaging/disableAudienceMessaging`, handle: lock('audienceMessaging', 'Disabled') },
  { method: 'POST', path: '/communication/participantInvitations', handle: addParticipant },
];

function readCollection({ exchange, application, hrefs }: ApplicationCall): void {
  const conversation = [...application.conversations.values()].map((entry) => ({ href: hrefs.conversation(entry) }));
  const self = { href: hrefs.at('communication/conversations?filter=active') };
  exchange.resource(200, { rel: 'conversations', properties: {}, links: { self, conversation } });
}

function read(call: ApplicationCall): void {
  call.exchange.resource(200, conversationResource(conversationOf(call), call.hrefs));
}

function leave(call: ApplicationCall): void {
  call.world.invitations.leave(conversationOf(call));
  call.exchange.empty(204);
}

function readOnlineMeeting(call: ApplicationCall): void {
  const conversation = joined(call);
  call.exchange.resource(200, onlineMeetingResource(conversation, call.hrefs, call.world.meetOrigin));
}

/** The conversation that an address names. @throws UcwaProblem 404 ConversationNotFound. */
export function conversationOf({ application, exchange }: ApplicationCall, id?: string): Conversation {
  const wanted = id ?? exchange.param('conversation');
  const conversation =
    application.conversations.get(wanted) ??
    [...application.conversations.values()].find(({ number }) => String(number) === wanted);
  if (conversation === undefined) throw notFound('The conversation', 'ConversationNotFound');
  return conversation;
}

/** The same, once the application is in the meeting; in the lobby there is nothing to see yet. */
export function joined(call: ApplicationCall, id?: string): Conversation {
  const conversation = conversationOf(call, id);
  if (conversation.state !== 'Conferenced') throw notFound('The online meeting', 'None');
  return conversation;
}

/** Refuses what only leaders may do. @throws UcwaProblem 403 AttendeeNotAllowed. */
export function leaderOnly(conversation: Conversation): Conversation {
  if (conversation.me.role !== 'Leader') throw forbidden('AttendeeNotAllowed', 'Only leaders may do this.');
  return conversation;
}

function dialIn(call: ApplicationCall): void {
  const { meeting } = joined(call).conference;
  if (meeting.settings.phoneUserAdmission !== 'Enabled') throw notFound('The dial-in information', 'None');
  const self = `${call.hrefs.conversation(conversationOf(call))}/onlineMeeting/phoneDialInInformation`;
  call.exchange.resource(200, phoneDialInResource(call.world.company, { self, conferenceId: meeting.conferenceId }));
}

/** Source: Skype/UCWA/enableAudienceMuteLock_ref.md and its three sisters. */
function lock(name: 'audienceMute' | 'audienceMessaging', value: 'Enabled' | 'Disabled'): ApplicationRoute['handle'] {
  return (call) => {
    const { conference } = leaderOnly(joined(call));
    call.exchange.empty(204);
    call.world.conferences.setLock(conference, name, value);
  };
}

/** Source: Skype/UCWA/addParticipant_ref.md. */
async function addParticipant(call: ApplicationCall): Promise<void> {
  const { exchange, world, hrefs } = call;
  const input = await exchange.input();
  const conversation = joined(call, input.text('conversation', 50) ?? '');
  const to = input.text('to', 454);
  if (to === undefined || !/^(sip|tel):\S+$/i.test(to)) {
    throw invalidParameters({ name: 'to', reason: to === undefined ? 'The value is missing.' : 'It is not a URI.' });
  }
  const invitation = world.invitations.ask(conversation, to.toLowerCase(), decodeOperation(input));
  exchange.afterAnswer(() => {
    world.invitations.announce(invitation);
  });
  exchange.empty(201, { Location: hrefs.invitation(invitation) });
}
