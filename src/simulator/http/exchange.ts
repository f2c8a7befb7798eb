import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Pool } from '../model/pool';
import type { Switches } from '../switches';

import { sharedWith } from './cross-origin';
import type { InnerRequest } from './inner-request';
import { Input, parseBody } from './input';
import { packageToJson, problemToJson, resourceToJson } from './json';
import { representationFor, type RepresentationType } from './negotiation';
import { UcwaProblem, WebServerProblem } from './problem';
import type { EventPackage, Resource } from './resource';
import { type Variation, varyPackage, varyResource } from './variation';
import { packageToXml, problemToXml, resourceToXml } from './xml';

/** Largest request body in bytes; more is answered 413. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Where an exchange happens. */
export interface ExchangeSetting {
  readonly pool: Pool;
  readonly switches: Switches;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Has the same server answer a request that this one carries. */
  readonly answerInside: (inner: InnerRequest) => Promise<string | undefined>;
  /** Told each piece of the request's body as it is read. */
  readonly hear: (chunk: Buffer) => void;
}

/**
 * One request and its answer. Every byte of a UCWA answer is written here, so that headers, formats and error bodies are
 * the same for every resource.
 */
export class Exchange {
  readonly pool: Pool;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly method: string;
  readonly url: URL;
  /** Has the same server answer a request that this one carries; `undefined`: cut without an answer. */
  readonly answerInside: ExchangeSetting['answerInside'];
  private readonly hear: ExchangeSetting['hear'];
  private readonly switches: Switches;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, setting: ExchangeSetting) {
    this.request = request;
    this.response = response;
    this.pool = setting.pool;
    this.switches = setting.switches;
    this.params = setting.params;
    this.answerInside = setting.answerInside;
    this.hear = setting.hear;
    this.method = request.method ?? 'GET';
    this.url = new URL(request.url ?? '/', setting.pool.origin);
  }

  /** The same exchange with other path parameters. */
  with(params: Readonly<Record<string, string>>): Exchange {
    const { pool, switches, answerInside, hear } = this;
    return new Exchange(this.request, this.response, { pool, switches, params, answerInside, hear });
  }

  /** A request header; repeated ones are joined. */
  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** A path parameter; empty when the route has none of that name. */
  param(name: string): string {
    return this.params[name] ?? '';
  }

  /** Address of the caller. */
  get remoteAddress(): string {
    return this.request.socket.remoteAddress ?? '';
  }

  /** Runs `onGone` if the caller closes the connection before an answer was sent. */
  whenCallerLeaves(onGone: () => void): void {
    this.response.once('close', () => {
      if (!this.response.writableFinished) onGone();
    });
  }

  /** Runs `then` once the answer has been handed to the network, or the caller has gone. */
  afterAnswer(then: () => void): void {
    this.response.once('close', then);
  }

  /**
   * The whole request body.
   *
   * @throws UcwaProblem 413 beyond 1 MiB.
   */
  async body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.request) {
      const bytes = chunk as Buffer;
      this.hear(bytes);
      length += bytes.length;
      // The rest is read and dropped, so that the caller gets to see the answer.
      if (length <= MAX_BODY_BYTES) chunks.push(bytes);
    }
    if (length > MAX_BODY_BYTES) throw new UcwaProblem(413, undefined, { message: 'The request is too large.' });
    return Buffer.concat(chunks);
  }

  /** The inputs of the request, from body and query string. */
  async input(): Promise<Input> {
    return new Input(this.url.searchParams, parseBody(await this.body(), this.header('content-type')));
  }

  /** Answers with a resource; its etag goes into the `ETag` header too. */
  resource(status: number, resource: Resource, headers: Record<string, string> = {}): void {
    const etag = resource.etag === undefined ? {} : { ETag: `"${resource.etag}"` };
    const type = representationFor(this.header('accept'), 'resource');
    const varied = varyResource(resource, this.variation());
    const body = isXml(type) ? resourceToXml(varied) : resourceToJson(varied);
    this.ucwa(status, { type, body }, { ...etag, ...headers });
  }

  /** Answers a P-GET. */
  events(eventPackage: EventPackage): void {
    const type = representationFor(this.header('accept'), 'events');
    const varied = varyPackage(eventPackage, this.variation());
    this.ucwa(200, { type, body: isXml(type) ? packageToXml(varied) : packageToJson(varied) }, {});
  }

  /** Answers without a body: 204, or 201 with a `Location`. */
  empty(status: number, headers: Record<string, string> = {}): void {
    const location = headers.Location;
    const resolved = location === undefined ? headers : { ...headers, Location: this.variation().href(location) };
    this.send(status, '', { 'Cache-Control': 'no-cache', ...resolved });
  }

  /** Answers the error that a handler threw; anything unforeseen is a 500 without details. */
  fail(error: unknown): void {
    if (error instanceof WebServerProblem) {
      this.html(
        error.status,
        `<html><head><title>${error.message}</title></head><body>${error.message}</body></html>`,
        {
          ...error.headers,
        },
      );
      return;
    }
    const problem =
      error instanceof UcwaProblem
        ? error
        : new UcwaProblem(500, undefined, { message: 'The simulator failed to answer this request.' });
    const type = representationFor(this.header('accept'), 'resource');
    const body = isXml(type) ? problemToXml(problem, randomUUID()) : problemToJson(problem, randomUUID());
    this.ucwa(problem.status, { type, body }, {});
  }

  /** Answers an HTML page. */
  html(status: number, page: string, headers: Record<string, string | string[]> = {}): void {
    this.send(status, page, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
  }

  /** Answers any text with the headers given; the base of all others. */
  send(status: number, body: string, headers: Record<string, string | string[]>): void {
    if (this.response.headersSent || this.response.destroyed) return;
    const bytes = Buffer.from(body, 'utf8');
    this.response.statusCode = status;
    this.response.setHeader('X-MS-Server-Fqdn', this.pool.fqdn);
    this.response.setHeader('X-MS-Correlation-Id', randomUUID());
    this.response.setHeader('X-MS-UcwaVersion', '2.0');
    const clientRequestId = this.header('client-request-id');
    if (clientRequestId !== undefined) this.response.setHeader('client-request-id', clientRequestId);
    const shared = sharedWith(this.header('origin'), this.switches);
    for (const [name, value] of Object.entries({ ...shared, ...headers })) this.response.setHeader(name, value);
    if (status !== 204) this.response.setHeader('Content-Length', bytes.length);
    else this.response.removeHeader('Content-Length');
    this.response.end(this.method === 'HEAD' || status === 204 || status === 304 ? undefined : bytes);
  }

  private ucwa(
    status: number,
    { type, body }: { type: RepresentationType; body: string },
    headers: Record<string, string>,
  ): void {
    this.send(status, body, {
      'Content-Type': `${type}; charset=utf-8`,
      'Cache-Control': 'no-cache',
      ...headers,
    });
  }

  private variation(): Variation {
    const { hrefForm, extraProperties, embedding } = this.switches;
    const href = (path: string): string => {
      if (!path.startsWith('/') || hrefForm === 'relative') return path;
      return hrefForm === 'absolute' ? `${this.pool.origin}${path}` : `/${path}`;
    };
    return { href, extra: extraProperties, embedding };
  }
}

function isXml(type: RepresentationType): boolean {
  return type.endsWith('xml');
}
