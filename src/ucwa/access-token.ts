import { factsOf, type HttpAnswer, isSuccess, nameOf, readBody, toResponseError } from './answer';
import type { Connection } from './connection';
import { UcwaAuthenticationError, UcwaProtocolError, type UcwaResponseError } from './errors';
import { isJsonObject, readInteger, readText } from './json';
import { isTransient, withRetries } from './retry';

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

  /** The value of the `Authorization` header. */
  authorization(): string {
    return `Bearer ${this.#value}`;
  }
}

/** One posting of credentials. */
export interface PasswordGrant {
  readonly endpoint: URL;
  readonly username: string;
  readonly password: string;
  /** Host of the pool the token is for, when it is not the one that was discovered first. */
  readonly resource?: string;
}

/**
 * Posts the password grant. Source: Skype/UCWA/AuthenticationInUCWA.md, "Password grant".
 *
 * @throws UcwaAuthenticationError (`invalid_grant`: do not repeat), UcwaResponseError, UcwaTransportError.
 */
export async function acquireToken(
  connection: Connection,
  grant: PasswordGrant,
  signal: AbortSignal,
): Promise<AccessToken> {
  const form = new URLSearchParams({ grant_type: 'password', username: grant.username, password: grant.password });
  if (grant.resource !== undefined) form.set('resource', grant.resource);
  const request = {
    method: 'POST',
    url: grant.endpoint,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    body: form.toString(),
  } as const;
  const rules = { clock: connection.clock, mayRepeat: isTransient };
  const tryOnce = async (): Promise<AccessToken> => {
    const answer = await connection.transport.send(request, signal);
    if (!isSuccess(answer)) throw tokenError(answer);
    return decodeToken(answer);
  };
  return withRetries(rules, tryOnce, signal);
}

function decodeToken(answer: HttpAnswer): AccessToken {
  const body = readBody(answer);
  const value = readText(body, 'access_token');
  if (value === undefined || !/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value)) {
    throw new UcwaProtocolError(`${nameOf(answer)}: there is no usable access_token in the answer`, factsOf(answer));
  }
  const lifeSec = readInteger(body, 'expires_in') ?? 3600;
  return new AccessToken(value, lifeSec * 1000, answer.receivedAt);
}

function tokenError(answer: HttpAnswer): UcwaAuthenticationError | UcwaResponseError {
  const error = oauthErrorOf(answer);
  const facts = { ...factsOf(answer), subcode: error };
  if (error === 'invalid_grant' || answer.status === 401) {
    return new UcwaAuthenticationError('invalid_grant', 'The server refused the user name or password', facts);
  }
  if (error === 'unsupported_grant_type') {
    return new UcwaAuthenticationError('grant-not-offered', 'The server does not allow sign-in with a password', facts);
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
