import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { bodyOf, JSON_TYPE, type RefusalCode, REFUSALS, SECURITY_HEADERS } from './refusals';

/** What one connection and all together may use. Times in milliseconds. */
export interface WireLimits {
  /** Until the headers are there, counted from the connection. */
  readonly headersTimeout: number;
  /** Until the whole request is there. */
  readonly requestTimeout: number;
  /** Between two requests; longer than balancers wait, so that they are the ones who close. */
  readonly keepAliveTimeout: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  readonly maxRequestsPerSocket: number;
  /** How often the first two limits are looked at. */
  readonly checkEvery: number;
  /** For how long the rest of a request is thrown away that was answered before its end. */
  readonly linger: number;
}

/** The limits of a server that people depend on. */
export const WIRE_LIMITS: WireLimits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  maxHeaderBytes: 16 * 1024,
  maxConnections: 2000,
  maxRequestsPerSocket: 1000,
  checkEvery: 1000,
  linger: 1000,
};

/** Of a refused body so much is thrown away, so that its sender is still there to read the answer. */
const LINGER_BYTES = 1024 * 1024;

/** Gives a server its limits, and fixed answers to what never becomes a request. Before it listens. */
export class Wire {
  readonly #answers = new WeakMap<Duplex, ServerResponse>();
  readonly #lingerMs: number;
  readonly #refused: (code: RefusalCode) => void;

  /** @param refused - hears of every refusal of something that never became a request. */
  constructor(server: Server, limits: WireLimits, refused: (code: RefusalCode) => void) {
    this.#lingerMs = limits.linger;
    this.#refused = refused;
    // The last three are read when it listens and when somebody connects; only the types do not know that.
    Object.assign(server, {
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
      maxConnections: limits.maxConnections,
      maxRequestsPerSocket: limits.maxRequestsPerSocket,
      maxHeaderSize: limits.maxHeaderBytes,
      connectionsCheckingInterval: limits.checkEvery,
      requireHostHeader: false,
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#refuseBytes(error.code, socket);
    });
    server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      response.setHeader('Connection', 'close');
      sendJson(response, REFUSALS.ExpectationNotSupported, bodyOf('ExpectationNotSupported'));
      refused('ExpectationNotSupported');
    });
    // restify listens and does nothing, so that such a connection would hang for ever; without, it is a plain request.
    server.removeAllListeners('upgrade');
    // A tunnel or another protocol through this server: nobody who means well asks for one.
    server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
      this.#refuseRaw(socket, 'RequestRefused');
    });
  }

  /** Notes who is answered on this connection. @returns a code when the request must not be served at all. */
  begin(request: IncomingMessage, response: ServerResponse): RefusalCode | undefined {
    const { socket } = request;
    // Requests sent ahead of their answers would let one connection hold any number of bodies.
    const isAhead = this.#answers.get(socket)?.writableEnded === false;
    if (!isAhead) this.#answers.set(socket, response);
    const hosts = request.headersDistinct.host?.length ?? 0;
    const hasHost = hosts === 1 || (hosts === 0 && request.httpVersion === '1.0');
    if (isAhead || !hasHost || request.url?.startsWith('/') !== true) return 'BadRequest';
    // restify would tidy these up and find a path of ours in them; whoever stands in front of us did not.
    return /^[^?]*(?:%|\\|\/\.)/u.test(request.url) ? 'NotFound' : undefined;
  }

  /**
   * Throws away what is left of a refused request. Cut off at once, its sender would see a broken connection in place of
   * the answer; who sends on and on is cut off nevertheless.
   */
  discardRest(request: IncomingMessage): void {
    if (request.complete) return;
    const { socket } = request;
    let bytes = 0;
    const timer = setTimeout(() => socket.destroy(), this.#lingerMs);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LINGER_BYTES) socket.destroy();
    });
    request.on('error', () => undefined);
    request.once('close', () => {
      clearTimeout(timer);
    });
  }

  #refuseBytes(code: string | undefined, socket: Duplex): void {
    const answer = this.#answers.get(socket);
    // In the middle of an answer nothing else can be said.
    const isAnswering = answer !== undefined && answer.headersSent && !answer.writableFinished;
    if (isAnswering || !socket.writable || code === 'ECONNRESET') socket.destroy();
    else this.#refuseRaw(socket, codeOf(code));
  }

  #refuseRaw(socket: Duplex, code: RefusalCode): void {
    this.#refused(code);
    const json = JSON.stringify(bodyOf(code));
    const status = REFUSALS[code];
    const headers = {
      ...SECURITY_HEADERS,
      'Content-Type': JSON_TYPE,
      'Content-Length': String(Buffer.byteLength(json)),
      Connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`, ...lines, '', json].join('\r\n'), () => {
      socket.destroy();
    });
  }
}

/** Answers with JSON by Node's own means: restify's `send` would log the body and choose a formatter. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  const json = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('Content-Type', JSON_TYPE);
  response.setHeader('Content-Length', Buffer.byteLength(json));
  response.end(json);
}

function codeOf(code: string | undefined): RefusalCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'RequestTooSlow';
  // Nothing in a header of ours is so long but a token, and no token of the Bot Connector is.
  return code === 'HPE_HEADER_OVERFLOW' ? 'Unauthorized' : 'BadRequest';
}
