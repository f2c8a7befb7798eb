import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import * as tls from 'node:tls';

import axios, { type AxiosInstance, isAxiosError } from 'axios';

import { addressRefused, guardedLookup } from './addresses';
import { factsOf, type HttpAnswer, nameOf } from './answer';
import { type TransportFailureKind, UcwaError, UcwaTransportError } from './errors';
import { loggable } from './href';
import type { RequestInfo, UcwaConnectionOptions } from './options';
import { healthAfter, healthOfStatus, mayArriveBefore, mayHaveArrived } from './outcome';
import type { Finding } from './politeness/circuit-breaker';
import { type LaneName, type Origin, type Origins, type OriginUser, sharedOrigins } from './politeness/origins';
import type { RetryBudget } from './politeness/retry-budget';
import { systemClock, withLimits } from './waiting';

/** Largest answer read, in bytes after decompression. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** Older TLS is not spoken, whatever the process was started with. */
const minVersion = 'TLSv1.2';

/** One HTTP request. `body` is sent as it is. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: the configured limit of one request. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /**
   * Opens its own connection. A creating POST needs that: a reset of an idle connection that was about to be closed looks
   * the same as a reset after the server has done the work.
   */
  readonly ownConnection?: boolean;
  /** Whose places it takes; default `command`. */
  readonly lane?: LaneName;
  /** Links its tries in the hooks; made up when absent. */
  readonly id?: string;
  /** Number of the try, from 1. */
  readonly attempt?: number;
}

/** A new `id` for the hooks. */
export function newRequestId(): string {
  return randomUUID();
}

/**
 * Sends requests and knows nothing of UCWA. No redirects, no proxies from the environment, no unlimited answers, no
 * unlimited waiting; every status is an answer. A server gets no more requests at a time than it can be asked to bear,
 * and none while it is left alone.
 */
export class Transport {
  readonly #http: AxiosInstance;
  readonly #pooled: Agents;
  readonly #single: Agents;
  readonly #hooks: NonNullable<UcwaConnectionOptions['hooks']>;
  readonly #now: () => number;
  readonly #requestMs: number;
  readonly #origins: Origins;
  readonly #user: OriginUser;
  readonly #joined = new Map<string, Origin>();
  #isClosed = false;

  constructor(options: Omit<UcwaConnectionOptions, 'server'>, userAgent: string, origins: Origins = sharedOrigins) {
    const { clock = systemClock, hooks, limits } = options;
    this.#origins = origins;
    this.#user = { clock, onBreaker: hooks?.onBreaker, ...(limits === undefined ? {} : { limits }) };
    const ca = options.tls?.ca === undefined ? {} : { ca: [...systemAuthorities(), options.tls.ca] };
    const lookup = guardedLookup(options.trust?.allowedAddresses ?? [], options.lookup);
    this.#pooled = agents({ keepAlive: true, lookup, ...ca });
    this.#single = agents({ keepAlive: false, lookup, ...ca });
    this.#hooks = hooks ?? {};
    this.#now = clock.now;
    this.#requestMs = options.timeouts?.requestMs ?? 20_000;
    this.#http = axios.create({
      adapter: 'http',
      maxRedirects: 0,
      proxy: false,
      maxBodyLength: maxAnswerBytes,
      responseType: 'text',
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      headers: { 'User-Agent': userAgent.replaceAll(/[^\x20-\x7e]/g, '') },
    });
  }

  /**
   * Sends one request, when it is its turn. The request's own time limit does not begin before.
   *
   * @throws UcwaTransportError when no answer comes in time, UcwaCircuitOpenError while the server is left alone, or the
   * signal's reason.
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { id = newRequestId(), attempt = 1, method, url, lane = 'command' } = request;
    const info = { id, attempt, method, url: loggable(url) };
    const origin = this.#originOf(url);
    if (attempt === 1 && lane !== 'poll') origin.budget.earn();
    const startedAt = this.#now();
    const departure = {
      lane,
      send: async () => this.#observed({ ...request, id }, info, signal),
      judge: (result: { value: HttpAnswer } | { error: unknown }) =>
        findingOf(result, { isPoll: lane === 'poll', signal }),
      onQueued: (waiting: number) => this.#hooks.onQueued?.({ ...info, waiting }),
    };
    try {
      return await origin.run(departure, signal);
    } catch (error) {
      this.#hooks.onFailure?.({ ...info, elapsedMs: this.#now() - startedAt, ...failureOf(error, signal) });
      throw error;
    }
  }

  /** What repetitions at this URL's server are taken from. */
  budgetOf(url: URL): RetryBudget {
    return this.#originOf(url).budget;
  }

  /** Closes all connections. */
  close(): void {
    this.#isClosed = true;
    for (const origin of this.#joined.keys()) this.#origins.leave(origin, this.#user);
    this.#joined.clear();
    for (const { httpAgent, httpsAgent } of [this.#pooled, this.#single]) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }

  #originOf({ origin }: URL): Origin {
    const known = this.#joined.get(origin);
    if (known !== undefined) return known;
    const joined = this.#origins.join(origin, this.#user);
    if (this.#isClosed)
      this.#origins.leave(origin, this.#user); // a straggler, who never would
    else this.#joined.set(origin, joined);
    return joined;
  }

  async #observed(request: HttpRequest, info: RequestInfo, signal: AbortSignal): Promise<HttpAnswer> {
    const timeoutMs = request.timeoutMs ?? this.#requestMs;
    const timeoutError = (): Error => transportError(request, 'timeout', `no answer in ${String(timeoutMs)} ms`);
    this.#hooks.onRequest?.(info);
    const answer = await withLimits({ signals: [signal], timeoutMs, timeoutError }, async (limited) =>
      this.#exchange(request, limited),
    );
    const correlationId = answer.headers['x-ms-correlation-id'];
    this.#hooks.onResponse?.({
      ...info,
      status: answer.status,
      elapsedMs: answer.receivedAt - answer.sentAt,
      ...(correlationId === undefined ? {} : { correlationId }),
    });
    return answer;
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const sentAt = this.#now();
    const response = await this.#http
      .request<unknown>({
        method: request.method,
        url: request.url.href,
        // Without content there is no type of it; axios would name one for every POST.
        headers: { Accept: 'application/json', ...(request.body === undefined ? noType : {}), ...request.headers },
        data: request.body,
        maxContentLength: request.maxBytes ?? maxAnswerBytes,
        signal,
        ...(request.ownConnection === true ? this.#single : this.#pooled),
      })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw toTransportError(error, request);
      });
    return {
      method: request.method,
      url: request.url,
      status: response.status,
      headers: flatHeaders(response.headers),
      text: typeof response.data === 'string' ? response.data : '',
      sentAt,
      receivedAt: this.#now(),
      ...(request.id === undefined ? {} : { requestId: request.id }),
    };
  }
}

