import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { ActivityRules } from '../../src/http/activity-gate';
import { FrontDoor } from '../../src/http/front-door';
import { Readiness } from '../../src/http/readiness';
import { createHttpServer, type Received } from '../../src/http/server';
import type { WireLimits } from '../../src/http/wire';
import type { VerifiedCaller } from '../../src/shared/verified-caller';
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
  /** The connection breaks when this aborts. */
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const LOCAL: ActivityRules = { localOnly: true, serviceHosts: [] };

/** The HTTP server of the bot on a free port, with a function in place of the bot. */
export class HttpHarness {
  readonly received: { activity: Readonly<Record<string, unknown>>; caller: VerifiedCaller }[] = [];
  readonly log = new RecordingLogger();
  isReady = true;
  result: Received | Error = { status: 200 };
  /** Runs before an activity is answered. */
  beforeAnswer: () => Promise<void> = async () => Promise.resolve();
  readonly #connections = new Set<Socket>();
  readonly #server;

  constructor(limits: Partial<WireLimits> = {}) {
    this.#server = createHttpServer({
      door: new FrontDoor({ rules: LOCAL, tokens: undefined, now: () => new Date() }),
      receive: async (activity, caller) => {
        this.received.push({ activity, caller });
        await this.beforeAnswer();
        if (this.result instanceof Error) throw this.result;
        return this.result;
      },
      turnAway: async () => Promise.resolve({ status: 200 }),
      readiness: new Readiness({ storage: () => this.isReady }),
      log: this.log,
      limits,
    }).server;
  }

  /** Connections that the server has not seen end. */
  get connections(): number {
    return this.#connections.size;
  }

  async start(): Promise<void> {
    this.#server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async send(what: Sent): Promise<Got> {
    const { method = 'POST', path = '/api/messages', headers = {}, body, chunks = [], hangUp = false, signal } = what;
    const { port } = this.#server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false, signal });
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
