import { bareEtag, type HttpAnswer, isSuccess, readBody, toResponseError } from '../answer';
import type { AuthorizedTransport } from '../authorized-transport';
import { batchType, decodeBatch, encodeBatch } from '../batch';
import { type Connection, retryRules } from '../connection';
import { assertSameOrigin, resolveHref } from '../href';
import type { JsonObject } from '../json';
import type { UcwaFormat } from '../options';
import type { MethodClass } from '../outcome-table';
import { acceptHeader, encodePayload } from '../payload';
import { pauseAfter, type Try, withRetries } from '../retry';
import type { HttpRequest } from '../transport';

/** Largest package of events, in bytes: what some ten thousand people do at once. */
const maxPackageBytes = 16 * 1024 * 1024;

/** A resource as it was just read. */
export interface Fetched {
  readonly url: URL;
  readonly body: JsonObject;
  /** Bare tag from the `ETag` header; the body's `etag` is left to the decoder. */
  readonly etag?: string;
}

/** What to post. */
export interface PostTarget {
  readonly url: URL;
  /** Absent: the POST has no content. */
  readonly body?: JsonObject;
  /** Besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What becomes of it after a failure; default `creating`. */
  readonly methodClass?: Exclude<MethodClass, 'discovery'>;
}

/** Answer to a POST: a resource, or only its place, or neither. */
export interface Posted {
  readonly status: number;
  readonly url: URL;
  readonly body?: JsonObject;
  readonly etag?: string;
  /** The `Location` header, resolved. */
  readonly location?: URL;
}

/**
 * The ordinary requests of one application: errors become `UcwaError`s, what is safe to repeat is repeated, and no
 * request leaves the application's origin. Source: Skype/UCWA/GenericSynchronousErrors.md.
 */
export class CommandChannel {
  readonly origin: string;
  readonly #connection: Connection;
  readonly #authorized: AuthorizedTransport;
  readonly #format: UcwaFormat;

  constructor(
    connection: Connection,
    authorized: AuthorizedTransport,
    application: { readonly origin: string; readonly format: UcwaFormat },
  ) {
    this.#connection = connection;
    this.#authorized = authorized;
    this.origin = application.origin;
    this.#format = application.format;
  }

  /** @throws UntrustedLinkError when the link leads out of the application. */
  resolve(href: string, base: URL): URL {
    const url = resolveHref(href, base);
    assertSameOrigin(url, this.origin);
    return url;
  }

  /** Reads a resource. */
  async get(url: URL, signal: AbortSignal): Promise<Fetched> {
    const answer = await this.#repeatable({ method: 'GET', url }, signal);
    return toFetched(answer);
  }

