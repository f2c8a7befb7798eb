import { factsOf, type HttpAnswer, isSuccess, nameOf, readBody, toResponseError } from './answer';
import { type Connection, retryRules } from './connection';
import { grantNotAllowedCode } from './diagnostics';
import { UcwaAuthenticationError, UcwaProtocolError, type UcwaResponseError } from './errors';
import { isJsonObject, readInteger, readText } from './json';
import { type Try, withRetries } from './retry';
import { wayNames } from './sign-in-ways';

/** A bearer token. Its value does not show when the object is printed or turned into JSON. */
export class AccessToken {
  readonly #value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** When to get the next one: at 80 % of its life, or 300 s before the end where that is later. */
  readonly refreshAt: number;

  constructor(value: string, lifeMs: number, now: number) {
    this.#value = value;
    this.expiresAt = now + lifeMs;
    this.refreshAt = now + Math.max(lifeMs * 0.8, lifeMs - 300_000);
  }

  /** The bare value. */
  value(): string {
    return this.#value;
  }

  /** The value of the `Authorization` header. */
  authorization(): string {
    return `Bearer ${this.#value}`;
  }
}

/** One posting to a token endpoint. Source: Skype/UCWA/AuthenticationInUCWA.md. */
export interface TokenGrant {
  readonly endpoint: URL;
  readonly way: 'password' | 'anonymous';
  readonly fields: Readonly<Record<string, string>>;
}

/** The password grant. @param account.resource - host of the pool, when it is not the one that was discovered first. */
export function passwordGrant(
  endpoint: URL,
  account: { readonly username: string; readonly password: string; readonly resource?: string },
): TokenGrant {
  return { endpoint, way: 'password', fields: { grant_type: 'password', ...account } };
}

const anonymousType = 'urn:microsoft.rtc:anonmeeting';

/** The grant for guests of one meeting. */
export function anonymousGrant(
  endpoint: URL,
  meeting: { readonly conferenceUri: string; readonly conferenceId: string },
): TokenGrant {
  const { conferenceId: password, conferenceUri } = meeting;
  return {
    endpoint,
    way: 'anonymous',
    fields: { grant_type: anonymousType, password, ms_rtc_conferenceuri: conferenceUri },
  };
}

/** The grant that gives a guest another ticket and leaves the guest the same. */
export function renewalGrant(endpoint: URL, ticket: AccessToken): TokenGrant {
  return { endpoint, way: 'anonymous', fields: { grant_type: anonymousType, ms_rtc_renew: ticket.value() } };
}

/**
 * Posts a grant.
 *
 * @throws UcwaAuthenticationError (`invalid_grant`: do not repeat; `grant-not-offered`: another way may do),
 * UcwaResponseError, UcwaTransportError.
 */
export async function acquireToken(
  connection: Connection,
  grant: TokenGrant,
  signal: AbortSignal,
): Promise<AccessToken> {
  const request = {
    method: 'POST',
    lane: 'sign-in',
    url: grant.endpoint,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    body: new URLSearchParams(grant.fields).toString(),
  } as const;
  const tryOnce = async (tried: Try): Promise<AccessToken> => {
    const answer = await connection.transport.send({ ...request, ...tried }, signal);
    if (!isSuccess(answer)) throw tokenError(answer, grant.way);
    return decodeToken(answer);
  };
  return withRetries(retryRules(connection, request, 'repeatable'), tryOnce, signal);
}

/** Whether a text can stand in an `Authorization` header. */
export function isUsableToken(value: string): boolean {
  return /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value);
}

function decodeToken(answer: HttpAnswer): AccessToken {
  const body = readBody(answer);
  const value = readText(body, 'access_token');
  if (value === undefined || !isUsableToken(value)) {
    throw new UcwaProtocolError(`${nameOf(answer)}: there is no usable access_token in the answer`, factsOf(answer));
  }
  const lifeSec = readInteger(body, 'expires_in') ?? 3600;
  // The server began to count before its answer came.
  return new AccessToken(value, lifeSec * 1000, answer.sentAt);
}

const refusals: Readonly<Record<TokenGrant['way'], string>> = {
  password: 'The server refused the user name and password',
  anonymous: 'The server knows no such meeting, or another key for it',
};

function tokenError(answer: HttpAnswer, way: TokenGrant['way']): UcwaAuthenticationError | UcwaResponseError {
  const error = oauthErrorOf(answer);
  const facts = { ...factsOf(answer), subcode: error };
  if (error === 'unsupported_grant_type' || facts.diagnostics?.code === grantNotAllowedCode) {
    return new UcwaAuthenticationError('grant-not-offered', `The token endpoint refuses ${wayNames[way]}`, facts);
  }
  if (error === 'invalid_grant' || answer.status === 401) {
    return new UcwaAuthenticationError('invalid_grant', refusals[way], facts);
  }
  if (error === undefined || error === 'server_error') return toResponseError(asServerFault(answer, error));
  return new UcwaAuthenticationError('token-endpoint', `The token endpoint answered ${error}`, facts);
}

/** `server_error` comes as 400 but is worth another try, as a 500 is. */
function asServerFault(answer: HttpAnswer, error: string | undefined): HttpAnswer {
  return error === 'server_error' ? { ...answer, status: 500 } : answer;
}

function oauthErrorOf(answer: HttpAnswer): string | undefined {
  try {
    const body: unknown = JSON.parse(answer.text);
    return isJsonObject(body) ? readText(body, 'error') : undefined;
  } catch {
    return undefined;
  }
}