const noType = { 'Content-Type': false } as const;

/** What the breaker learns from a request. One that its caller gave up says nothing. */
function findingOf(
  result: { readonly value: HttpAnswer } | { readonly error: unknown },
  { isPoll, signal }: { readonly isPoll: boolean; readonly signal: AbortSignal },
): Finding {
  if ('value' in result) {
    const { status } = result.value;
    const { retryAfterMs } = factsOf(result.value);
    return { health: healthOfStatus(status), code: `http.${String(status)}`, status, retryAfterMs };
  }
  if (signal.aborted || !(result.error instanceof UcwaError)) return { health: 'unsaid' };
  return { health: healthAfter(result.error, isPoll), code: result.error.code };
}

function failureOf(
  error: unknown,
  signal: AbortSignal,
): { readonly code: string; readonly ambiguous: boolean; readonly networkCode?: string } {
  if (signal.aborted || !(error instanceof UcwaError)) return { code: 'aborted', ambiguous: true };
  const networkCode = error instanceof UcwaTransportError ? { networkCode: error.networkCode } : {};
  return { code: error.code, ambiguous: mayHaveArrived(error), ...networkCode };
}

/**
 * Turns whatever axios threw into something safe to log and exact to catch. The AxiosError is dropped, not kept as
 * `cause`: printing it prints the Authorization header and the posted password.
 */
function toTransportError(error: unknown, request: HttpRequest): UcwaTransportError {
  const code = isAxiosError(error) ? (error.code ?? 'UNKNOWN') : 'UNKNOWN';
  if (isAxiosError(error) && error.message.includes('maxContentLength')) {
    return transportError(request, 'too-large', 'MAX_CONTENT_LENGTH');
  }
  return transportError(request, kindOf(code), code);
}

function transportError(request: HttpRequest, kind: TransportFailureKind, networkCode: string): UcwaTransportError {
  return new UcwaTransportError(nameOf(request), { kind, ambiguous: mayArriveBefore(kind), networkCode });
}

const kindByCode: Readonly<Record<string, TransportFailureKind>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  [addressRefused]: 'dns',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNABORTED: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  ERR_BAD_RESPONSE: 'reset', // axios: the answer stopped in the middle
};

function kindOf(code: string): TransportFailureKind {
  return kindByCode[code] ?? (isTlsCode(code) ? 'tls' : 'unknown');
}

function isTlsCode(code: string): boolean {
  return /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|^EPROTO$|UNABLE_TO_(VERIFY|GET)|^CRL_|HOSTNAME_MISMATCH/.test(code);
}

interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

function agents(options: {
  readonly keepAlive: boolean;
  readonly lookup: LookupFunction;
  readonly ca?: string[];
}): Agents {
  const { keepAlive, lookup } = options;
  return { httpAgent: new HttpAgent({ keepAlive, lookup }), httpsAgent: new HttpsAgent({ ...options, minVersion }) };
}

/** The authorities Node trusts by itself: a `ca` given to it replaces its own list, so they have to be given too. */
export function systemAuthorities(): readonly string[] {
  const recent = tls as { getCACertificates?: (type: 'default') => string[] }; // Node 22.15 and later: with NODE_EXTRA_CA_CERTS
  return recent.getCACertificates?.('default') ?? tls.rootCertificates;
}

function flatHeaders(headers: object): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || value === null) continue;
    flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return flat;
}
