import { type Next, type Request, type RequestHandler, type Response } from 'restify';

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return ['127.0.0.1', 'localhost', '::1'].includes(host);
}

/**
 * Refuses what does not come from this machine's own page or programs: a foreign `Host` (DNS rebinding) and requests
 * that another web site makes in somebody's browser.
 */
export const guardLoopback: RequestHandler = (request: Request, response: Response, next: Next) => {
  if (isTrusted(request)) {
    next();
    return;
  }
  response.json(403, { error: { code: 'Forbidden', message: 'Only the page of the local Teams may do this.' } });
  next(false);
};

function isTrusted({ headers }: Request): boolean {
  const { host = '', origin } = headers;
  if (!loopbackHosts.includes(host.replace(/:\d+$/, ''))) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  // A top-level navigation from elsewhere (a link to the page) is fine; a script or image of another site is not.
  const site = headers['sec-fetch-site'];
  return site !== 'cross-site' || headers['sec-fetch-mode'] === 'navigate';
}
