/** Whose token it is, by its own words. */
export interface SignOnClaims {
  /** Object id of the person. */
  readonly oid: string | undefined;
  /** The directory. */
  readonly tid: string | undefined;
}

/**
 * Reads whose single sign-on token this is. It is not verified here: it comes from the token service, and the authority
 * verifies it when it is exchanged. Source: Entra, "Access token claims reference".
 */
export function claimsOf(token: string): SignOnClaims {
  const claims = parse(token.split('.')[1] ?? '');
  return { oid: asText(claims.oid), tid: asText(claims.tid) };
}

function parse(part: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
