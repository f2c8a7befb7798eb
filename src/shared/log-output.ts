import { once } from 'node:events';

import { pino } from 'pino';

/** Where lines of the program go. */
export interface LogOutput {
  readonly write: (line: string) => void;
  /** Lines that were thrown away because nobody read the others. */
  readonly dropped: number;
  /** Resolves when everything written so far is out, or after two seconds. */
  readonly flush: () => Promise<void>;
}

/** So many characters wait for a reader who is slow. */
const MOST_WAITING = 8 * 1024 * 1024;

const FLUSH_LIMIT_MS = 2000;

/** Writes to standard output without ever making the program wait for whoever reads it. */
export function openLogOutput(): LogOutput {
  const stream = pino.destination({ dest: 1, sync: false, maxLength: MOST_WAITING });
  let dropped = 0;
  let isBusy = false;
  stream.on('drop', () => {
    dropped += 1;
  });
  stream.on('drain', () => {
    isBusy = false;
  });
  return {
    write: (line) => {
      isBusy = true;
      stream.write(line);
    },
    get dropped() {
      return dropped;
    },
    flush: async () => {
      // Its own `flush` promises nothing without a minimum length.
      if (isBusy) await once(stream, 'drain', { signal: AbortSignal.timeout(FLUSH_LIMIT_MS) }).catch(() => undefined);
    },
  };
}
