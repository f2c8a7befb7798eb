import { createServer, type Request, type RequestHandler, type Response, type Server } from 'restify';

import type { Logger } from '../shared/logger';

import { type ActivityRules, refuseActivity } from './activity-gate';
import { readJsonObject } from './body';

/** What an activity came to. */
export interface Received {
  readonly status: number;
  readonly body?: unknown;
}

/** Collaborators of the bot's HTTP server. */
export interface HttpServerDeps {
  /** Takes an activity whose envelope was checked; never throws. */
  readonly receive: (activity: Readonly<Record<string, unknown>>, authorization: string) => Promise<Received>;
  readonly rules: ActivityRules;
  readonly log: Logger;
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Builds the HTTP server: `POST /api/messages` for activities, `GET /healthz` for whoever watches the process. */
export function createHttpServer(deps: HttpServerDeps): Server {
  const server = createServer({ name: 'confer', handleUncaughtExceptions: false });
  server.server.headersTimeout = 10_000;
  server.server.requestTimeout = 15_000;
  server.server.keepAliveTimeout = 65_000;
  server.pre((_request, response, next) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.removeHeader('Server');
    next();
  });
  const alive: RequestHandler = (_request, response, next) => {
    answer(response, 200, { status: 'ok' });
    next();
  };
  server.get('/healthz', alive);
  server.head('/healthz', alive);
  server.post('/api/messages', async (request, response) => {
    await receiveActivity(deps, request, response);
  });
  // restify puts the message of an unknown error into the answer; callers get a fixed body instead.
  server.on(
    'restifyError',
    // eslint-disable-next-line max-params -- restify's own signature
    (_request: Request, response: Response, error: { statusCode?: number }, next: () => void) => {
      const status = error.statusCode ?? 500;
      // By its own `send`: restify answers a second time, and the process dies, when it did not see the first answer.
      if (!response.headersSent) response.send(status, { code: status === 404 ? 'NotFound' : 'RequestRefused' });
      next();
    },
  );
  return server;
}

async function receiveActivity(deps: HttpServerDeps, request: Request, response: Response): Promise<void> {
  try {
    const body = await readJsonObject(request);
    if (body.kind === 'refused') {
      deps.log.warn('http.refused', { code: body.code });
      response.setHeader('Connection', 'close');
      answer(response, body.status, { code: body.code });
      return;
    }
    const refusal = refuseActivity(body.value, deps.rules);
    if (refusal !== undefined) {
      deps.log.warn('activity.refused', { code: refusal });
      answer(response, 400, { code: refusal });
      return;
    }
    const received = await deps.receive(body.value, request.headers.authorization ?? '');
    answer(response, received.status, typeof received.body === 'object' && received.body !== null ? received.body : {});
  } catch (error) {
    if (request.socket.destroyed) deps.log.warn('http.hungUp');
    else deps.log.error('http.failed', { error: String(error) });
    if (!response.headersSent) answer(response, 500, { code: 'Internal' });
  }
}

function answer(response: Response, status: number, body: object): void {
  const json = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(json));
  response.end(json);
}
