import { once } from 'node:events';

import type { Manner } from '../chaos/faulty-server';

/** What becomes of a request that makes a meeting and is never answered. */
export const fates = ['took effect', 'was lost'] as const;

/** One of {@link fates}. */
export type Fate = (typeof fates)[number];

/** Holds the requests that make meetings, as a server does that hangs; everything else is served. */
export class HeldCreations {
  #isHolding = false;
  #held = 0;
  readonly #changed = new EventTarget();

  /** From now on. */
  hold(): void {
    this.#isHolding = true;
    this.#held = 0;
  }

  /** What comes from now on is served; what is held stays so. */
  serve(): void {
    this.#isHolding = false;
  }

  /** Resolves when so many are held. */
  async held(count: number, signal: AbortSignal): Promise<void> {
    while (this.#held < count) await once(this.#changed, 'held', { signal });
  }

  readonly manner: Manner = async (asked, serve) => {
    const { method, path, body, gone } = asked;
    if (!this.#isHolding || method !== 'POST' || !path.endsWith('/myOnlineMeetings')) return serve(asked);
    const fate: Fate = body.includes(fates[0]) ? fates[0] : fates[1];
    if (fate === 'took effect') await serve({ ...asked, gone: new AbortController().signal });
    this.#held += 1;
    this.#changed.dispatchEvent(new Event('held'));
    if (!gone.aborted) await once(gone, 'abort');
    return { status: 503 };
  };
}
