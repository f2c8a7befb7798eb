import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleepFor } from 'node:timers/promises';

import type { Activity, TurnContext } from 'botbuilder';

import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics, resultOf } from '../shared/metrics';
import { MemoryPaces, type Paces } from '../shared/paces';

import { isDeadly, isNeverSent, refusals } from './connector-errors';
import { type Manner, mannerOf, onTheSpot } from './manner';
import { Outgoing, type OutgoingCall } from './outgoing';
import { RepeatBudget } from './repeat-budget';
import { longestRestMs, retryAfterMs } from './retry-after';

/** The SDK has no limit of its own on a call to the Bot Framework. */
const CONNECTOR_LIMIT_MS = 10_000;

/** A call that nobody else would send again is sent so often. */
const MOST_TRIES = 3;

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
  readonly body?: unknown;
  abortSignal?: AbortSignal | undefined;
  agent?: HttpAgent | undefined;
}

interface ConnectorResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null | undefined;
}

/** What the SDK's clients have inside: their HTTP client and its pipeline. */
export interface HttpClient {
  readonly client?: { readonly pipeline?: Pipeline };
}

interface Pipeline {
  removePolicy(which: { phase: 'Retry' } | { name: string }): unknown;
  addPolicy(policy: ConnectorPolicy, at: { phase: 'Retry' }): void;
}

interface ConnectorPolicy {
  readonly name: string;
  readonly sendRequest: (
    request: ConnectorRequest,
    next: (request: object) => Promise<ConnectorResponse>,
  ) => Promise<ConnectorResponse>;
}

type Send = (request: ConnectorRequest) => Promise<ConnectorResponse>;

/** What calls of one process share. */
export interface CallRules {
  readonly outgoing: Outgoing;
  readonly budget: RepeatBudget;
  readonly sleep: (ms: number) => Promise<void>;
  readonly metrics?: Metrics | undefined;
}

/** What the rules are made from. */
export interface CallRulesDeps {
  /** Default: those of this process alone. */
  readonly paces?: Paces | undefined;
  /** Told where nothing can be said any more. */
  readonly died?: ((conversationId: string, reason: string) => Promise<void>) | undefined;
  /** Default: the clock on the wall. */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/** The rules for the calls of one process. */
export function callRules(deps: CallRulesDeps): CallRules {
  const { log, metrics, died = async () => Promise.resolve() } = deps;
  const { sleep = rest, paces = new MemoryPaces(() => performance.now()) } = deps;
  const outgoing = new Outgoing({ paces, died, sleep, log, metrics });
  return { outgoing, budget: new RepeatBudget(), sleep, metrics };
}

/**
 * The SDK repeats a POST after a broken connection or a 5xx, when the message may already be there: people would see it
 * twice. Its retries are taken out, redirects are not followed, every try gets a time limit and its place among what goes out, and
 * only what was refused is sent again, unless whoever speaks does that. Connections are kept no longer than the other side keeps them.
 *
 * @param context - the turn whose calls the client makes; undefined for calls of no conversation.
 */
export function limitCalls(client: HttpClient | undefined, rules: CallRules, context?: TurnContext): void {
  const pipeline = client?.client?.pipeline;
  if (pipeline === undefined) return;
  pipeline.removePolicy({ phase: 'Retry' });
  pipeline.removePolicy({ name: 'redirectPolicy' });
  /** What the conversation of this turn answered when nothing could be said there any more. */
  let dead: ConnectorResponse | undefined;
  const sendRequest: ConnectorPolicy['sendRequest'] = async (request, next) => {
    request.agent ??= AGENTS[new URL(request.url).protocol];
    const call = callOf(request, context);
    if (dead !== undefined && call.conversationId !== undefined) return dead;
    const manner = context === undefined ? onTheSpot : mannerOf(context);
    const send = timed(next, rules.metrics ?? noMetrics);
    const response = await new Call(rules, manner, call).send(request, send);
    if (isDeadly(response.status, codeIn(response) ?? '')) dead = response;
    return response;
  };
  pipeline.addPolicy({ name: 'confer-limits', sendRequest }, { phase: 'Retry' });
}

/** One call, with its repetitions. */
class Call {
  readonly #rules: CallRules;
  readonly #manner: Manner;
  readonly #call: OutgoingCall;

