import type { Visitor } from '../calls/conference-hall';
import type { Input } from '../http/input';
import { conflict, forbidden, invalidParameters, notFound, UcwaProblem } from '../http/problem';
import type { Meeting } from '../model/meeting';
import { defaultSettings } from '../model/meeting-settings';
import { importances, type Invitation, type InvitationInput } from '../model/session';
import { invitationResource } from '../resources/conversation';

import { type ApplicationCall, type ApplicationRoute, personOf } from './application-route';

const MAX_OPERATION_ID = 50;
const MAX_SUBJECT = 250;
/** Real milliseconds a 201 is held back so that the `started` event is on the wire before it. */
const HEAD_START_MS = 40;

/** Starting and joining meetings. Source: Skype/UCWA/startOnlineMeeting_ref.md, joinOnlineMeeting_ref.md. */
export const onlineMeetingInvitationRoutes: readonly ApplicationRoute[] = [
  { method: 'POST', path: '/communication/onlineMeetingInvitations', handle: startOrJoin },
  { method: 'POST', path: '/communication/joinOnlineMeeting', handle: startOrJoin },
  { method: 'POST', path: '/communication/startOnlineMeeting', handle: async (call) => begin(call, startAdHoc) },
  ...['onlineMeetingInvitations', 'participantInvitations', 'invitations'].flatMap((collection): ApplicationRoute[] => [
    { method: 'GET', path: `/communication/${collection}/:invitation`, handle: read },
    { method: 'POST', path: `/communication/${collection}/:invitation/cancel`, handle: cancel },
  ]),
];

/** Real servers tell starting from joining by the query of the address alone. */
async function startOrJoin(call: ApplicationCall): Promise<void> {
  const adHoc = call.exchange.url.searchParams.get('onlineMeetingUri') === 'adhoc';
  await begin(call, adHoc ? startAdHoc : findMeeting);
}

type ChooseMeeting = (call: ApplicationCall, input: Input) => Meeting;

async function begin(call: ApplicationCall, choose: ChooseMeeting): Promise<void> {
  const { exchange, world, application, hrefs } = call;
  const input = await exchange.input();
  const decoded = decodeInvitation(call, input);
  const visitor = visitorOf(call, decoded);
  if (decoded.operationId !== undefined && application.operationIds.has(decoded.operationId)) {
    throw conflict('AlreadyExists', 'An operation with this operationId exists already.');
  }
  const meeting = choose(call, input);
  const invitation = world.invitations.open(application, meeting, { visitor, input: decoded });
  if (world.switches.startedBefore201) {
    world.invitations.announce(invitation);
    await world.timers.realPause(HEAD_START_MS);
  }
  exchange.afterAnswer(() => {
    if (!world.switches.startedBefore201) world.invitations.announce(invitation);
    world.invitations.proceed(invitation);
  });
  exchange.empty(201, { Location: hrefs.invitation(invitation) });
}

/** Reads the inputs that start, join and addParticipant share. @throws UcwaProblem 400. */
export function decodeOperation(input: Input): InvitationInput {
  return {
    operationId: input.text('operationId', MAX_OPERATION_ID),
    importance: input.choice('importance', importances),
    subject: input.text('subject', MAX_SUBJECT),
    threadId: input.text('threadId', MAX_SUBJECT),
    anonymousDisplayName: input.text('anonymousDisplayName', MAX_SUBJECT),
  };
}

function decodeInvitation({ caller }: ApplicationCall, input: Input): InvitationInput {
  const decoded = decodeOperation(input);
  const named = decoded.anonymousDisplayName !== undefined && decoded.anonymousDisplayName !== '';
  if (caller.kind === 'guest' && !named) {
    throw invalidParameters({ name: 'anonymousDisplayName', reason: 'The value is missing.' });
  }
  if (caller.kind === 'person' && named) {
    throw invalidParameters({ name: 'anonymousDisplayName', reason: 'The value is for anonymous users only.' });
  }
  return decoded;
}

function visitorOf({ caller }: ApplicationCall, input: InvitationInput): Visitor {
  if (caller.kind === 'person') return { uri: caller.person.uri, name: caller.person.name, ofCompany: true };
  return { uri: caller.uri, name: input.anonymousDisplayName ?? 'Guest', ofCompany: false };
}

function startAdHoc(call: ApplicationCall, input: Input): Meeting {
  const organizer = personOf(call);
  const subject = input.text('subject', MAX_SUBJECT) ?? '';
  const settings = { ...defaultSettings(organizer, call.world.clock.now()), subject };
  return call.world.meetings.create('adhoc', organizer, settings);
}

/** @throws UcwaProblem 404 DestinationNotFound; 403 for a guest of another meeting. */
function findMeeting(call: ApplicationCall, input: Input): Meeting {
  const { caller, world } = call;
  const uri = input.text('onlineMeetingUri', 2048);
  if (caller.kind === 'guest' && uri?.toLowerCase() !== caller.conferenceUri.toLowerCase()) {
    throw forbidden('None', 'The conference URI does not match the one of the anonymous ticket.');
  }
  if (uri === undefined || uri === '') return startAdHoc(call, input);
  const meeting = world.meetings.findByUri(uri);
  if (meeting === undefined) throw notFound('The meeting', 'DestinationNotFound');
  return meeting;
}

function read(call: ApplicationCall): void {
  call.exchange.resource(200, invitationResource(invitationOf(call), call.hrefs));
}

function cancel(call: ApplicationCall): void {
  const invitation = invitationOf(call);
  if (invitation.state !== 'Connecting') throw new UcwaProblem(410, 'None', { message: 'The operation has ended.' });
  call.exchange.empty(204);
  call.world.invitations.cancel(invitation);
}

function invitationOf({ application, exchange }: ApplicationCall): Invitation {
  const wanted = exchange.param('invitation');
  const byNumber = [...application.invitations.values()].find(({ number }) => String(number) === wanted);
  const invitation = application.invitations.get(wanted) ?? byNumber;
  if (invitation === undefined) throw notFound('The invitation', 'None');
  return invitation;
}
