import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A plain HTTP port that sends everybody to the HTTPS one. */
export interface RedirectListener {
  readonly origin: string;
  /** Cuts every connection; resolves when the port is free. */
  readonly stop: () => Promise<void>;
}

/**
 * Listens on a free port and answers every GET with a redirect to the same path on the same host name, over HTTPS on
 * the port of `target`; whatever would send something in the clear is refused.
 * Source: Skype/UCWA/RootURL.md.
 */
export async function startRedirectListener(host: string, target: string): Promise<RedirectListener> {
  const server = createServer((request, response) => {
    redirect(request, response, target);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${new URL(target).hostname}:${String(port)}`,
    stop: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function redirect(request: IncomingMessage, response: ServerResponse, target: string): void {
  const asked = `http://${request.headers.host ?? ''}`;
  if (request.method !== 'GET' || !URL.canParse(asked) || !URL.canParse(request.url ?? '/', target)) {
    response.writeHead(403, { 'Content-Type': 'text/html' });
    response.end('<html><body>SSL is required.</body></html>');
    return;
  }
  const location = new URL(request.url ?? '/', target);
  location.hostname = new URL(asked).hostname;
  location.port = new URL(target).port;
  location.protocol = 'https:';
  response.writeHead(302, { Location: location.href, 'Content-Length': 0 });
  response.end();
}
