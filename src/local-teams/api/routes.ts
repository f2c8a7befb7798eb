import { type Request, type Server } from 'restify';

import { decodeFault, type Faults } from '../connector/faults';
import { RequestError } from '../errors';
import { type Answer, json, pathParameter, readJsonBody } from '../http/exchange';
import { type JsonObject, textAt } from '../json';
import { type OfferedCommand } from '../options';
import { type Courier } from '../outbound/courier';
import { type Installer } from '../outbound/installer';
import { type Traffic } from '../traffic';
import { type Bot } from '../world/model';
import { type WorldStore } from '../world/store';

import { decodeClick, decodeWritten, requirePerson, requirePlace } from './decode';
import { type EventStream } from './event-stream';
import { messagesView, worldView } from './world-view';

/** What the scripting API works on. */
export interface ApiParts {
  readonly store: WorldStore;
  readonly courier: Courier;
  readonly installer: Installer;
  readonly events: EventStream;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly bot: Bot;
  readonly serviceUrl: string;
  readonly commands: readonly OfferedCommand[];
}

const conversation = '/api/conversations/:conversationId';

/** Adds the API that the page, tests and scripts use; see README.md beside this folder's index. */
export function mountApi(server: Server, parts: ApiParts): void {
  const { store, faults, traffic, events } = parts;
  server.get(
    '/api/world',
    json(() => ({ status: 200, body: worldView(store, parts) })),
  );
  server.get('/api/events', (request, response, next) => {
    events.serve(request, response);
    next(false);
  });
  server.get(
    '/api/traffic',
    json(() => ({ status: 200, body: { exchanges: traffic.exchanges } })),
  );
  server.get(
    `${conversation}/messages`,
    json((request) => ({ status: 200, body: { messages: messagesView(store, idOf(request), asOf(request)) } })),
  );
  server.post(`${conversation}/messages`, withBody(parts, sendMessage));
  server.post(`${conversation}/submit`, withBody(parts, submit));
  server.post(`${conversation}/execute`, withBody(parts, execute));
  server.post('/api/install', withBody(parts, install));
  server.post('/api/faults', withBody(parts, addFault));
  server.del(
    '/api/faults',
    json(() => {
      faults.clear();
      return { status: 204 };
    }),
  );
  server.del(
    '/api/state',
    json(() => {
      store.reset();
      return { status: 204 };
    }),
  );
}

/** A body that was read, and the conversation that the path names. */
interface ApiCall {
  readonly conversationId: string;
  readonly body: JsonObject;
}

type ApiOperation = (parts: ApiParts, call: ApiCall) => Promise<Answer> | Answer;

async function sendMessage({ store, courier, bot }: ApiParts, { conversationId, body }: ApiCall): Promise<Answer> {
  const written = decodeWritten(store, conversationId, body);
  const text = body.mentionBot === true ? `<at>${bot.name}</at> ${written.text}` : written.text;
  const { message, delivered } = courier.send({ ...written, text });
  if (body.wait === true) await delivered;
  const current = store.findMessage(written.place.conversation, message.id) ?? message;
  return { status: 201, body: { id: message.id, message: current } };
}

async function submit({ store, courier }: ApiParts, { conversationId, body }: ApiCall): Promise<Answer> {
  return { status: 200, body: await courier.submit(decodeClick(store, conversationId, body)) };
}

async function execute({ store, courier }: ApiParts, { conversationId, body }: ApiCall): Promise<Answer> {
  return { status: 200, body: await courier.execute(decodeClick(store, conversationId, body)) };
}

async function install({ store, installer }: ApiParts, { body }: ApiCall): Promise<Answer> {
  const place = requirePlace(store, textAt(body, 'conversationId') ?? '');
  const person = requirePerson(store, body, place);
  const action = textAt(body, 'action') ?? 'ensure';
  switch (action) {
    case 'ensure':
      return { status: 200, body: await installer.ensureInstalled(place, person) };
    case 'add':
    case 'remove':
      return { status: 200, body: await installer.change(place, person, action) };
    default:
      throw new RequestError(400, 'BadSyntax', 'action must be "ensure", "add" or "remove".');
  }
}

function addFault({ faults }: ApiParts, { body }: ApiCall): Answer {
  faults.add(decodeFault(body));
  return { status: 201, body: {} };
}

function withBody(parts: ApiParts, operation: ApiOperation): ReturnType<typeof json> {
  return json(async (request) =>
    operation(parts, { conversationId: idOf(request), body: await readJsonBody(request) }),
  );
}

function idOf(request: Request): string {
  return pathParameter(request, 'conversationId');
}

function asOf({ url = '/' }: Request): string | null {
  return new URL(url, 'http://localhost').searchParams.get('as');
}
