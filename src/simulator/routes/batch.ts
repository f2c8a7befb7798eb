import { randomUUID } from 'node:crypto';

import { boundaryOf, readBatch, writeBatch } from '../http/batching';
import type { Exchange } from '../http/exchange';
import type { InnerRequest } from '../http/inner-request';
import { problemToJson } from '../http/json';
import { UcwaProblem } from '../http/problem';
import { uriOf } from '../model/principal';

import { type ApplicationCall, type ApplicationRoute, mountPoints } from './application-route';

/** Requests of one person that may be under way in batches; the documentation calls it subject to change. */
const MAX_OUTSTANDING = 100;
/** What waits too long, or is too large, to stand in a batch. */
const refused = new Set(['batch', 'events', 'photos']);

/** Several requests in one. Source: Skype/UCWA/batch_ref.md, BatchingRequests.md, GroupingRequestsInABatch.md. */
export const batchRoutes: readonly ApplicationRoute[] = [{ method: 'POST', path: '/batch', handle: runBatch }];

async function runBatch({ exchange, world, caller }: ApplicationCall): Promise<void> {
  const boundary = boundaryOf(exchange.header('content-type'));
  if (boundary === undefined) {
    throw new UcwaProblem(415, 'UnsupportedMediaType', { message: 'A batch is multipart/batching with a boundary.' });
  }
  const requests = readBatch(await exchange.body(), boundary);
  if (requests === undefined) {
    throw new UcwaProblem(400, 'DeserializationFailure', { message: 'The batch could not be read.' });
  }
  const underWay = world.batched.get(uriOf(caller)) ?? 0;
  if (underWay + requests.length > MAX_OUTSTANDING) {
    throw new UcwaProblem(429, undefined, { message: 'Too many requests are outstanding.' });
  }
  world.batched.set(uriOf(caller), underWay + requests.length);
  try {
    const answers = await Promise.all(requests.map(async (inner) => answerPart(exchange, inner)));
    const { contentType, body } = writeBatch(answers);
    exchange.send(200, body, { 'Content-Type': contentType, 'Cache-Control': 'no-cache' });
  } finally {
    world.batched.set(uriOf(caller), (world.batched.get(uriOf(caller)) ?? 0) - requests.length);
  }
}

async function answerPart(exchange: Exchange, inner: InnerRequest): Promise<string> {
  if (refused.has(resourceOf(inner.path))) {
    return failure(400, new UcwaProblem(400, 'None', { message: `${inner.path} cannot stand in a batch.` }));
  }
  // Parts carry no token: who sends the batch sends them.
  const authorization = exchange.header('authorization');
  const headers = { ...inner.headers, ...(authorization !== undefined && { authorization }) };
  const answer = await exchange.answerInside({ ...inner, headers });
  return answer ?? failure(500, new UcwaProblem(500, undefined, { message: 'The request was not answered.' }));
}

/** First path segment below the application; empty outside of one. */
function resourceOf(path: string): string {
  const plain = path.replace(/[?#][^]*$/, '').replace(/\/{2,}/g, '/');
  const root = mountPoints.find((mountPoint) => plain.startsWith(`${mountPoint}/`)) ?? plain;
  return plain.slice(root.length + 1).split('/')[1] ?? '';
}

function failure(status: 400 | 500, problem: UcwaProblem): string {
  const body = problemToJson(problem, randomUUID());
  const phrase = { 400: 'Bad Request', 500: 'Internal Server Error' }[status];
  const length = String(Buffer.byteLength(body));
  const head = `HTTP/1.1 ${String(status)} ${phrase}\r\nContent-Type: application/json; charset=utf-8`;
  return `${head}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}
