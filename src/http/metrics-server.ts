import { createServer, type Server, type ServerResponse } from 'node:http';

import type { Logger } from '../shared/logger';

import { bodyOf, type RefusalCode, REFUSALS, SECURITY_HEADERS } from './refusals';
import { sendJson } from './wire';

/** Collaborators of the server of metrics. */
export interface MetricsServerDeps {
  /** Makes the page. */
  readonly page: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly log: Logger;
}

/**
 * Builds the server that gives metrics away: `GET /metrics`, on a port of its own that nobody outside reaches, and nothing
 * else. It asks nobody for a token.
 */
export function createMetricsServer({ page, log }: MetricsServerDeps): Server {
  const limits = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 65_000 };
  const server = createServer(limits, (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const { method = '', url = '' } = request;
    request.resume();
    if (url.replace(/\?.*$/u, '') !== '/metrics') {
      refuse(response, 'NotFound');
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(response, 'RequestRefused');
      return;
    }
    page().then(
      ({ type, text }) => {
        response.setHeader('Content-Type', type);
        response.setHeader('Content-Length', Buffer.byteLength(text));
        response.end(method === 'HEAD' ? undefined : text);
      },
      (error: unknown) => {
        log.error('metrics.failed', { error: String(error) });
        refuse(response, 'Internal');
      },
    );
  });
  server.maxConnections = 100;
  return server;
}

function refuse(response: ServerResponse, code: RefusalCode): void {
  sendJson(response, REFUSALS[code], bodyOf(code));
}
