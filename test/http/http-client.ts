import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createHttpServer, type HttpServerDeps, type Received } from '../../src/http/server';
import { RecordingLogger } from '../support/recording-logger';

/** One request, written by hand so that nothing is made better on the way. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sent in pieces without a length. */
  readonly chunks?: readonly Buffer[];
  /** The connection breaks after the body. */
  readonly hangUp?: boolean;
}

/** What came back. */
export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** The HTTP server of the bot on a free port, with a function in place of the bot. */
export class HttpHarness {
  readonly received: { activity: Readonly<Record<string, unknown>>; authorization: string }[] = [];
  readonly log = new RecordingLogger();
  result: Received | Error = { status: 200 };
  readonly #server;

  constructor(rules: HttpServerDeps['rules'] = { localOnly: true, serviceHosts: [] }) {
    this.#server = createHttpServer({
      receive: async (activity, authorization) => {
        this.received.push({ activity, authorization });
        if (this.result instanceof Error) throw this.result;
        return Promise.resolve(this.result);
      },
      rules,
      log: this.log,
    }).server;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async send(what: Sent): Promise<Got> {
    const { method = 'POST', path = '/api/messages', headers = {}, body, chunks = [], hangUp = false } = what;
    const { port } = this.#server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    return new Promise((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const json: unknown = text === '' ? undefined : JSON.parse(text);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: json });
        });
      });
      for (const chunk of chunks) sent.write(chunk);
      if (hangUp) sent.on('socket', (socket) => socket.once('connect', () => setImmediate(() => sent.destroy())));
      else sent.end(body);
    });
  }
}
