import type { Switches } from '../switches';

/** What a page on another origin may read besides the body. */
const readable = ['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-MS-Correlation-Id', 'X-Ms-diagnostics'];

/** Whether the administrator lets pages of this origin call. Source: Skype/UCWA/ConfiguringATopology.md. */
export function isAllowedOrigin(origin: string, { allowedOrigins }: Pick<Switches, 'allowedOrigins'>): boolean {
  return allowedOrigins.includes('*') || allowedOrigins.includes(origin);
}

/** The headers that let a browser hand an answer to a page of an allowed origin; none for anybody else. */
export function sharedWith(origin: string | undefined, switches: Pick<Switches, 'allowedOrigins'>): Headers {
  if (origin === undefined || !isAllowedOrigin(origin, switches)) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': readable.join(', '),
    Vary: 'Origin',
  };
}

/** What a browser asks before it sends a request that a form could not: everything UCWA knows is allowed. */
export function preflight(requestedHeaders: string | undefined): Headers {
  return {
    'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
    ...(requestedHeaders !== undefined && { 'Access-Control-Allow-Headers': requestedHeaders }),
    'Access-Control-Max-Age': '600',
  };
}

type Headers = Readonly<Record<string, string>>;
