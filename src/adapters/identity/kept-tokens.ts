import { AppError } from '../../shared/app-error';
import { SharedWork } from '../../shared/shared-work';

/** The authority gave no token, so that nothing was sent. The message says what it answered, never its sentences. */
export class NoTokenError extends AppError {
  readonly code = 'connector.noToken';
}

/** A token that was just given out. */
export interface FreshToken {
  readonly token: string;
  /** How long it is good for, in milliseconds from now. */
  readonly lifeMs: number;
}

/** Collaborators of {@link KeptTokens}. */
export interface KeptTokensDeps {
  /** Asks the authority for a token that it did not give out before. @throws NoTokenError. */
  readonly fetch: (scope: string) => Promise<FreshToken>;
  /** Milliseconds that never run backwards: a clock that is set does not make a token older. */
  readonly now: () => number;
  /** Told why a token could not be renewed, or got at all. */
  readonly onFailure: (error: unknown) => void;
}

interface Kept {
  readonly token: string;
  readonly endsAt: number;
  renewAt: number;
}

/** A token is renewed when this much of its life is over. */
const RENEWED_AFTER = 0.8;

/** After a failed renewal the authority is left alone for so long; the token is good meanwhile. */
const RENEWAL_REST_MS = 30_000;

/** Without a token everybody who wants one within this time after a failure gets the same failure. */
const FAILURE_REST_MS = 2000;

/**
 * Tokens of the bot itself, one for each scope: used until they end, renewed before that while they are used, and fetched
 * once however many ask at the same time. An authority that is away for less than a fifth of a token's life is not noticed.
 */
export class KeptTokens {
  readonly #deps: KeptTokensDeps;
  readonly #kept = new Map<string, Kept>();
  readonly #failures = new Map<string, { readonly error: unknown; readonly until: number }>();
  readonly #fetches = new SharedWork<string>();

  constructor(deps: KeptTokensDeps) {
    this.#deps = deps;
  }

  /** @throws NoTokenError when there is none and the authority gives none. */
  async get(scope: string): Promise<string> {
    const now = this.#deps.now();
    const kept = this.#kept.get(scope);
    if (kept !== undefined && now < kept.endsAt) {
      if (now >= kept.renewAt) this.#renew(scope, kept);
      return kept.token;
    }
    const failure = this.#failures.get(scope);
    if (failure !== undefined && now < failure.until) throw failure.error;
    return this.#fetch(scope);
  }

  /** Nobody waits for it. */
  #renew(scope: string, kept: Kept): void {
    kept.renewAt = this.#deps.now() + RENEWAL_REST_MS;
    this.#fetch(scope).catch(() => undefined);
  }

  async #fetch(scope: string): Promise<string> {
    const { fetch, now, onFailure } = this.#deps;
    return this.#fetches.run(scope, async () => {
      try {
        const { token, lifeMs } = await fetch(scope);
        this.#kept.set(scope, { token, endsAt: now() + lifeMs, renewAt: now() + lifeMs * RENEWED_AFTER });
        this.#failures.delete(scope);
        return token;
      } catch (error) {
        this.#failures.set(scope, { error, until: now() + FAILURE_REST_MS });
        onFailure(error);
        throw error;
      }
    });
  }
}
