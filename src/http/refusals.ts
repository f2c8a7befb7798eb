/**
 * Everything the server itself answers when it does not let something in, with its status. The code is the whole body:
 * a caller learns nothing else. docs/errors.md says what each means.
 */
export const REFUSALS = {
  ActivityChannelNotTeams: 400,
  ActivityConversationMissing: 400,
  ActivityFromMissing: 400,
  ActivityTenantMissing: 400,
  ActivityTenantsDiffer: 400,
  ActivityTimeNotAllowed: 400,
  ActivityTypeMissing: 400,
  BadRequest: 400,
  BodyNotJsonObject: 400,
  JsonKeyNotAllowed: 400,
  JsonKeyRepeated: 400,
  JsonNumberOutOfRange: 400,
  JsonTextNotWellFormed: 400,
  JsonTextTooLong: 400,
  JsonTooDeep: 400,
  JsonTooManyKeys: 400,
  ServiceUrlNotAllowed: 400,
  Unauthorized: 401,
  NotFound: 404,
  RequestRefused: 405,
  RequestTooSlow: 408,
  BodyTooLarge: 413,
  ContentEncodingNotSupported: 415,
  ContentTypeNotJson: 415,
  ExpectationNotSupported: 417,
  Internal: 500,
  KeysUnavailable: 503,
  NotTaken: 503,
} as const satisfies Readonly<Record<string, number>>;

/** One of {@link REFUSALS}. */
export type RefusalCode = keyof typeof REFUSALS;

/** Something was not let in. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** For the log only: which rule it broke, where the code does not tell. Never a value of the caller's. */
  readonly reason?: string;
}

/** @returns a refusal with its code, and a reason for the log. */
export function refuse(code: RefusalCode, reason?: string): Refusal {
  return { kind: 'refused', code, ...(reason === undefined ? {} : { reason }) };
}

/** The body that goes with a code. */
export function bodyOf(code: RefusalCode): { readonly code: RefusalCode } {
  return { code };
}

/** Headers of every answer: nothing is kept, framed, guessed or sent on, and no software is named. */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Content type of every answer. */
export const JSON_TYPE = 'application/json; charset=utf-8';
