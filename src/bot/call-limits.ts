import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Metrics, noMetrics, resultOf } from '../shared/metrics';

import { refusals } from './connector-errors';

/** The SDK has no limit of its own on a call to the Bot Framework. */
const CONNECTOR_LIMIT_MS = 10_000;

/**
 * The longest a connection waits for the next call. Without a limit of ours Node.js does not heed the one that the other
 * side announces (`Keep-Alive: timeout=5`), and a message goes out on a connection that is being closed over there.
 */
const IDLE_LIMIT_MS = 60_000;

const AGENTS: Readonly<Record<string, HttpAgent>> = {
  'http:': new HttpAgent({ keepAlive: true, timeout: IDLE_LIMIT_MS }),
  'https:': new HttpsAgent({ keepAlive: true, timeout: IDLE_LIMIT_MS }),
};

/** The parts of the SDK's HTTP pipeline that are used here. Source: botbuilder-stdlib, azureCoreHttpCompat. */
interface ConnectorRequest {
  readonly url: string;
  readonly method?: string;
  abortSignal?: AbortSignal;
  agent?: HttpAgent | undefined;
}

interface ConnectorResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
}

/** What the SDK's clients have inside: their HTTP client and its pipeline. */
export interface HttpClient {
  readonly client?: { readonly pipeline?: Pipeline };
}

interface Pipeline {
  removePolicy(which: { phase: 'Retry' }): unknown;
  addPolicy(policy: ConnectorPolicy, at: { phase: 'Retry' }): void;
}

interface ConnectorPolicy {
  readonly name: string;
  readonly sendRequest: (
    request: ConnectorRequest,
    next: (request: object) => Promise<ConnectorResponse>,
  ) => Promise<ConnectorResponse>;
}

/**
 * The SDK repeats a POST after a broken connection or a 5xx, when the message may already be there: people would see it
 * twice. Its retries are taken out, every call gets a time limit, and only what was refused is sent again. Connections
 * are kept no longer than the other side keeps them.
 */
export function limitCalls(connector: HttpClient | undefined, metrics: Metrics = noMetrics): void {
  const pipeline = connector?.client?.pipeline;
  if (pipeline === undefined) return;
  pipeline.removePolicy({ phase: 'Retry' });
  const policy: ConnectorPolicy = {
    name: 'confer-time-limit',
    sendRequest: async (request, next) => {
      request.agent ??= AGENTS[new URL(request.url).protocol];
      // The SDK's own `timeout` leaves its timer running when a call fails.
      const limit = AbortSignal.timeout(CONNECTOR_LIMIT_MS);
      request.abortSignal = request.abortSignal === undefined ? limit : AbortSignal.any([request.abortSignal, limit]);
      return sendUnlessRefused(request, async (sent) => measured(sent, next, metrics), metrics);
    },
  };
  pipeline.addPolicy(policy, { phase: 'Retry' });
}

async function sendUnlessRefused(
  request: ConnectorRequest,
  send: (request: ConnectorRequest) => Promise<ConnectorResponse>,
  metrics: Metrics,
): Promise<ConnectorResponse> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(request);
    if (attempt === 3 || !refusals.includes(response.status)) return response;
    metrics.count('confer_connector_repeats_total', { status: String(response.status) });
    await sleep(waitMs(response, attempt), undefined, { signal: request.abortSignal });
  }
}

async function measured(
  request: ConnectorRequest,
  next: (request: object) => Promise<ConnectorResponse>,
  metrics: Metrics,
): Promise<ConnectorResponse> {
  const startedAt = performance.now();
  const took = (result: string): void => {
    const labels = { method: request.method ?? '', result };
    metrics.took('confer_connector_request_seconds', labels, performance.now() - startedAt);
  };
  try {
    const response = await next(request);
    took(resultOf(response.status));
    return response;
  } catch (error) {
    took('failed');
    throw error;
  }
}

/** As long as the connector asks for, at most three seconds; else a second, doubled, with some chance in it. */
function waitMs(response: ConnectorResponse, attempt: number): number {
  const asked = Number(response.headers.get('retry-after') ?? Number.NaN) * 1000;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), 3000) : 2 ** (attempt - 1) * (500 + Math.random() * 500);
}
