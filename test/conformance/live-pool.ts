/** A real pool to examine, and an account of its own there. */
export interface LivePool {
  /** Discovery root. */
  readonly rootUrl: string;
  readonly username: string;
  readonly password: string;
}

let chosen: LivePool | undefined;

/** Chooses a pool for the tests that are loaded from now on; without it each starts a simulator. */
export function chooseLivePool(pool: LivePool): void {
  chosen = pool;
}

/** The pool that was chosen. */
export function livePool(): LivePool | undefined {
  return chosen;
}

/**
 * The pool that the environment names, or a sentence about what is missing.
 *
 * @param env - UCWA_LIVE_ROOT_URL, UCWA_LIVE_USERNAME and UCWA_LIVE_PASSWORD; empty is not set.
 */
export function readLivePool(
  env: Readonly<Record<string, string | undefined>>,
): { kind: 'none' } | { kind: 'pool'; pool: LivePool } | { kind: 'wrong'; problem: string } {
  const rootUrl = env.UCWA_LIVE_ROOT_URL ?? '';
  const username = env.UCWA_LIVE_USERNAME ?? '';
  const password = env.UCWA_LIVE_PASSWORD ?? '';
  if (rootUrl === '') return { kind: 'none' };
  if (!URL.canParse(rootUrl)) return { kind: 'wrong', problem: `UCWA_LIVE_ROOT_URL is no URL: "${rootUrl}".` };
  if (username === '' || password === '') {
    return { kind: 'wrong', problem: 'UCWA_LIVE_ROOT_URL needs UCWA_LIVE_USERNAME and UCWA_LIVE_PASSWORD, too.' };
  }
  return { kind: 'pool', pool: { rootUrl, username, password } };
}
