/**
 * The `X-Ms-diagnostics` header, e.g. `28032;source="fe1.contoso.com";reason="The web ticket is invalid."`.
 * Source: Skype/UCWA/AuthenticationInUCWA.md, "X-Ms-diagnostics".
 */
export interface Diagnostics {
  readonly code: number;
  readonly source?: string;
  readonly reason?: string;
  readonly faultcode?: string;
}

/** Codes that mean "the token is not good here": drop it, get another. */
const reauthenticateCodes: ReadonlySet<number> = new Set([28020, 28032, 28033, 28055, 28056, 28072, 28077]);

/** What is wrong with the user, so that no other token would help; as the end of a sentence. */
const userFlaws = new Map([
  [28000, 'this user is not enabled for UCWA'],
  [28081, 'it knows nobody by the name in the access token'],
]);

/** What the server says is wrong with the user; `undefined` when the header is about something else. */
export function userFlawOf(diagnostics: Diagnostics | undefined): string | undefined {
  return diagnostics && userFlaws.get(diagnostics.code);
}

/** The grant is not allowed for this user or on this pool. */
export const grantNotAllowedCode = 28029;

/** Reads the header leniently; anything that does not begin with a number is `undefined`, never an error. */
export function parseDiagnostics(header: string | undefined): Diagnostics | undefined {
  const code = /^\s*(\d{1,9})/.exec(header ?? '')?.[1];
  if (header === undefined || code === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [, name, quoted, bare] of header.matchAll(/;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,"]*))/g)) {
    fields.set((name ?? '').toLowerCase(), (quoted ?? bare ?? '').trim());
  }
  const source = fields.get('source');
  const reason = fields.get('reason');
  const faultcode = fields.get('faultcode');
  return {
    code: Number(code),
    ...(source === undefined ? {} : { source }),
    ...(reason === undefined ? {} : { reason }),
    ...(faultcode === undefined ? {} : { faultcode }),
  };
}

/** Whether the server says with this header that another token is needed. */
export function asksForNewToken(diagnostics: Diagnostics | undefined): boolean {
  return diagnostics !== undefined && reauthenticateCodes.has(diagnostics.code);
}
