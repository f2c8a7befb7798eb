import { deadline } from '../../shared/abort';
import type { Logger } from '../../shared/logger';

import { fetchKeyDocument, KeyDocumentError } from './key-document';
import { type KeySet, readKeySet, readKeysUrl, type SigningKey } from './key-set';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** After this, new keys are fetched, while the old ones go on being used. */
const FRESH_MS = 24 * HOUR_MS;

/** Keys that could not be renewed for so long are not believed any more. */
const STALE_LIMIT_MS = 7 * 24 * HOUR_MS;

/** Time between two attempts while there are keys: also what a token with an unknown key can cause at most. */
const PAUSE_MS = MINUTE_MS;

/** Time between two attempts while there is no key at all. */
const PAUSE_WITHOUT_KEYS_MS = 5000;

/** Time for both documents together. */
const FETCH_LIMIT_MS = 5000;

/** What a look for a key came to. */
export type KeyLookup =
  | { readonly kind: 'found'; readonly key: SigningKey }
  /** There are keys, and this is none of them. */
  | { readonly kind: 'unknown' }
  /** There are no keys to look among: nothing can be said about any token. */
  | { readonly kind: 'unavailable' };

/** Collaborators of {@link SigningKeys}. */
export interface SigningKeysDeps {
  /** The OpenID metadata of the Bot Connector, from the settings. */
  readonly metadataUrl: URL;
  readonly now: () => Date;
  readonly log: Logger;
  /** Ends a fetch under way when the process stops. */
  readonly stopping: AbortSignal;
  /** Longest fetch, in milliseconds; for tests. */
  readonly fetchLimitMs?: number;
}

/**
 * The public keys of the Bot Connector: fetched once for everybody who waits, renewed daily, and kept for a week when
 * they cannot be renewed. Holds one key set and nothing per request, whatever tokens name.
 */
export class SigningKeys {
  readonly #deps: SigningKeysDeps;
  #keys: KeySet = new Map();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(deps: SigningKeysDeps) {
    this.#deps = deps;
  }

  /** Whether tokens can be checked at all. */
  get usable(): boolean {
    return this.#ageMs() <= STALE_LIMIT_MS;
  }

  /** Starts to fetch what is missing or old; nobody waits, and asking often costs nothing. */
  renew(): void {
    if (this.#ageMs() > FRESH_MS) void this.#refresh();
  }

  /** Looks a key up. Waits only when there is none with this id, at most for one fetch. */
  async find(id: string): Promise<KeyLookup> {
    if (this.usable) this.renew();
    else await this.#refresh();
    if (!this.usable) return { kind: 'unavailable' };
    if (!this.#keys.has(id)) await this.#refresh();
    const key = this.#keys.get(id);
    return key === undefined ? { kind: 'unknown' } : { kind: 'found', key };
  }

  #ageMs(): number {
    return this.#deps.now().getTime() - this.#fetchedAt;
  }

  /** One attempt for all who want one, unless the last is too recent. Never rejects. */
  async #refresh(): Promise<void> {
    const pauseMs = this.usable ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS;
    const now = this.#deps.now().getTime();
    const sinceMs = now - this.#triedAt;
    // A clock that was set back must not hold the next attempt up.
    if (this.#fetching === undefined && (sinceMs >= pauseMs || sinceMs < 0)) {
      this.#triedAt = now;
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
    }
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { metadataUrl, stopping, log, fetchLimitMs = FETCH_LIMIT_MS } = this.#deps;
    const { signal, done } = deadline(fetchLimitMs, stopping);
    try {
      const keysUrl = readKeysUrl(await fetchKeyDocument(metadataUrl, signal), metadataUrl);
      this.#keys = readKeySet(await fetchKeyDocument(keysUrl, signal));
      this.#fetchedAt = this.#deps.now().getTime();
      log.info('keys.fetched', { keys: this.#keys.size });
    } catch (error) {
      if (stopping.aborted) return;
      const reason = error instanceof KeyDocumentError ? error.message : 'no answer in time';
      log.warn('keys.notFetched', { reason, usable: this.usable });
    } finally {
      done();
    }
  }
}