  constructor(rules: CallRules, manner: Manner, call: OutgoingCall) {
    this.#rules = rules;
    this.#manner = manner;
    this.#call = call;
  }

  async send(request: ConnectorRequest, send: Send): Promise<ConnectorResponse> {
    const { outgoing, budget, sleep } = this.#rules;
    for (let attempt = 1; ; attempt += 1) {
      await outgoing.enter(this.#call, this.#manner);
      budget.called();
      const response = await this.#try(request, send, attempt);
      if (response === undefined) {
        await sleep(backoffMs(attempt));
        continue;
      }
      if (response.status < 300) return response;
      const askedMs = retryAfterMs(response.headers.get('retry-after'), Date.now());
      await outgoing.refused(this.#call, { status: response.status, code: codeIn(response), askedMs });
      const mayRepeat = refusals.includes(response.status) && (askedMs ?? 0) <= longestRestMs;
      if (!mayRepeat || !this.#repeats(attempt, String(response.status))) return response;
      await sleep(askedMs ?? backoffMs(attempt));
    }
  }

  /** @returns nothing when the request did not leave this machine and may be sent again. */
  async #try(request: ConnectorRequest, send: Send, attempt: number): Promise<ConnectorResponse | undefined> {
    try {
      return await send(request);
    } catch (error) {
      if (isNeverSent(error) && this.#repeats(attempt, 'unreachable')) return undefined;
      throw error;
    }
  }

  #repeats(attempt: number, status: string): boolean {
    const { budget, metrics = noMetrics } = this.#rules;
    // A sign of life that was refused is not worth another call.
    if (this.#manner.tries === 'once' || this.#call.isTyping || attempt >= MOST_TRIES || !budget.take()) return false;
    metrics.count('confer_connector_repeats_total', { status });
    return true;
  }
}

async function rest(ms: number): Promise<void> {
  await sleepFor(ms);
}

/** Gives a try its time limit and measures it. */
function timed(next: (request: object) => Promise<ConnectorResponse>, metrics: Metrics): Send {
  return async (request) => {
    const { abortSignal } = request;
    // The SDK's own `timeout` leaves its timer running when a call fails.
    const { signal, done } = deadline(CONNECTOR_LIMIT_MS, abortSignal ?? new AbortController().signal);
    request.abortSignal = signal;
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
    } finally {
      done();
      request.abortSignal = abortSignal;
    }
  };
}

/** A moment of its own for everybody, so that those who were refused together do not come back together. */
function backoffMs(attempt: number): number {
  return Math.random() * Math.min(20_000, 500 * 2 ** attempt);
}

const ACTIVITIES = /\/v3\/conversations\/([^/]+)\/activities(?:\/[^/]+)?\/?$/u;

function callOf({ url, method = '', body }: ConnectorRequest, context: TurnContext | undefined): OutgoingCall {
  const { pathname } = new URL(url);
  const [, id] = ACTIVITIES.exec(pathname) ?? [];
  return {
    conversationId: id === undefined || method === 'GET' ? undefined : decodeURIComponent(id),
    tenantId: tenantOf(context),
    isQuestion: method === 'GET' && pathname.includes('/v3/conversations/'),
    isTyping: typeof body === 'string' && jsonOf(body)?.type === 'typing',
  };
}

function tenantOf(context: TurnContext | undefined): string {
  const activity: Partial<Activity> = context?.activity ?? {};
  const { tenant } = (activity.channelData ?? {}) as { readonly tenant?: { readonly id?: unknown } };
  const known: unknown = activity.conversation?.tenantId ?? tenant?.id;
  return typeof known === 'string' ? known : '';
}

/** The code of an error of the Bot Connector. */
function codeIn({ bodyAsText }: ConnectorResponse): string | undefined {
  const error: unknown = jsonOf(bodyAsText ?? '')?.error;
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Nothing here needs to read anything long. */
function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > 4000 || !text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
