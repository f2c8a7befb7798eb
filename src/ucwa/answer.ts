import { type Diagnostics, parseDiagnostics } from './diagnostics';
import {
  type InvalidParameter,
  UcwaNotFoundError,
  UcwaPreconditionFailedError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
} from './errors';
import { loggable } from './href';
import { isJsonObject, type JsonObject, parseJson, readText } from './json';
import type { UcwaFormat } from './options';
import { decodeXmlPayload } from './xml-payload';

/** One HTTP answer, body not yet looked at. */
export interface HttpAnswer {
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** When its request was sent, in milliseconds since the epoch. */
  readonly sentAt: number;
  /** When it arrived, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The `id` its request has in the hooks. */
  readonly requestId?: string;
}

/** `GET https://host/path`: how a request is named in messages, which may be logged. */
export function nameOf(request: { readonly method: string; readonly url: URL }): string {
  return `${request.method} ${loggable(request.url)}`;
}

/** Whether the status says success. */
export function isSuccess(answer: HttpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** The diagnostics header, if there is one. */
export function diagnosticsOf(answer: HttpAnswer): Diagnostics | undefined {
  return parseDiagnostics(answer.headers['x-ms-diagnostics']);
}

/** The server's clock as its `Date` header tells it. */
export function serverDateOf(answer: HttpAnswer): Date | undefined {
  const ms = Date.parse(answer.headers.date ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/**
 * The body of a successful answer as a JSON object, whichever format it came in: the answer's own type counts.
 *
 * @throws UcwaProxyAnswerError when it is neither JSON nor XML (HTML of a proxy), UcwaProtocolError when it is broken.
 */
export function readBody(answer: HttpAnswer): JsonObject {
  const format = formatOf(answer);
  if (format === undefined)
    throw new UcwaProxyAnswerError(nameOf(answer), { ...factsOf(answer), code: 'UnexpectedContent' });
  const body = parsePayload(answer.text, format);
  if (!isJsonObject(body)) {
    const expected = format === 'json' ? 'a JSON object' : 'UCWA XML';
    throw new UcwaProtocolError(`${nameOf(answer)}: the body is not ${expected}`, factsOf(answer));
  }
  return body;
}

/**
 * The error for an answer that is not a success. A UCWA error has a JSON or XML body with a `code`; of anything else
 * only status and headers count. Source: Skype/UCWA/ErrorsAndInformationalMessages.md.
 */
export function toResponseError(answer: HttpAnswer): UcwaResponseError {
  const format = formatOf(answer);
  const parsed = format === undefined ? undefined : parsePayload(answer.text, format);
  const body = isJsonObject(parsed) ? parsed : {};
  const facts = {
    ...factsOf(answer),
    code: readText(body, 'code') ?? codeByStatus[answer.status] ?? `Http${String(answer.status)}`,
    subcode: readText(body, 'subcode'),
    serverMessage: readText(body, 'message'),
    parameters: decodeParameters(body.parameters),
  };
  const request = nameOf(answer);
  if (isForeign(answer)) return new UcwaProxyAnswerError(request, facts);
  if (answer.status === 404) return new UcwaNotFoundError(request, facts);
  if (answer.status === 412) return new UcwaPreconditionFailedError(request, facts);
  return new UcwaResponseError(request, facts);
}

/** Whether UCWA itself answers that it will not: a body with a `code`. Anything else comes from the layers before it. */
export function isUcwaError(answer: HttpAnswer): boolean {
  const format = formatOf(answer);
  const body = format === undefined ? undefined : parsePayload(answer.text, format);
  return isJsonObject(body) && readText(body, 'code') !== undefined;
}

/** Status, diagnostics and the like of an answer, for an error about it. */
export function factsOf(answer: HttpAnswer): {
  readonly status: number;
  readonly diagnostics: Diagnostics | undefined;
  readonly correlationId: string | undefined;
  readonly retryAfterMs: number | undefined;
} {
  return {
    status: answer.status,
    diagnostics: diagnosticsOf(answer),
    correlationId: answer.headers['x-ms-correlation-id'] ?? answer.headers['client-request-id'],
    retryAfterMs: retryAfterMs(answer),
  };
}

/** Strips `W/` and quotes: the bare tag. Real servers quote it in the header, samples do not. */
export function bareEtag(value: string | undefined): string | undefined {
  const bare = value
    ?.trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
  return bare === '' ? undefined : bare;
}

const codeByStatus: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'EntityTooLarge',
  415: 'UnsupportedMediaType',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  500: 'ServiceFailure',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function mediaType(answer: HttpAnswer): string {
  return (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** `undefined` for what is certainly not UCWA. */
function formatOf(answer: HttpAnswer): UcwaFormat | undefined {
  const type = mediaType(answer);
  if (type === '') return /^\uFEFF?\s*\{/.test(answer.text) ? 'json' : undefined;
  if (/^(application|text)\/(json|[\w.-]+\+json)$/.test(type)) return 'json';
  return /^(application|text)\/(xml|vnd\.microsoft\.(com\.)?ucwa\+xml)$/.test(type) ? 'xml' : undefined;
}

function isForeign(answer: HttpAnswer): boolean {
  return answer.status < 400 || mediaType(answer) === 'text/html';
}

/** `undefined` when the text is not what its type says. */
function parsePayload(text: string, format: UcwaFormat): unknown {
  try {
    return format === 'xml' ? decodeXmlPayload(text) : parseJson(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UcwaProtocolError) return undefined;
    throw error;
  }
}

function decodeParameters(value: unknown): readonly InvalidParameter[] {
  if (Array.isArray(value)) {
    return value.filter(isJsonObject).map((entry) => ({
      name: readText(entry, 'name') ?? '',
      reason: readText(entry, 'reason') ?? '',
    }));
  }
  if (!isJsonObject(value)) return [];
  return Object.keys(value).map((name) => ({ name, reason: readText(value, name) ?? '' }));
}

/** Seconds, or an HTTP date, which is judged by the server's own clock where it tells it. Anything else does not count. */
function retryAfterMs(answer: HttpAnswer): number | undefined {
  const value = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const ms = Date.parse(value) - (serverDateOf(answer)?.getTime() ?? answer.receivedAt);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
