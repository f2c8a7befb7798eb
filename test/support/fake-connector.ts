import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { deferred } from './deferred';

/** How a request fails. */
export interface Failure {
  /** Undefined: the connection breaks. */
  readonly status?: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What was asked for happens all the same. */
  readonly effect?: boolean;
}

/** A Bot Connector that counts, and fails when it is told to. */
export class FakeConnector {
  /** `METHOD /path` of every request, oldest first. */
  readonly requests: string[] = [];
  readonly posted: Readonly<Record<string, unknown>>[] = [];
  /** What failing answers say about waiting, in seconds. */
  retryAfter: string | undefined;
  /** Requests with this method get no answer. */
  hangs: string | undefined;
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server;
  readonly #failures: Failure[] = [];
  readonly #firstClosing = deferred<'bot' | 'connector'>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      let isEndedByBot = false;
      socket.once('end', () => {
        isEndedByBot = true;
      });
      socket.once('close', () => {
        this.#firstClosing.resolve(isEndedByBot ? 'bot' : 'connector');
      });
    });
  }

  static async start(): Promise<FakeConnector> {
    const connector = new FakeConnector();
    connector.#server.listen(0, '127.0.0.1');
    await once(connector.#server, 'listening');
    return connector;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The next requests end with a status, with a broken connection, or as described. */
  fail(how: number | 'reset' | Failure, times: number): void {
    const failure = typeof how === 'number' ? { status: how } : how === 'reset' ? {} : how;
    for (let time = 0; time < times; time += 1) this.#failures.push(failure);
  }

  /** Announces how long it keeps a connection that is not used, in seconds. */
  keepConnections(seconds: number): void {
    this.#server.keepAliveTimeout = seconds * 1000;
  }

  /** Resolves when a connection has been closed. @returns who did it. */
  async connectionClosed(): Promise<'bot' | 'connector'> {
    return this.#firstClosing.promise;
  }

  /** A message whose answers come here. */
  activity(): Readonly<Record<string, unknown>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      ...{ type: 'message', id: 'm-1', channelId: 'msteams', text: 'help' },
      serviceUrl: `http://127.0.0.1:${String(port)}/`,
      from: { id: '29:anna', name: 'Anna' },
      recipient: { id: '28:confer', name: 'Confer' },
      conversation: { id: 'a:1', conversationType: 'personal' },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.method === this.hangs) return;
    const failure = this.#failures.shift();
    if (failure === undefined || failure.effect === true) this.#perform(body);
    if (failure === undefined) this.#reply(response, 200, { id: `posted-${String(this.posted.length)}` });
    else this.#fail(response, failure);
  }

  #fail(response: ServerResponse, { status, code = 'x', headers }: Failure): void {
    if (status === undefined) {
      response.socket?.destroy();
      return;
    }
    if (this.retryAfter !== undefined) response.setHeader('retry-after', this.retryAfter);
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    this.#reply(response, status, { error: { code } });
  }

  #reply(response: ServerResponse, status: number, answer: object): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  #perform(body: string): void {
    if (body !== '') this.posted.push(JSON.parse(body) as Record<string, unknown>);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
