import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import * as tls from 'node:tls';

import axios, { type AxiosInstance, isAxiosError } from 'axios';

import { type HttpAnswer, nameOf } from './answer';
import { type TransportFailureKind, UcwaTransportError } from './errors';
import { printable } from './href';
import type { UcwaConnectionOptions } from './options';
import { systemClock, withLimits } from './waiting';

/** Largest answer read, in bytes after decompression. */
const maxAnswerBytes = 4 * 1024 * 1024;

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
}

/**
 * Sends requests and knows nothing of UCWA. No redirects, no proxies from the environment, no unlimited answers, no
 * unlimited waiting; every status is an answer.
 */
export class Transport {
  readonly #http: AxiosInstance;
  readonly #pooled: Agents;
  readonly #single: Agents;
  readonly #hooks: NonNullable<UcwaConnectionOptions['hooks']>;
  readonly #now: () => number;
  readonly #requestMs: number;

  constructor(options: Pick<UcwaConnectionOptions, 'tls' | 'timeouts' | 'hooks' | 'clock'>, userAgent: string) {
    const ca = options.tls?.ca === undefined ? {} : { ca: [...systemAuthorities(), options.tls.ca] };
    this.#pooled = agents({ keepAlive: true, ...ca });
    this.#single = agents({ keepAlive: false, ...ca });
    this.#hooks = options.hooks ?? {};
    this.#now = (options.clock ?? systemClock).now;
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
   * Sends one request.
   *
   * @throws UcwaTransportError when no answer comes in time, or the signal's reason.
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const timeoutMs = request.timeoutMs ?? this.#requestMs;
    const timeoutError = (): Error => transportError(request, 'timeout', `no answer in ${String(timeoutMs)} ms`);
    const info = { method: request.method, url: printable(request.url) };
    const startedAt = this.#now();
    this.#hooks.onRequest?.(info);
    const answer = await withLimits({ signals: [signal], timeoutMs, timeoutError }, async (limited) =>
      this.#exchange(request, limited),
    );
    const correlationId = answer.headers['x-ms-correlation-id'];
    this.#hooks.onResponse?.({
      ...info,
      status: answer.status,
      elapsedMs: answer.receivedAt - startedAt,
      ...(correlationId === undefined ? {} : { correlationId }),
    });
    return answer;
  }

  /** Closes all connections. */
  close(): void {
    for (const { httpAgent, httpsAgent } of [this.#pooled, this.#single]) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const response = await this.#http
      .request<unknown>({
        method: request.method,
        url: request.url.href,
        headers: { Accept: 'application/json', ...request.headers },
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
      receivedAt: this.#now(),
    };
  }
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
  const ambiguous = kind === 'timeout' || kind === 'reset' || kind === 'too-large' || kind === 'unknown';
  return new UcwaTransportError(nameOf(request), { kind, ambiguous, networkCode });
}

const kindByCode: Readonly<Record<string, TransportFailureKind>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
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

function agents(options: { readonly keepAlive: boolean; readonly ca?: string[] }): Agents {
  return { httpAgent: new HttpAgent({ keepAlive: options.keepAlive }), httpsAgent: new HttpsAgent(options) };
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
