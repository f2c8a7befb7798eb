import { createUcwaAccount, type UcwaAccount } from '../../src/ucwa';

import { accountOf, password, sipDomain } from './messages';

/** Many accounts in this process, each of which keeps one P-GET pending. */
export class Crowd {
  readonly #rootUrl: string;
  readonly #accounts: UcwaAccount[] = [];
  readonly #waiting = new Set<{ readonly until: () => boolean; readonly resolve: () => void }>();
  #asked = 0;
  #answered = 0;

  constructor(rootUrl: string) {
    this.#rootUrl = rootUrl;
  }

  /** P-GETs that were answered so far. */
  get answered(): number {
    return this.#answered;
  }

  /** Signs in so many, some at a time; resolves when each of them has its P-GET pending. */
  async signIn(count: number, options: { readonly parallel: number; readonly signal: AbortSignal }): Promise<void> {
    const { parallel, signal } = options;
    const signInNext = async (): Promise<void> => {
      while (this.#accounts.length < count) await this.#newAccount().signIn(signal);
    };
    await Promise.all(Array.from({ length: parallel }, signInNext));
    await this.pending(count, signal);
  }

  /** Resolves when this many P-GETs are pending. */
  async pending(count: number, signal: AbortSignal): Promise<void> {
    await this.#wait(() => this.#asked - this.#answered >= count, signal);
  }

  /** Resolves when this many P-GETs were answered, and each was followed by the next. */
  async released(count: number, signal: AbortSignal): Promise<void> {
    await this.#wait(() => this.#answered >= count && this.#asked - this.#answered >= this.#accounts.length, signal);
  }

  /** Signs everybody out, some at a time. */
  async close(options: { readonly parallel: number; readonly signal: AbortSignal }): Promise<void> {
    const { parallel, signal } = options;
    const closeNext = async (): Promise<void> => {
      for (let account = this.#accounts.pop(); account !== undefined; account = this.#accounts.pop()) {
        await account.close(signal);
      }
    };
    await Promise.all(Array.from({ length: parallel }, closeNext));
  }

  #newAccount(): UcwaAccount {
    const number = this.#accounts.length;
    const isPoll = (url: string): boolean => url.endsWith('/events');
    const account = createUcwaAccount({
      server: { kind: 'root', rootUrl: this.#rootUrl, sipDomain },
      credentials: {
        kind: 'password',
        username: `${accountOf(number)}@${sipDomain}`,
        password: async () => Promise.resolve(password),
      },
      application: { userAgent: 'Confer-bench/1.0', endpointId: `bench-${String(number)}`, culture: 'en-US' },
      hooks: {
        onRequest: ({ url }) => {
          if (isPoll(url)) this.#note('asked');
        },
        onResponse: ({ url }) => {
          if (isPoll(url)) this.#note('answered');
        },
      },
    });
    this.#accounts.push(account);
    return account;
  }

  #note(what: 'asked' | 'answered'): void {
    if (what === 'asked') this.#asked += 1;
    else this.#answered += 1;
    for (const waiter of this.#waiting) if (waiter.until()) waiter.resolve();
  }

  async #wait(until: () => boolean, signal: AbortSignal): Promise<void> {
    if (until()) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        reject(signal.reason as Error);
      };
      const waiter = {
        until,
        resolve: (): void => {
          this.#waiting.delete(waiter);
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#waiting.add(waiter);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