  /**
   * Reads resources with one request, once; the caller decides about repeating.
   *
   * @returns their answers in the same order, whatever their status; `undefined` for one that cannot be read.
   * @throws UcwaProtocolError when the answer is no batch; UcwaResponseError when the batch as a whole was refused.
   * Source: Skype/UCWA/BatchingRequests.md.
   */
  async getBatchOnce(
    url: URL,
    batch: { readonly urls: readonly URL[]; readonly tried: Try },
    signal: AbortSignal,
  ): Promise<readonly (HttpAnswer | undefined)[]> {
    for (const part of batch.urls) assertSameOrigin(part, this.origin);
    const { contentType, body } = encodeBatch(batch.urls, acceptHeader(this.#format).Accept);
    const headers = { Accept: batchType, 'Content-Type': contentType };
    const answer = await this.#once({ method: 'POST', url, body, headers, ...batch.tried }, signal);
    const parts = decodeBatch(answer.headers['content-type'], answer.text, batch.urls.length);
    const { sentAt, receivedAt } = answer;
    return batch.urls.map((partUrl, index) => {
      const part = parts[index];
      return part === undefined ? undefined : { ...part, method: 'GET', url: partUrl, sentAt, receivedAt };
    });
  }

  /**
   * Deletes a resource. Success has no body, or one of UCWA: a page of a proxy deleted nothing.
   *
   * @throws UcwaNotFoundError when it is not there.
   */
  async delete(url: URL, signal: AbortSignal): Promise<void> {
    const answer = await this.#repeatable({ method: 'DELETE', url }, signal);
    if (answer.text.trim() !== '') readBody(answer);
  }

  /**
   * Replaces a resource, once, if it still has the etag. The caller decides about repeating.
   *
   * @returns the new representation, or `undefined` when the server sent none.
   */
  async putOnce(
    url: URL,
    content: { readonly body: JsonObject; readonly etag: string | undefined; readonly tried: Try },
    signal: AbortSignal,
  ): Promise<Fetched | undefined> {
    const ifMatch = content.etag === undefined ? {} : { 'If-Match': `"${content.etag}"` };
    const request = { method: 'PUT', url, ...content.tried, ...this.#content(content.body, ifMatch) } as const;
    const answer = await this.#once(request, signal);
    return answer.text.trim() === '' ? undefined : { url, body: readBody(answer), ...etagOf(answer) };
  }

  /** Posts. Repeats only what certainly was not executed, unless the POST is repeatable. */
  async post(target: PostTarget, signal: AbortSignal): Promise<Posted> {
    const { url } = target;
    const request = {
      method: 'POST',
      url,
      ownConnection: true,
      ...this.#content(target.body, target.headers),
    } as const;
    const rules = retryRules(this.#connection, request, target.methodClass ?? 'creating');
    const answer = await withRetries(rules, async (tried) => this.#once({ ...request, ...tried }, signal), signal);
    const location = answer.headers.location;
    return {
      status: answer.status,
      url,
      ...(answer.text.trim() === '' ? {} : { body: readBody(answer) }),
      ...etagOf(answer),
      ...(location === undefined ? {} : { location: this.resolve(location, url) }),
    };
  }

  /** Repeats `work` while its errors are transient. */
  async repeat<T>(
    request: Pick<HttpRequest, 'method' | 'url'>,
    work: (tried: Try) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return withRetries(retryRules(this.#connection, request, 'repeatable'), work, signal);
  }

  /** Waits before a POST is sent once more after a look at what became of it; `false`: it must not be. */
  async pauseAfter(
    url: URL,
    failed: { readonly tried: Try; readonly error: unknown },
    signal: AbortSignal,
  ): Promise<boolean> {
    return pauseAfter(retryRules(this.#connection, { method: 'POST', url }, 'action'), failed, signal);
  }

  /** Sends one P-GET; the answer is the caller's to judge. */
  async poll(url: URL, timeoutMs: number, signal: AbortSignal): Promise<HttpAnswer> {
    assertSameOrigin(url, this.origin);
    return this.#send({ method: 'GET', url, timeoutMs, maxBytes: maxPackageBytes, lane: 'poll' }, signal);
  }

  async #repeatable(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    return this.repeat(request, async (tried) => this.#once({ ...request, ...tried }, signal), signal);
  }

  async #once(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    assertSameOrigin(request.url, this.origin);
    const answer = await this.#send(request, signal);
    if (!isSuccess(answer)) throw toResponseError(answer);
    return answer;
  }

  async #send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { ...acceptHeader(this.#format), ...request.headers };
    return this.#authorized.send({ ...request, headers }, signal);
  }

  #content(
    content: JsonObject | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): { readonly headers: Readonly<Record<string, string>>; readonly body?: string } {
    // Web servers answer 411 to a POST that does not say how long it is.
    if (content === undefined) return { headers: { 'Content-Length': '0', ...headers } };
    const { contentType, body } = encodePayload(content, this.#format);
    return { headers: { 'Content-Type': contentType, ...headers }, body };
  }
}

/** A successful answer as a resource. @throws UcwaProxyAnswerError, UcwaProtocolError */
export function toFetched(answer: HttpAnswer): Fetched {
  return { url: answer.url, body: readBody(answer), ...etagOf(answer) };
}

function etagOf(answer: HttpAnswer): { readonly etag?: string } {
  const etag = bareEtag(answer.headers.etag);
  return etag === undefined ? {} : { etag };
}
