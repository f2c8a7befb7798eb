import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A request that did not come over a connection of its own, such as a part of a batch. */
export interface InnerRequest {
  readonly method: string;
  /** Path and query string. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Has a server answer a request that it carries inside another one, on the same way as any other: the whole answer as
 * it would go over the wire, or `undefined` when the connection would have been cut without one.
 */
export async function answerInside(server: Server, inner: InnerRequest): Promise<string | undefined> {
  const wire = new Wire();
  // Node's messages need no more of a socket than a stream has.
  const request = new IncomingMessage(wire as unknown as Socket);
  Object.assign(request, { method: inner.method, url: inner.path, headers: inner.headers, complete: true });
  Object.assign(request, { httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 });
  request.push(inner.body);
  request.push(null);
  const response = new ServerResponse(request);
  response.assignSocket(wire as unknown as Socket);
  return new Promise((resolve) => {
    wire.once('close', () => {
      resolve(undefined);
    });
    response.once('finish', () => {
      resolve(wire.written);
      // A server tells this after the last byte; whoever waits for the end of the answer listens to it.
      response.emit('close');
    });
    server.emit('request', request, response);
  });
}

/** Whether a request came inside another one, and not over a connection. */
export function isInner(request: IncomingMessage): boolean {
  return (request.socket as Duplex) instanceof Wire;
}

/** Keeps what is written, and has nothing to read. */
class Wire extends Duplex {
  private readonly chunks: Buffer[] = [];

  get written(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }

  override _read(): void {
    // The body was given to the request at once.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    done();
  }
}
