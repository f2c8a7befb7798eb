import { type Request, type Response, type Server } from 'restify';

import { type Answer, answerOf, pathParameter, readJsonBody } from '../http/exchange';
import { type JsonObject } from '../json';
import { type Traffic } from '../traffic';

import { deleteActivity, replyToActivity, sendToConversation, updateActivity } from './activities';
import { type ConnectorCall, type ConnectorParts } from './call';
import { createConversation, listConversations } from './conversations';
import { connectorErrors } from './errors';
import { type Fault, type Faults } from './faults';
import { getMember, listActivityMembers, listMembers, listPagedMembers } from './members';
import { getTeamDetails, listChannels } from './teams';

/** What the connector needs besides the world: disturbances, a record of what happens, and a clock. */
export interface ConnectorOptions extends ConnectorParts {
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

type Operation = (parts: ConnectorParts, call: ConnectorCall) => Answer;

const base = '/connector/v3';
const conversation = `${base}/conversations/:conversationId`;

const operations: readonly (readonly ['get' | 'post' | 'put' | 'del', string, Operation])[] = [
  ['get', `${base}/conversations`, listConversations],
  ['post', `${base}/conversations`, createConversation],
  ['post', `${conversation}/activities`, sendToConversation],
  ['post', `${conversation}/activities/:activityId`, replyToActivity],
  ['put', `${conversation}/activities/:activityId`, updateActivity],
  ['del', `${conversation}/activities/:activityId`, deleteActivity],
  ['get', `${conversation}/activities/:activityId/members`, listActivityMembers],
  ['get', `${conversation}/members`, listMembers],
  ['get', `${conversation}/members/:memberId`, getMember],
  ['get', `${conversation}/pagedmembers`, listPagedMembers],
  ['get', `${base}/teams/:teamId`, getTeamDetails],
  ['get', `${base}/teams/:teamId/conversations`, listChannels],
];

/** Adds the Bot Connector REST API under `/connector/v3`; what it lacks answers 501 and says so. */
export function mountConnector(server: Server, options: ConnectorOptions): void {
  for (const [method, path, operation] of operations) server[method](path, serve(options, operation));
  const missing = serve(options, (_parts, call) => {
    throw connectorErrors.notSimulated(`the connector call ${call.parameter('*')}`);
  });
  for (const method of ['get', 'post', 'put', 'del'] as const) server[method]('/connector/*', missing);
}

function serve(options: ConnectorOptions, operation: Operation) {
  return async (request: Request, response: Response): Promise<void> => {
    const startedAt = options.now();
    const method = request.method ?? '';
    const path = (request.url ?? '').replace(/\?.*/, '');
    const fault = options.faults.take(method, path);
    if (fault !== undefined) await options.sleep(fault.delayMs);
    const { answer, body } = await perform(options, operation, { request, fault });
    if (fault?.drop === undefined) reply(response, answer, fault);
    else request.socket.destroy();
    options.traffic.record({
      at: new Date(startedAt).toISOString(),
      direction: 'fromBot',
      method,
      path,
      status: fault?.drop === undefined ? answer.status : 0,
      ms: options.now() - startedAt,
      ...(body === undefined ? {} : { request: body }),
      response: answer.body,
    });
  };
}

async function perform(
  options: ConnectorOptions,
  operation: Operation,
  { request, fault }: { request: Request; fault: Fault | undefined },
): Promise<{ answer: Answer; body: JsonObject | undefined }> {
  let body: JsonObject | undefined;
  const answer = await answerOf(async () => {
    if (request.method === 'POST' || request.method === 'PUT') body = await readJsonBody(request);
    if (fault?.status !== undefined) return { status: fault.status, body: fault.body ?? faultBody(fault.status) };
    if (fault?.drop === 'before') return { status: 0 };
    return operation(options, {
      parameter: (name) => pathParameter(request, name),
      query: new URL(request.url ?? '/', 'http://localhost').searchParams,
      body: body ?? {},
    });
  }, request);
  return { answer, body };
}

function reply(response: Response, answer: Answer, fault: Fault | undefined): void {
  if (fault?.retryAfter !== undefined) response.setHeader('Retry-After', String(fault.retryAfter));
  if (answer.body === undefined) response.send(answer.status);
  else response.json(answer.status, answer.body);
}

function faultBody(status: number): JsonObject {
  const code = status === 429 ? 'Throttled' : 'ServiceError';
  return { error: { code, message: status === 429 ? 'Too many requests.' : 'The service is not available.' } };
}
