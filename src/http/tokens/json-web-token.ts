/** A token taken apart; nothing in it is proved yet. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What was signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** The Bot Connector's tokens have about 1 KB. */
const MAX_TOKEN_LENGTH = 8 * 1024;

const COMPACT = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/u;

/**
 * Takes the value of an Authorization header apart.
 *
 * @returns undefined when it is no bearer token in compact form with a JSON object in both places.
 * Source: RFC 7515, section 7.1; RFC 6750, section 2.1.
 */
export function decodeBearer(authorization: string): DecodedToken | undefined {
  if (authorization.length > MAX_TOKEN_LENGTH) return undefined;
  const [, head, payload, signature] = COMPACT.exec(authorization) ?? [];
  if (head === undefined || payload === undefined || signature === undefined) return undefined;
  const header = decodeObject(head);
  const claims = decodeObject(payload);
  if (header === undefined || claims === undefined) return undefined;
  return { header, claims, signed: `${head}.${payload}`, signature: Buffer.from(signature, 'base64url') };
}

function decodeObject(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Bytes that are no text and text that is no JSON are no token, either.
    return undefined;
  }
}
