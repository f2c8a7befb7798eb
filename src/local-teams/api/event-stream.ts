import { type Request, type Response } from 'restify';

import { type WorldStore } from '../world/store';

const heartbeatMs = 20_000;

/** Pages that listen to changes of the world, by Server-Sent Events. */
export class EventStream {
  readonly #open = new Set<() => void>();
  readonly #store: WorldStore;

  constructor(store: WorldStore) {
    this.#store = store;
  }

  /** Keeps the response open and writes each change as one `data:` line of JSON. */
  serve(request: Request, response: Response): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
    const unsubscribe = this.#store.subscribe((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
    const close = (): void => {
      clearInterval(heartbeat);
      unsubscribe();
      this.#open.delete(close);
      response.end();
    };
    this.#open.add(close);
    request.on('close', close);
  }

  /** Ends every stream. */
  stop(): void {
    for (const close of [...this.#open]) close();
  }
}
