import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Manner } from '../chaos/faulty-server';

/** How a server is: `slow` answers late, `silent` takes what comes and never answers. */
export const moods = ['well', 'slow', 'silent'] as const;

/** One of {@link moods}. */
export type Mood = (typeof moods)[number];

/** The mood of servers, which may change while they serve. */
export class Moody {
  mood: Mood = 'well';
  readonly #slowMs: number;

  /** @param slowMs - how late a slow one answers. */
  constructor(slowMs: number) {
    this.#slowMs = slowMs;
  }

  readonly manner: Manner = async (asked, serve) => {
    if (this.mood === 'slow') await sleep(this.#slowMs);
    if (this.mood !== 'silent') return serve(asked);
    if (!asked.gone.aborted) await once(asked.gone, 'abort');
    return { status: 503 };
  };
}
