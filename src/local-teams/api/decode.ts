import { RequestError } from '../errors';
import { isObject, type JsonObject, textAt } from '../json';
import { type ClickedAction, type WrittenMessage } from '../outbound/courier';
import { type Person } from '../world/model';
import { type Place, type WorldStore } from '../world/store';

/**
 * The conversation that a script means by key or id.
 *
 * @throws RequestError 404 `ConversationNotFound`
 */
export function requirePlace(store: WorldStore, reference: string): Place {
  const place = store.findPlace(reference);
  if (place === undefined) {
    throw new RequestError(404, 'ConversationNotFound', `There is no conversation "${reference}".`);
  }
  return place;
}

/**
 * The person who acts: `as` in the body.
 *
 * @throws RequestError 400 `UnknownPerson`, 403 `NotAMember`
 */
export function requirePerson(store: WorldStore, body: JsonObject, place: Place): Person {
  const person = store.findPerson(textAt(body, 'as') ?? '');
  if (person === undefined) {
    const keys = store.world.people.map(({ key }) => key).join(', ');
    throw new RequestError(400, 'UnknownPerson', `"as" must name one of: ${keys}.`);
  }
  if (!place.conversation.memberIds.includes(person.id)) {
    throw new RequestError(403, 'NotAMember', `${person.name} is not in this conversation.`);
  }
  return person;
}

/**
 * A message as scripts and the page send it.
 *
 * @throws RequestError 400, 403, 404
 */
export function decodeWritten(store: WorldStore, reference: string, body: JsonObject): WrittenMessage {
  const place = inThread(store, requirePlace(store, reference), textAt(body, 'threadId'));
  const text = textAt(body, 'text');
  if (text === undefined || text.trim() === '') throw new RequestError(400, 'BadSyntax', 'A message needs a text.');
  const replyTo = textAt(body, 'replyTo');
  if (replyTo !== undefined && place.conversation.kind === 'channel') {
    throw new RequestError(400, 'BadSyntax', 'Channels have threads: use threadId in place of replyTo.');
  }
  return { place, person: requirePerson(store, body, place), text, ...(replyTo === undefined ? {} : { replyTo }) };
}

/**
 * A click as scripts and the page send it: `data` of the button and the card's `inputs`.
 *
 * @throws RequestError 400, 403, 404
 */
export function decodeClick(store: WorldStore, reference: string, body: JsonObject): ClickedAction {
  const place = requirePlace(store, reference);
  const activityId = textAt(body, 'activityId');
  if (activityId === undefined) throw new RequestError(400, 'BadSyntax', 'activityId is missing.');
  const { data, inputs } = body;
  const merged = isObject(inputs) ? { ...(isObject(data) ? data : {}), ...inputs } : data;
  return {
    place,
    person: requirePerson(store, body, place),
    activityId,
    data: merged ?? {},
    verb: textAt(body, 'verb'),
    actionId: textAt(body, 'actionId'),
    title: textAt(body, 'title'),
  };
}

function inThread(store: WorldStore, place: Place, threadId: string | undefined): Place {
  const { conversation } = place;
  const thread = threadId ?? place.threadId;
  if (thread === undefined) return { conversation };
  if (conversation.kind !== 'channel') throw new RequestError(400, 'BadSyntax', 'Only channels have threads.');
  const root = store.findMessage(conversation, thread);
  if (root?.threadId !== thread) throw new RequestError(404, 'ThreadNotFound', 'There is no such thread.');
  return { conversation, threadId: thread };
}
