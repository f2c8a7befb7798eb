import { type Request, type RequestHandler, type Response } from 'restify';

import { RequestError } from '../errors';
import { isObject, type JsonObject } from '../json';

const maxBodyBytes = 1_048_576;

/** What a handler answers: a status and a JSON body, or only a status. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Serves a request with JSON; a RequestError becomes `{error: {code, message}}` with its status. */
export type JsonHandler = (request: Request) => Promise<Answer> | Answer;

/** Makes a restify handler of a JsonHandler. */
export function json(handler: JsonHandler): RequestHandler {
  return async (request: Request, response: Response) => {
    const answer = await answerOf(handler, request);
    response.setHeader('cache-control', 'no-store');
    if (answer.body === undefined) response.send(answer.status);
    else response.json(answer.status, answer.body);
  };
}

/** The answer of a handler, or the wire form of the RequestError it raised. */
export async function answerOf(handler: JsonHandler, request: Request): Promise<Answer> {
  try {
    return await handler(request);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { status: error.status, body: { error: { code: error.code, message: error.message } } };
  }
}

/** A part of the path, decoded. */
export function pathParameter(request: Request, name: string): string {
  const parameters: unknown = request.params;
  const value = isObject(parameters) ? parameters[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/**
 * The request's body, which must be a JSON object.
 *
 * @throws RequestError 400 `BadSyntax`, 413 `MessageSizeTooBig`, 415 `UnsupportedMediaType`
 */
export async function readJsonBody(request: Request): Promise<JsonObject> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestError(415, 'UnsupportedMediaType', 'The content type must be application/json.');
  }
  const text = await readText(request);
  const body = parse(text);
  if (!isObject(body)) throw new RequestError(400, 'BadSyntax', 'The body must be a JSON object.');
  return body;
}

async function readText(request: Request): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new RequestError(413, 'MessageSizeTooBig', 'Message size too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(400, 'BadSyntax', 'The body is not JSON.');
  }
}
