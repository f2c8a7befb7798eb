import { createServer, type Request, type RequestHandler, type Response, type Server } from 'restify';

import type { HandOver } from '../shared/hand-over';
import type { Logger } from '../shared/logger';
import { type Metrics, resultOf } from '../shared/metrics';
import type { VerifiedCaller } from '../shared/verified-caller';

import type { FrontDoor } from './front-door';
import type { Readiness } from './readiness';
import { bodyOf, type Refusal, type RefusalCode, REFUSALS, SECURITY_HEADERS } from './refusals';
import { sendJson, Wire, WIRE_LIMITS, type WireLimits } from './wire';

/** What an activity came to. */
export interface Received {
  readonly status: number;
  readonly body?: unknown;
  /** To be told whether the answer was handed over. */
  readonly handOver?: HandOver;
}

type Receive = (activity: Readonly<Record<string, unknown>>, caller: VerifiedCaller) => Promise<Received>;

/** Collaborators of the bot's HTTP server. */
export interface HttpServerDeps {
  readonly door: Pick<FrontDoor, 'admit'>;
  /** Takes an activity that was let in; never throws. */
  readonly receive: Receive;
  /** Answers somebody of a tenant that is not served; never throws. */
  readonly turnAway: Receive;
  readonly readiness: Readiness;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Other limits than {@link WIRE_LIMITS}; for tests. */
  readonly limits?: Partial<WireLimits>;
}

/**
 * Builds the HTTP server: `POST /api/messages` for activities, `GET /healthz` for whoever restarts the process, and
 * `GET /readyz` for whoever sends work to it.
 */
export function createHttpServer(deps: HttpServerDeps): Server {
  // Whoever asks before sending a body is told to only when the front door wants it.
  const server = createServer({ name: 'confer', handleUncaughtExceptions: false, noWriteContinue: true });
  const wire = new Wire(server.server, { ...WIRE_LIMITS, ...deps.limits }, (code) => {
    logRefusal(deps, { kind: 'refused', code });
  });
  server.pre((request, response, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.removeHeader('Server');
    const code = wire.begin(request, response);
    if (code !== undefined) {
      response.setHeader('Connection', 'close');
      answerRefusal(deps, response, { kind: 'refused', code });
    }
    next(code === undefined ? undefined : false);
  });
  serve(server, '/healthz', () => ({ status: 200, body: { status: 'ok' } }));
  serve(server, '/readyz', () => {
    const report = deps.readiness.report();
    return { status: report.status === 'ready' ? 200 : 503, body: report };
  });
  server.post('/api/messages', async (request, response) => {
    await receiveActivity({ ...deps, wire }, request, response);
  });
  // restify puts the message of an unknown error into the answer; callers get a fixed body instead.
  server.on(
    'restifyError',
    // eslint-disable-next-line max-params -- restify's own signature
    (_request: Request, response: Response, error: { statusCode?: number }, next: () => void) => {
      const code = codeOfStatus(error.statusCode ?? 500);
      // By its own `send`: restify answers a second time, and the process dies, when it did not see the first answer.
      if (!response.headersSent) {
        logRefusal(deps, { kind: 'refused', code });
        response.charSet('utf-8');
        response.send(REFUSALS[code], bodyOf(code));
      }
      next();
    },
  );
  return server;
}

/** Makes a page that anybody may get: a few fixed words. */
function serve(server: Server, path: string, page: () => Received & { body: object }): void {
  const handler: RequestHandler = (_request, response, next) => {
    const { status, body } = page();
    sendJson(response, status, body);
    next();
  };
  server.get(path, handler);
  server.head(path, handler);
}

/** What restify itself refuses: a path, a method, or its own mistake. */
function codeOfStatus(status: number): RefusalCode {
  if (status === 404) return 'NotFound';
  if (status === 405) return 'RequestRefused';
  return status < 500 ? 'BadRequest' : 'Internal';
}

async function receiveActivity(
  deps: HttpServerDeps & { readonly wire: Wire },
  request: Request,
  response: Response,
): Promise<void> {
  const startedAt = performance.now();
  try {
    const admitted = await deps.door.admit(request, () => {
      if (request.headers.expect !== undefined) response.writeContinue();
    });
    if (admitted.kind === 'refused') {
      answerRefusal(deps, response, admitted);
      deps.wire.discardRest(request);
      return;
    }
    const work = admitted.kind === 'ours' ? deps.receive : deps.turnAway;
    const received = await work(admitted.activity, admitted.caller);
    const { body, handOver } = received;
    tellWhenHandedOver(response, handOver);
    sendJson(response, received.status, typeof body === 'object' && body !== null ? body : {});
    const labels = { from: admitted.kind, result: resultOf(received.status) };
    deps.metrics?.took('confer_activity_seconds', labels, performance.now() - startedAt);
  } catch (error) {
    if (request.socket.destroyed) deps.log.warn('http.hungUp');
    else deps.log.error('http.failed', { error: String(error) });
    if (!response.headersSent) sendJson(response, REFUSALS.Internal, bodyOf('Internal'));
  }
}

/** Handed over is what the system has taken to send: it goes out even when this process ends. */
function tellWhenHandedOver(response: Response, handOver: HandOver | undefined): void {
  if (handOver === undefined) return;
  response.once('finish', () => {
    handOver.settle(true);
  });
  response.once('close', () => {
    handOver.settle(false);
  });
  if (response.destroyed || response.socket?.destroyed === true) handOver.settle(false);
}

/** One line in the log and one fixed body. */
function answerRefusal(deps: HttpServerDeps, response: Response, refusal: Refusal): void {
  logRefusal(deps, refusal);
  sendJson(response, REFUSALS[refusal.code], bodyOf(refusal.code));
}

/** Nothing of the caller's is in it: neither the token nor the path. */
function logRefusal({ log, metrics }: HttpServerDeps, { code, reason }: Refusal): void {
  metrics?.count('confer_refused_requests_total', { code });
  const event = code === 'Unauthorized' ? 'auth.refused' : 'http.refused';
  log.warn(event, { code, ...(reason === undefined ? {} : { reason }) });
}
