import { type Traffic } from '../traffic';

import { type OutboundActivity } from './envelope';

/** What came of sending an activity to the bot. `reason` is one sentence for the person who wrote. */
export type BotAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where the bot is and how long it may take. */
export interface BotClientOptions {
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly traffic: Traffic;
  readonly now: () => number;
}

/** Sends activities to the bot's messaging endpoint, as the Bot Framework service does. */
export class BotClient {
  readonly #options: BotClientOptions;
  readonly #stopping = new AbortController();

  constructor(options: BotClientOptions) {
    this.#options = options;
  }

  /** Posts one activity. Never rejects: a bot that is down is part of everyday life here. */
  async send(activity: OutboundActivity): Promise<BotAnswer> {
    const { now, traffic, endpoint } = this.#options;
    const startedAt = now();
    const answer = await this.#post(activity);
    traffic.record({
      at: new Date(startedAt).toISOString(),
      direction: 'toBot',
      method: 'POST',
      path: new URL(endpoint).pathname,
      status: answer.kind === 'answered' ? answer.status : 0,
      ms: now() - startedAt,
      request: activity,
      response: answer.kind === 'answered' ? answer.body : answer.reason,
    });
    return answer;
  }

  /** Gives up on every request that is under way. */
  stop(): void {
    this.#stopping.abort();
  }

  async #post(activity: OutboundActivity): Promise<BotAnswer> {
    const { endpoint, timeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(activity),
        redirect: 'error',
        signal: AbortSignal.any([timeout, this.#stopping.signal]),
      });
      return { kind: 'answered', status: response.status, body: parseBody(await response.text()) };
    } catch {
      return { kind: 'failed', reason: this.#reasonOf(timeout) };
    }
  }

  #reasonOf(timeout: AbortSignal): string {
    const { endpoint, timeoutMs } = this.#options;
    if (timeout.aborted) return `The bot did not answer within ${String(Math.round(timeoutMs / 1000))} seconds.`;
    return `The bot at ${new URL(endpoint).host} cannot be reached.`;
  }
}

/** Why an activity did not arrive, as a sentence for people; empty when it did. */
export function failureOf(answer: BotAnswer): { readonly failure?: string } {
  if (answer.kind === 'failed') return { failure: answer.reason };
  return answer.status >= 400 ? { failure: `The bot answered with status ${String(answer.status)}.` } : {};
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
