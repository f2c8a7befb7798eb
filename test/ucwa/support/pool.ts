import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createUcwaAccount,
  type PasswordCredentials,
  type UcwaAccount,
  type UcwaAccountOptions,
} from '../../../src/ucwa';

import { readInput, toXml } from './xml-form';

const xmlType = 'application/vnd.microsoft.com.ucwa+xml';

/** One request the pool received. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One answer to give; `cut` closes the connection instead, `hang` never answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly cut?: boolean;
  readonly hang?: boolean;
}

type Script = (request: Received) => Reply | Promise<Reply>;

export const html: Reply = { headers: { 'content-type': 'text/html' }, text: '<html><body>proxy</body></html>' };

/**
 * A UCWA pool of a few lines, for exact control of single answers. Every route can be overridden with `on`; the event
 * channel answers what `push` was given, in order, and holds the P-GET when there is nothing.
 */
export class Pool {
  readonly requests: Received[] = [];
  token = 'cwt=SECRET-TOKEN-1';
  password = 'SECRET-PASSWORD';
  tokenLifeSec = 28_800;
  /** In place of the usual ones. */
  challenges: string[] | undefined;
  origin = '';
  applicationId = 1;
  readonly #server: Server;
  readonly #scripts = new Map<string, Script[]>();
  readonly #always = new Map<string, Script>();
  readonly #packages = new Map<number, unknown>();
  readonly #held = new Map<number, (reply: Reply) => void>();
  #pushed = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<Pool> {
    const pool = new Pool();
    await new Promise<void>((resolve) => {
      pool.#server.listen(0, '127.0.0.1', resolve);
    });
    pool.origin = `http://127.0.0.1:${String((pool.#server.address() as AddressInfo).port)}`;
    return pool;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  /** Answers the next request of that route with each of the replies in turn; afterwards as usual. */
  once(route: string, ...replies: (Reply | Script)[]): void {
    const scripts = replies.map((reply): Script => (typeof reply === 'function' ? reply : () => reply));
    this.#scripts.set(route, [...(this.#scripts.get(route) ?? []), ...scripts]);
  }

  /** Answers all requests of that route (`GET /path`, without query). */
  on(route: string, reply: Reply | Script): void {
    this.#always.set(route, typeof reply === 'function' ? reply : () => reply);
  }

  /** Puts a package into the event channel; `next` is added unless the package says how to go on. */
  push(senders: unknown[], links?: Record<string, unknown>): void {
    this.#pushed += 1;
    const next = { next: { href: `${this.app}/events?ack=${String(this.#pushed + 1)}` } };
    const body = { _links: links ?? next, sender: senders };
    const held = this.#held.get(this.#pushed);
    if (held === undefined) this.#packages.set(this.#pushed, body);
    else held({ json: body });
    this.#held.delete(this.#pushed);
  }

  /** Path of the application. */
  get app(): string {
    return `/ucwa/oauth/v1/applications/${String(this.applicationId)}`;
  }

  /** How often a route was asked. */
  count(route: string): number {
    return this.requests.filter((request) => `${request.method} ${pathOf(request.path)}` === route).length;
  }

