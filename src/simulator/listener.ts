import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createServer, type Request, type Response, type Server } from 'restify';

import { SimulatorStartError } from './errors';
import type { Fault } from './faults';
import { preflight } from './http/cross-origin';
import { Exchange } from './http/exchange';
import { answerInside, type InnerRequest, isInner } from './http/inner-request';
import { cannotRedirect, notSimulated, UcwaProblem, WebServerProblem } from './http/problem';
import { Transcript } from './http/transcript';
import type { Pool } from './model/pool';
import { enterApplication, mountPoints } from './routes/application-route';
import { authenticate, checkOrigin } from './routes/authentication';
import { USER_PATH } from './routes/root';
import type { Route, Verb } from './routes/route';
import type { World } from './world';

/** Where and how one pool listens. */
export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly pool: Pick<Pool, 'key' | 'fqdn'>;
  readonly routes: readonly Route[];
  /** Called once per answered request, with its time in ms. */
  readonly log: (line: { method: string; path: string; status: number; ms: number }) => void;
}

/** One listening pool. */
export interface Listener {
  readonly pool: Pool;
  /** Cuts every connection; resolves when the port is free. */
  readonly stop: () => Promise<void>;
}

const KEEP_ALIVE_MS = 65_000;
/** The web server of a pool finds addresses whatever their case. For the router; the type of the options lacks it. */
const routing = { caseSensitive: false };
/** Pieces of an answer that is sent slowly. */
const DRIPS = 8;

const verbs: Readonly<Record<Verb, 'get' | 'post' | 'put' | 'del'>> = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  DELETE: 'del',
};

/**
 * Starts one pool.
 *
 * @throws SimulatorStartError when the address cannot be used.
 */
export async function startListener(world: World, options: ListenerOptions): Promise<Listener> {
  const server = createServer({
    name: 'Microsoft-IIS/8.5',
    handleUncaughtExceptions: false,
    ...routing,
    ...(options.tls && { key: options.tls.key, certificate: options.tls.cert }),
  });
  // Longer than clients keep idle connections, so that none is closed under a request on its way.
  server.server.keepAliveTimeout = KEEP_ALIVE_MS;
  const { port } = await listen(server, options);
  const scheme = options.tls === undefined ? 'http' : 'https';
  const stop = async (): Promise<void> => cutOff(server);
  const pool: Pool = {
    ...options.pool,
    origin: `${scheme}://${reachable(options.host)}:${String(port)}`,
    condition: 'up',
    setOpen: async (open) => {
      if (open) await listen(server, { ...options, port });
      else await stop();
    },
  };
  route(server, {
    world,
    pool,
    options,
    answerInside: async (inner) => answerInside(server.server, inner),
  });
  return { pool, stop: async () => (pool.condition === 'closed' ? undefined : stop()) };
}

/** Cuts every connection; resolves when the port is free. */
async function cutOff(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.server.closeAllConnections();
  });
}

/** How a host stands in a URL; the addresses that mean "any" are reached over loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

interface Setting {
  readonly world: World;
  readonly pool: Pool;
  readonly options: ListenerOptions;
  readonly answerInside: (inner: InnerRequest) => Promise<string | undefined>;
}

function route(server: Server, setting: Setting): void {
  const { world, pool, options } = setting;
  server.pre((request, response, next) => {
    // One client joins origin and href with a slash too many, and real servers do not mind.
    request.url = (request.url ?? '/').replace(/^[^?#]*/, (path) => path.replace(/\/{2,}/g, '/'));
    record(request, response, setting);
    if (!URL.canParse(request.url, pool.origin)) {
      response.statusCode = 400;
      response.end();
      next(false);
      return;
    }
    if (isDown(request, setting)) {
      const isFailingOver = pool.condition === 'cannotRedirect';
      const problem = isFailingOver ? cannotRedirect() : new WebServerProblem(503, 'Service Unavailable');
      plainExchange(request, response, setting).fail(problem);
      next(false);
      return;
    }
    void meetFault(request, response, world).then((ended) => {
      next(ended ? false : undefined);
    });
  });
  for (const { method, path, handle } of options.routes) {
    server[verbs[method]](path, async (request: Request, response: Response): Promise<void> => {
      const params = request.params as Record<string, string>;
      await answer(exchangeOf(request, response, { ...setting, params }), handle);
    });
  }
  server.on('NotFound', (request: Request, response: Response) => {
    void answer(plainExchange(request, response, setting), async (exchange) => answerNowhere(exchange, world));
  });
  server.on('MethodNotAllowed', (request: Request, response: Response) => {
    void answer(plainExchange(request, response, setting), async (exchange) => answerWrongVerb(exchange, world));
  });
  server.on('restifyError', (request: Request, response: Response, error: { name?: string }) => {
    if (error.name === 'ResourceNotFoundError' || error.name === 'MethodNotAllowedError') return;
    plainExchange(request, response, setting).fail(error);
  });
}

async function answer(exchange: Exchange, handle: Route['handle']): Promise<void> {
  try {
    await handle(exchange);
  } catch (error) {
    exchange.fail(error);
  }
}

function plainExchange(request: IncomingMessage, response: ServerResponse, setting: Setting): Exchange {
  return exchangeOf(request, response, { ...setting, params: {} });
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  { pool, world, params, answerInside: inside }: Setting & Pick<Exchange, 'params'>,
): Exchange {
  const hear = (chunk: Buffer): void => {
    world.requests.transcriptOf(request)?.hear(chunk);
  };
  return new Exchange(request, response, { pool, switches: world.switches, params, answerInside: inside, hear });
}

