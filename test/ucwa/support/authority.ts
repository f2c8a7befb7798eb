import type { ModernCredentials, ModernToken, ModernTokenRequest, UcwaAccount } from '../../../src/ucwa';

import { FastClock, html, type Pool, type Reply, withAccount } from './pool';

/** What the pool names as its authority; nobody listens there. */
export const authorizationUri = 'https://login.contoso.com/common/oauth2/authorize';

/** The challenge of a pool that offers modern authentication. */
export const bearer = `Bearer trusted_issuers="", client_id="0004", authorization_uri="${authorizationUri}"`;

/** What a caller's own way to the authority throws. */
export class ConsentNeededError extends Error {}

/** Stands for the authority: hands out `token`, or fails; `asked` is what for. */
export class Authority {
  readonly clock = new FastClock();
  readonly asked: ModernTokenRequest[] = [];
  token = 'SECRET-ACCESS-1';
  lifeMs = 3_600_000;
  failure: Error | undefined;
  readonly credentials: ModernCredentials;
  #held: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #tellAsked: () => void = () => undefined;

  constructor() {
    this.credentials = { kind: 'modern', token: this.#give.bind(this) };
  }

  /** Keeps answers back; resolves when the first of them was asked for. */
  async hold(): Promise<void> {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
    return new Promise((resolve) => {
      this.#tellAsked = resolve;
    });
  }

  /** Lets the answers go that were kept back. */
  release(): void {
    this.#release();
  }

  /** Never gives the answers that were kept back, and keeps back no more. */
  forget(): void {
    this.#held = Promise.resolve();
  }

  /** From now on the pool takes no other token than this one, and the authority gives it. */
  rotate(pool: Pool, token: string): void {
    pool.token = token;
    this.token = token;
  }

  async #give(request: ModernTokenRequest): Promise<ModernToken> {
    this.asked.push(request);
    this.#tellAsked();
    await this.#held;
    if (this.failure !== undefined) throw this.failure;
    return { token: this.token, expiresAt: this.clock.now() + this.lifeMs };
  }
}

/** A refusal by what stands before UCWA: a page, diagnostics, perhaps a challenge. */
export function refusal(status: number, diagnostics: string, challenge?: string): Reply {
  const more = challenge === undefined ? {} : { 'www-authenticate': challenge };
  return { ...html, status, headers: { 'content-type': 'text/html', 'x-ms-diagnostics': diagnostics, ...more } };
}

/** Runs `test` with an account of the authority's, on a pool that offers modern authentication beside Windows. */
export async function withModern(
  authority: Authority,
  test: (pool: Pool, account: UcwaAccount) => Promise<void>,
  changes: NonNullable<Parameters<typeof withAccount>[1]> = {},
): Promise<void> {
  await withAccount(
    async (pool, account) => {
      pool.token = authority.token;
      pool.challenges = [bearer, `MsRtcOAuth href="${pool.origin}/token",grant_type="urn:microsoft.rtc:windows"`];
      await test(pool, account);
    },
    { credentials: authority.credentials, clock: authority.clock, ...changes },
  );
}
