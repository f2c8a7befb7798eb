import { Agent, request } from 'node:http';

/** What came back for an activity. */
export interface Acknowledged {
  readonly status: number;
  readonly text: string;
}

/** Hands activities over as the Bot Connector does, on connections that are kept. */
export class Delivery {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2000 });

  /** @returns what came back; undefined when the connection broke, or nothing came within `signal`. */
  async post(origin: string, activity: object, signal: AbortSignal): Promise<Acknowledged | undefined> {
    const body = JSON.stringify(activity);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve) => {
      const fail = (): void => {
        resolve(undefined);
      };
      const options = { method: 'POST', agent: this.#agent, headers, signal };
      const sent = request(`${origin}/api/messages`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', fail);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.once('error', fail);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
