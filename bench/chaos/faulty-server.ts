import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Random } from './random';

/** A request that has arrived completely. */
export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

/** What is answered. */
export interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/**
 * What may go wrong with a call, once it has arrived: it is dropped; it is refused with 503 or 429; it has its effect and
 * the answer is 500, is lost, or comes late; the connection breaks and the effect comes later.
 */
const mishaps = ['dropped', 'busy', 'tooMany', 'failsAfter', 'cutAfter', 'late', 'takesEffectLater'] as const;

type Mishap = (typeof mishaps)[number];

/** How a faulty server goes wrong. */
export interface Trouble {
  readonly random: Random;
  /** So many of 100 calls go wrong in some way; may be changed at any time. */
  percent: number;
  /** A late answer comes after so many milliseconds. */
  readonly lateMs: number;
  /** Calls that never go wrong. */
  readonly spares?: (asked: Asked) => boolean;
  /** How a call that does not go wrong is served: after a wait, not at all, with another answer. By default it is just served. */
  readonly manner?: Manner;
}

/** A way to serve calls: `serve` does what a call asks for, if and when it is called. */
export type Manner = (asked: Asked, serve: (asked: Asked) => Promise<Answered>) => Promise<Answered>;

/** An HTTP server on this machine that does what it is asked and often does not say so. */
export class FaultyServer {
  readonly #server: Server;
  readonly #trouble: Trouble;
  readonly #serve: (asked: Asked) => Promise<Answered>;
  /** How often each call that changes something has arrived since faults were last set. */
  readonly #arrivals = new Map<string, number>();

  private constructor(trouble: Trouble, serve: (asked: Asked) => Promise<Answered>) {
    this.#trouble = trouble;
    this.#serve = serve;
    this.#server = createServer((request, response) => {
      // A process that was killed takes its connections with it.
      this.#answer(request, response).catch(() => {
        request.socket.destroy();
      });
    });
  }

  static async start(trouble: Trouble, serve: (asked: Asked) => Promise<Answered>): Promise<FaultyServer> {
    const started = new FaultyServer(trouble, serve);
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  /** `http://127.0.0.1:12345` */
  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** So many of 100 calls go wrong from now on. */
  fail(percent: number): void {
    this.#trouble.percent = percent;
    this.#arrivals.clear();
  }

  /** How often a call that changes something was sent again, in the mean, since faults were last set. */
  get retriesPerCall(): number | undefined {
    const calls = this.#arrivals.size;
    const arrived = [...this.#arrivals.values()].reduce((sum, times) => sum + times, 0);
    return calls === 0 ? undefined : (arrived - calls) / calls;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const { method = 'GET', url: path = '/', headers } = request;
    const asked = { method, path, headers, body: await bodyOf(request), gone: gone.signal };
    this.#note(asked);
    const mishap = this.#mishapOf(asked);
    if (mishap === undefined) send(response, await this.#serveInItsManner(asked));
    else if (mishap === 'dropped') request.socket.destroy();
    else if (mishap === 'busy') send(response, { status: 503 });
    else if (mishap === 'tooMany') send(response, { status: 429, headers: { 'retry-after': '1' } });
    else await this.#goWrongAfter(mishap, asked, { request, response });
  }

  async #serveInItsManner(asked: Asked): Promise<Answered> {
    const { manner } = this.#trouble;
    return manner === undefined ? this.#serve(asked) : manner(asked, this.#serve);
  }

  /** The effect happens, whoever is still there to hear of it. */
  async #goWrongAfter(
    mishap: Exclude<Mishap, 'dropped' | 'busy' | 'tooMany'>,
    asked: Asked,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    const { random, lateMs } = this.#trouble;
    const unheard = { ...asked, gone: new AbortController().signal };
    switch (mishap) {
      case 'failsAfter':
        await this.#serve(unheard);
        send(response, { status: 500 });
        return;
      case 'cutAfter':
        await this.#serve(unheard);
        request.socket.destroy();
        return;
      case 'late': {
        const answer = await this.#serve(unheard);
        await sleep(lateMs);
        if (!asked.gone.aborted) send(response, answer);
        return;
      }
      case 'takesEffectLater':
        request.socket.destroy();
        await sleep(random.between(800, 1600));
        await this.#serve(unheard);
    }
  }

  /** The same call is one with the same body at the same place. */
  #note(asked: Asked): void {
    const { method, path, body } = asked;
    if (method === 'GET' || this.#trouble.spares?.(asked) === true) return;
    const call = `${method} ${path} ${createHash('sha256').update(body).digest('hex')}`;
    this.#arrivals.set(call, (this.#arrivals.get(call) ?? 0) + 1);
  }

  #mishapOf(asked: Asked): Mishap | undefined {
    const { random, percent, spares } = this.#trouble;
    if (spares?.(asked) === true) return undefined;
    return random.chance(percent) ? random.pick(mishaps) : undefined;
  }
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: Answered): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