/** Whether the request is for the part of a failed pool that is down. */
function isDown(request: IncomingMessage, { pool }: Setting): boolean {
  return pool.condition !== 'up' && mountPoints.some((mountPoint) => request.url?.startsWith(mountPoint) === true);
}

/** Inside an application an unknown path is a part of UCWA that is not simulated; elsewhere it is nothing. */
async function answerNowhere(exchange: Exchange, world: World): Promise<never> {
  const path = exchange.url.pathname;
  const root = mountPointOf(path);
  if (root === undefined) throw new UcwaProblem(404, undefined, { message: `There is nothing at ${path}.` });
  const application = path.slice(root.length + 1).split('/', 1)[0] ?? '';
  await enterApplication(exchange.with({ application }), world);
  throw notSimulated(`${exchange.method} ${path}`);
}

/** The web ticket layer stands before the resources: whoever has no ticket is challenged, whatever the verb. */
async function answerWrongVerb(exchange: Exchange, world: World): Promise<void> {
  if (exchange.method === 'OPTIONS' && exchange.header('access-control-request-method') !== undefined) {
    // A browser asks on behalf of a page, and never with a ticket.
    checkOrigin(exchange, world.switches);
    exchange.empty(204, preflight(exchange.header('access-control-request-headers')));
    return;
  }
  const path = `${exchange.url.pathname}/`;
  if (startsWith(path, `${USER_PATH}/`) || mountPointOf(path) !== undefined) await authenticate(exchange, world);
  throw new UcwaProblem(405, undefined, { message: `${exchange.method} is not allowed here.` });
}

function mountPointOf(path: string): string | undefined {
  return mountPoints.find((mountPoint) => startsWith(path, `${mountPoint}/`));
}

function startsWith(path: string, beginning: string): boolean {
  return path.toLowerCase().startsWith(beginning.toLowerCase());
}

/** Applies an ordered fault; true when it has ended the request. */
async function meetFault(request: IncomingMessage, response: ServerResponse, world: World): Promise<boolean> {
  const path = request.url ?? '/';
  const fault = path.startsWith('/_sim/') ? undefined : world.faults.take(request.method ?? 'GET', path);
  if (fault === undefined) return false;
  const transcript = world.requests.transcriptOf(request);
  if (transcript !== undefined) Object.assign(transcript, { faulty: true, cut: fault.cut !== undefined });
  if (fault.delayMs > 0) await world.timers.realPause(fault.delayMs);
  if (fault.dripMs !== undefined) slowDown(response, fault.dripMs, world);
  if (fault.cut === 'before') request.socket.destroy();
  else if (fault.cut === 'after') loseAnswer(response);
  else if (fault.status !== undefined) writeFault(response, fault, fault.status);
  else return false;
  return fault.cut !== 'after';
}

/** The request has its effect, but the connection is gone before the first byte of the answer. */
function loseAnswer(response: ServerResponse): void {
  response.end = () => response.destroy();
}

/** The body leaves in pieces, the last one `dripMs` after the first. */
function slowDown(response: ServerResponse, dripMs: number, world: World): void {
  const end = response.end.bind(response);
  const drip = async (bytes: Buffer): Promise<void> => {
    const size = Math.max(1, Math.ceil(bytes.length / DRIPS));
    let from = 0;
    for (; from + size < bytes.length && !response.destroyed; from += size) {
      response.write(bytes.subarray(from, from + size));
      await world.timers.realPause(dripMs / DRIPS);
    }
    end(bytes.subarray(from));
  };
  response.end = (body?: unknown) => {
    void drip(typeof body === 'string' || body instanceof Buffer ? Buffer.from(body) : Buffer.alloc(0));
    return response;
  };
}

function writeFault(response: ServerResponse, fault: Fault, status: number): void {
  response.statusCode = status;
  response.setHeader('Content-Type', fault.contentType ?? 'text/html');
  for (const [name, value] of Object.entries(fault.headers)) response.setHeader(name, value);
  response.end(fault.body ?? `<html><body>${String(status)}</body></html>`);
}

function record(request: IncomingMessage, response: ServerResponse, { world, options }: Setting): void {
  const at = world.clock.now();
  const started = performance.now();
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  const transcript = new Transcript(request, response);
  world.requests.follow(request, transcript);
  response.once('close', () => {
    // The web framework answers into a cut connection, and counts that as sent.
    const status = response.writableFinished && !transcript.cut ? response.statusCode : 0;
    const ms = Math.round(performance.now() - started);
    // What is asked about us is not what clients asked.
    const place = isInner(request) ? ({ inBatch: true } as const) : {};
    if (!/^\/_sim(?:[/?]|$)/.test(path)) world.requests.add({ method, path, status, at, ms, ...place }, transcript);
    options.log({ method, path, status, ms });
  });
}

async function listen(server: Server, { host, port }: ListenerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      reject(startError(error, host, port));
    });
    server.listen(port, host, () => {
      resolve(server.address());
    });
  });
}

function startError(error: NodeJS.ErrnoException, host: string, port: number): SimulatorStartError {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${String(port)} is already in use: stop the program that uses it or set SIMULATOR_PORT to another port.`;
    return new SimulatorStartError('SIMULATOR_PORT_IN_USE', message);
  }
  const message = `The simulator cannot listen on ${host}, port ${String(port)}: ${error.code ?? error.message}.`;
  return new SimulatorStartError('SIMULATOR_LISTEN_FAILED', message);
}
