import type { Input } from '../http/input';
import { conflict, invalidParameters, notFound } from '../http/problem';
import { extensionTypes, type Meeting, type MeetingExtension, sharedExtensions } from '../model/meeting';
import {
  extensionPassBackKey,
  extensionResource,
  extensionsResource,
  type ExtensionView,
} from '../resources/meeting-extension';

import { type ApplicationCall, type ApplicationRoute, checkPut } from './application-route';
import { joined } from './conversations';
import { ownMeeting } from './my-online-meeting';

const MAX_ID = 100;
const MAX_VALUE = 32 * 1024;

const own = '/onlineMeetings/myOnlineMeetings/:meeting/extensions';
const shared = '/communication/conversations/:conversation/onlineMeeting/extensions';

/**
 * Data of clients that travels with a meeting: the organizer's to write, the participants' to read where its type says
 * so. Source: Skype/UCWA/onlineMeetingExtensions_ref.md, onlineMeetingExtension_ref.md.
 */
export const meetingExtensionRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: own, handle: readAll },
  { method: 'POST', path: own, handle: add },
  { method: 'GET', path: `${own}/:extension`, handle: readOne },
  { method: 'PUT', path: `${own}/:extension`, handle: replace },
  { method: 'DELETE', path: `${own}/:extension`, handle: remove },
  { method: 'GET', path: shared, handle: readShared },
  { method: 'GET', path: `${shared}/:extension`, handle: readSharedOne },
];

/** Names that an input may echo, and that are no data. */
const reserved: ReadonlySet<string> = new Set(['id', 'type', 'rel', 'etag', '_links', '_embedded']);

function readAll(call: ApplicationCall): void {
  const meeting = ownMeeting(call);
  call.exchange.resource(200, extensionsResource(ownView(call, meeting), [...meeting.extensions.values()]));
}

async function add(call: ApplicationCall): Promise<void> {
  const input = await call.exchange.input();
  const meeting = ownMeeting(call);
  const id = input.text('id', MAX_ID);
  if (id === undefined || id === '') throw invalidParameters({ name: 'id', reason: 'The value is missing.' });
  if (meeting.extensions.has(id)) throw conflict('AlreadyExists', 'An extension with this id exists already.');
  const extension = call.world.meetings.writeExtension(meeting, { id, ...decode(input, '') });
  call.exchange.resource(201, extensionResource(ownView(call, meeting), extension));
}

function readOne(call: ApplicationCall): void {
  const meeting = ownMeeting(call);
  const extension = find(call, [...meeting.extensions.values()]);
  call.exchange.resource(200, extensionResource(ownView(call, meeting), extension));
}

async function replace(call: ApplicationCall): Promise<void> {
  const { exchange, world } = call;
  const input = await exchange.input();
  const meeting = ownMeeting(call);
  const extension = find(call, [...meeting.extensions.values()]);
  const name = extensionPassBackKey(meeting, extension);
  checkPut(call, { etag: extension.etag, name, hasInput: (wanted) => input.has(wanted) });
  const content = { id: extension.id, ...decode(input, world.passBack(name)) };
  const written = world.meetings.writeExtension(meeting, content);
  if (world.switches.putStatus204) exchange.empty(204);
  else exchange.resource(200, extensionResource(ownView(call, meeting), written));
}

function remove(call: ApplicationCall): void {
  const meeting = ownMeeting(call);
  call.world.meetings.removeExtension(meeting, find(call, [...meeting.extensions.values()]));
  call.exchange.empty(204);
}

function readShared(call: ApplicationCall): void {
  const view = sharedView(call);
  call.exchange.resource(200, extensionsResource(view, visible(call, view.meeting)));
}

function readSharedOne(call: ApplicationCall): void {
  const view = sharedView(call);
  call.exchange.resource(200, extensionResource(view, find(call, visible(call, view.meeting))));
}

function ownView({ world, hrefs }: ApplicationCall, meeting: Meeting): ExtensionView {
  return { world, meeting, hrefs, base: hrefs.myOnlineMeeting(meeting), passBack: true };
}

/** In a meeting they are there to be read only. */
function sharedView(call: ApplicationCall): ExtensionView {
  const { world, hrefs } = call;
  const conversation = joined(call);
  const base = `${hrefs.conversation(conversation)}/onlineMeeting`;
  return { world, meeting: conversation.conference.meeting, hrefs, base, passBack: false };
}

function visible({ caller }: ApplicationCall, meeting: Meeting): readonly MeetingExtension[] {
  const isOrganizer = caller.kind === 'person' && caller.person === meeting.organizer;
  return isOrganizer ? [...meeting.extensions.values()] : sharedExtensions(meeting);
}

function find({ exchange }: ApplicationCall, extensions: readonly MeetingExtension[]): MeetingExtension {
  const extension = extensions.find(({ id }) => id === exchange.param('extension'));
  if (extension === undefined) throw notFound('The extension');
  return extension;
}

/** The type, and every text that is no part of the protocol. @throws UcwaProblem 400. */
function decode(input: Input, passBack: string): Pick<MeetingExtension, 'type' | 'properties'> {
  const data = Object.entries(input.body).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !reserved.has(entry[0].toLowerCase()) && entry[0] !== passBack,
  );
  for (const [name] of data) input.text(name, MAX_VALUE);
  return { type: input.choice('type', extensionTypes) ?? 'Undefined', properties: Object.fromEntries(data) };
}
