import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { ClientRequest, createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const channel = 'http.client.request.start';

/**
 * Sees every HTTP request that leaves this process, whoever sends it, and keeps a listener on loopback that nobody has
 * a reason to ask.
 */
export class Wire {
  /** Origin of the listener that must not be asked. */
  origin = '';
  readonly #listener: Server;
  readonly #allowed = new Set<string>();
  readonly #foreign: string[] = [];
  readonly #sockets = new Map<string, Set<Socket>>();

  private constructor() {
    this.#listener = createServer((request, response) => {
      this.#foreign.push(`${request.method ?? ''} ${this.origin}${request.url ?? ''}`);
      response.writeHead(404);
      response.end();
    });
  }

  static async tap(): Promise<Wire> {
    const wire = new Wire();
    wire.#listener.listen(0, '127.0.0.1');
    await once(wire.#listener, 'listening');
    wire.origin = `http://127.0.0.1:${String((wire.#listener.address() as AddressInfo).port)}`;
    subscribe(channel, wire.#onRequest);
    return wire;
  }

  async release(): Promise<void> {
    unsubscribe(channel, this.#onRequest);
    this.#listener.closeAllConnections();
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  /** Lets requests to these hosts (`host:port`) pass. */
  allow(hosts: readonly string[]): void {
    for (const host of hosts) this.#allowed.add(host);
  }

  /** Requests to where nobody should go. */
  get foreign(): readonly string[] {
    return this.#foreign;
  }

  /** Connections of the client to these hosts that are still open. */
  open(hosts: readonly string[]): number {
    const sockets = hosts.flatMap((host) => [...(this.#sockets.get(host) ?? [])]);
    return sockets.filter(({ destroyed }) => !destroyed).length;
  }

  /** Forgets hosts that are no more. */
  forget(hosts: readonly string[]): void {
    for (const host of hosts) {
      this.#allowed.delete(host);
      this.#sockets.delete(host);
    }
  }

  readonly #onRequest = (message: unknown): void => {
    const { request } = message as { request?: unknown };
    if (!(request instanceof ClientRequest)) return;
    const host = String(request.getHeader('host'));
    if (!this.#allowed.has(host)) {
      this.#foreign.push(`${request.method} ${host}${request.path}`);
    } else if (!request.path.startsWith('/_sim/')) {
      request.once('socket', (socket) => {
        this.#socketsOf(host).add(socket);
      });
    }
  };

  #socketsOf(host: string): Set<Socket> {
    const known = this.#sockets.get(host) ?? new Set();
    this.#sockets.set(host, known);
    return known;
  }
}