  /** `METHOD /path?query` of all requests but those of the event channel. */
  commands(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`).filter((line) => !line.includes('/events'));
  }

  /** The last request of a route. */
  last(route: string): Received {
    const found = this.requests.findLast((request) => `${request.method} ${pathOf(request.path)}` === route);
    if (found === undefined) throw new RangeError(`No request of ${route}`);
    return found;
  }

  challenge(origin = this.origin): Reply {
    return {
      status: 401,
      headers: {
        'content-type': 'text/html',
        'www-authenticate': this.challenges ?? [
          'Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000"',
          `MsRtcOAuth href="${origin}/token",grant_type="urn:microsoft.rtc:windows,password"`,
        ],
      },
      text: '<html>401</html>',
    };
  }

  application(): Record<string, unknown> {
    const link = (path: string): { href: string } => ({ href: `${this.app}${path}` });
    return {
      rel: 'application',
      _links: { self: link(''), events: link('/events?ack=1') },
      _embedded: {
        me: { rel: 'me', name: 'Anna Berg', uri: 'sip:annab@contoso.com', emailAddresses: ['annab@contoso.com'] },
        onlineMeetings: {
          rel: 'onlineMeetings',
          _links: { self: link('/onlineMeetings'), myOnlineMeetings: link('/my') },
        },
        communication: {
          rel: 'communication',
          _links: {
            self: link('/communication'),
            startOnlineMeeting: link('/start?onlineMeetingUri=adhoc'),
            joinOnlineMeeting: link('/join'),
          },
        },
      },
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.requests.push(received);
    const route = `${received.method} ${pathOf(received.path)}`;
    const script = this.#scripts.get(route)?.shift() ?? this.#always.get(route);
    const reply = await (script === undefined ? this.#usual(route, received) : script(received));
    if (reply.cut === true) request.socket.destroy();
    else if (reply.hang !== true) send(response, inFormatOf(received, reply));
  }

  #usual(route: string, request: Received): Reply | Promise<Reply> {
    if (route === 'GET /') return { json: { _links: { user: { href: `${this.origin}/user` } } } };
    if (route === 'POST /token') return this.#issueToken(new URLSearchParams(request.body));
    if (request.headers.authorization !== `Bearer ${this.token}`) return this.challenge();
    if (route === 'GET /user') {
      return { json: { _links: { applications: { href: `${this.origin}/apps`, revision: '2' } } } };
    }
    if (route === 'POST /apps') return { status: 201, json: this.application() };
    if (route === `GET ${this.app}`) return { json: this.application() };
    if (route === `DELETE ${this.app}`) return { status: 204 };
    if (route === `GET ${this.app}/my`) return { json: { rel: 'myOnlineMeetings', _links: {} } };
    if (route === `GET ${this.app}/events`) return this.#poll(request);
    return { status: 404, json: { code: 'NotFound', subcode: 'ApplicationNotFound' } };
  }

  #issueToken(form: URLSearchParams): Reply {
    if (form.get('password') !== this.password) return { status: 400, json: { error: 'invalid_grant' } };
    return { json: { access_token: this.token, expires_in: this.tokenLifeSec, token_type: 'Bearer' } };
  }

  async #poll(request: Received): Promise<Reply> {
    const ack = Number(new URL(request.path, this.origin).searchParams.get('ack'));
    const ready = this.#packages.get(ack);
    if (ready !== undefined) return { json: ready };
    return new Promise((resolve) => {
      this.#held.set(ack, resolve);
    });
  }
}

/** A clock whose `sleep` only takes note of how long it was asked to. */
export class FastClock {
  readonly slept: number[] = [];
  offsetMs = 0;
  readonly now = (): number => Date.now() + this.offsetMs;
  readonly sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    this.slept.push(ms);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    signal.throwIfAborted();
  };
}

/** Whom the pool knows. */
export const annab: PasswordCredentials = {
  kind: 'password',
  username: 'annab@contoso.com',
  password: async () => Promise.resolve('SECRET-PASSWORD'),
};

/** Options for an account on the pool; `changes` override. */
export function optionsFor(pool: Pool, changes: Partial<UcwaAccountOptions> = {}): UcwaAccountOptions {
  return {
    server: { kind: 'root', rootUrl: `${pool.origin}/`, sipDomain: 'contoso.com' },
    credentials: annab,
    application: { userAgent: 'Confer/1.0', endpointId: 'endpoint-1', culture: 'en-US' },
    clock: new FastClock(),
    ...changes,
  };
}

/** Runs `test` with a pool and an account on it, and closes both. */
export async function withAccount(
  test: (pool: Pool, account: UcwaAccount) => Promise<void>,
  changes: Partial<UcwaAccountOptions> = {},
): Promise<void> {
  const pool = await Pool.start();
  const account = createUcwaAccount(optionsFor(pool, changes));
  try {
    await test(pool, account);
  } finally {
    await account.close(AbortSignal.timeout(1_000)).catch(() => undefined);
    await pool.stop();
  }
}

/** `withAccount` for accounts that speak one format. */
export function withAccountIn(format: 'json' | 'xml'): typeof withAccount {
  return async (test, changes) => withAccount(test, { format, ...changes });
}

/** A signal for calls that nobody aborts; its limit is below the one of mocha, so that a hanging call shows its stack. */
export function anySignal(): AbortSignal {
  return AbortSignal.timeout(1_900);
}

/** A meeting as the server sends it. */
export function wireMeeting(pool: Pool, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const id = typeof changes.onlineMeetingId === 'string' ? changes.onlineMeetingId : '7QX2MZ4K';
  return {
    rel: 'myOnlineMeeting',
    onlineMeetingId: id,
    subject: 'Budget sync',
    description: 'Q1 numbers',
    attendees: ['sip:lukas@contoso.com'],
    leaders: [],
    accessLevel: 'SameEnterprise',
    expirationTime: '/Date(1799276400000)/',
    joinUrl: `https://meet.contoso.com/annab/${id}`,
    onlineMeetingUri: `sip:annab@contoso.com;gruu;opaque=app:conf:focus:id:${id}`,
    '7e1d4c0a-52b9-4f3e-8a6d-0c9b1f2e3d4a': 'please pass this in a PUT request',
    somethingNew: { kept: true },
    etag: '2236067977',
    _links: { self: { href: `${pool.app}/my/${id}` } },
    ...changes,
  };
}

/** The inputs of a request, whichever format they came in. In XML everything is text. */
export function inputOf({ headers, body }: Received): Record<string, unknown> {
  return headers['content-type'] === 'application/xml'
    ? readInput(body)
    : (JSON.parse(body) as Record<string, unknown>);
}

/** A script's JSON as XML, when XML was asked for. */
function inFormatOf(request: Received, reply: Reply): Reply {
  const { json, ...others } = reply;
  if (request.headers.accept !== xmlType || typeof json !== 'object' || json === null) return reply;
  const headers = { 'content-type': `${xmlType}; charset=utf-8`, ...reply.headers };
  return { ...others, headers, text: toXml(json as Record<string, unknown>) };
}

function send(response: ServerResponse, reply: Reply): void {
  const content = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
  const type = reply.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(reply.status ?? 200, { ...type, ...reply.headers }); // not chained: restify, once loaded, returns nothing
  response.end(content);
}

function pathOf(path: string): string {
  return path.split('?', 1)[0] ?? '';
}
