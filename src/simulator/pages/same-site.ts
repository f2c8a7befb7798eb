import type { Exchange } from '../http/exchange';
import { WebServerProblem } from '../http/problem';

/**
 * Refuses what a page of another site asks a browser to send here.
 *
 * @throws WebServerProblem 403.
 */
export function checkSameSite(exchange: Exchange, ownOrigin: string): void {
  const origin = exchange.header('origin');
  if (origin === undefined || origin === ownOrigin || origin === exchange.pool.origin) return;
  const host = exchange.header('host');
  if (host !== undefined && URL.canParse(origin) && new URL(origin).host === host && isLoopbackName(host)) return;
  throw new WebServerProblem(403, 'This was sent from another site.');
}

/** Whether a request comes from this machine, and means it by name. */
export function isLocal(exchange: Exchange): boolean {
  const address = exchange.remoteAddress.replace(/^::ffff:/, '');
  const local = address === '::1' || address.startsWith('127.');
  return local && isLoopbackName(exchange.header('host') ?? '');
}

/** `localhost` and the loopback addresses; any other name may be one that a stranger points at this machine. */
export function isLoopbackName(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host);
}
