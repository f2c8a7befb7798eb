import { randomBytes } from 'node:crypto';

import type { Clock } from '../timers';

import type { Pool } from './pool';
import type { Principal } from './principal';

interface Token {
  readonly principal: Principal;
  readonly pool: Pool['key'];
  expiresAt: number;
}

/** What a ticket is worth on a pool. */
export type TokenReading =
  { readonly kind: 'valid'; readonly principal: Principal } | { readonly kind: 'unknown' | 'expired' | 'other-pool' };

/** Issues web tickets and remembers them; a ticket counts on the pool that issued it and nowhere else. */
export class TokenDesk {
  private readonly tokens = new Map<string, Token>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A new ticket with its `cwt=` prefix. */
  issue(principal: Principal, pool: Pool, lifetimeSeconds: number): string {
    const token = `cwt=AAEB${randomBytes(48).toString('base64url')}`;
    this.tokens.set(token, { principal, pool: pool.key, expiresAt: this.clock.now() + lifetimeSeconds * 1000 });
    return token;
  }

  read(token: string, pool: Pool): TokenReading {
    const found = this.tokens.get(token);
    if (found === undefined) return { kind: 'unknown' };
    if (found.pool !== pool.key) return { kind: 'other-pool' };
    if (found.expiresAt <= this.clock.now()) return { kind: 'expired' };
    return { kind: 'valid', principal: found.principal };
  }

  /** Ends every ticket now; returns how many. */
  expireAll(): number {
    for (const token of this.tokens.values()) token.expiresAt = this.clock.now();
    return this.tokens.size;
  }

  /** Forgets tickets that ended more than a day ago. */
  sweep(): void {
    for (const [value, token] of this.tokens) {
      if (token.expiresAt + 86_400_000 < this.clock.now()) this.tokens.delete(value);
    }
  }
}
