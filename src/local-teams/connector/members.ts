import { type Answer } from '../http/exchange';
import { type JsonObject } from '../json';
import { type Person } from '../world/model';

import { type ConnectorCall, type ConnectorParts, placeOf } from './call';
import { connectorErrors } from './errors';

const defaultPageSize = 200;

/** A member as Teams describes people to bots. The bot itself is never among them. */
export function teamsMember(person: Person, tenantId: string): JsonObject {
  return {
    id: person.id,
    name: person.name,
    objectId: person.aadObjectId,
    aadObjectId: person.aadObjectId,
    givenName: person.givenName,
    surname: person.surname,
    email: person.email,
    userPrincipalName: person.email,
    tenantId,
    userRole: 'user',
  };
}

/** GET …/members */
export function listMembers(parts: ConnectorParts, call: ConnectorCall): Answer {
  return { status: 200, body: membersOf(parts, call) };
}

/** GET …/members/:memberId; the id may be a Teams id, an object id or a user principal name. */
export function getMember(parts: ConnectorParts, call: ConnectorCall): Answer {
  const { conversation } = placeOf(parts, call);
  const person = parts.store.findPerson(call.parameter('memberId'));
  if (person === undefined || !conversation.memberIds.includes(person.id)) throw connectorErrors.memberNotFound();
  return { status: 200, body: teamsMember(person, parts.store.world.tenantId) };
}

/** GET …/pagedmembers?pageSize=&continuationToken= */
export function listPagedMembers(parts: ConnectorParts, call: ConnectorCall): Answer {
  const members = membersOf(parts, call);
  const pageSize = readPageSize(call.query.get('pageSize'));
  const start = readToken(call.query.get('continuationToken') ?? '');
  const end = start + pageSize;
  const next = end < members.length ? { continuationToken: writeToken(end) } : {};
  return { status: 200, body: { ...next, members: members.slice(start, end) } };
}

/** GET …/activities/:activityId/members */
export function listActivityMembers(parts: ConnectorParts, call: ConnectorCall): Answer {
  const { conversation } = placeOf(parts, call);
  const message = parts.store.findMessage(conversation, call.parameter('activityId'));
  if (message === undefined) throw connectorErrors.activityNotFound();
  return { status: 200, body: membersOf(parts, call) };
}

function membersOf(parts: ConnectorParts, call: ConnectorCall): JsonObject[] {
  const { conversation } = placeOf(parts, call);
  return parts.store.membersOf(conversation).map((person) => teamsMember(person, parts.store.world.tenantId));
}

function readPageSize(text: string | null): number {
  return text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : defaultPageSize;
}

function writeToken(start: number): string {
  return Buffer.from(`members:${String(start)}`).toString('base64url');
}

function readToken(token: string): number {
  if (token === '') return 0;
  const start = /^members:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw connectorErrors.badContinuationToken();
  return Number(start);
}
