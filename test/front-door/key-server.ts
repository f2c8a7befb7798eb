import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a document is answered with: JSON, text as it is, a status, an endless body, or nothing at all. */
export type DocumentAnswer =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly status: number; readonly location?: string }
  | 'endless'
  | 'hang'
  | 'reset';

/** The Bot Connector's place for its keys: OpenID metadata and a key document, counted. */
export class KeyServer {
  /** Paths that were asked for, oldest first. */
  readonly requests: string[] = [];
  /** In place of the metadata that names {@link keys}. */
  metadata: DocumentAnswer | undefined;
  keys: DocumentAnswer = { json: { keys: [] } };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { url = '' } = request;
      this.requests.push(url);
      give(url === '/keys' ? this.keys : (this.metadata ?? { json: { jwks_uri: `${this.origin}/keys` } }), response);
    });
  }

  static async start(): Promise<KeyServer> {
    const server = new KeyServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  get metadataUrl(): URL {
    return new URL('/v1/.well-known/openidconfiguration', this.origin);
  }

  /** How often the key document was asked for. */
  get keyRequests(): number {
    return this.requests.filter((path) => path === '/keys').length;
  }
}

function give(answer: DocumentAnswer, response: ServerResponse): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.socket?.destroy();
    return;
  }
  if (answer === 'endless') {
    const piece = Buffer.alloc(64 * 1024, 0x20);
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
    return;
  }
  if ('status' in answer) {
    response.statusCode = answer.status;
    if (answer.location !== undefined) response.setHeader('Location', answer.location);
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'application/json');
  response.end('text' in answer ? answer.text : JSON.stringify(answer.json));
}
