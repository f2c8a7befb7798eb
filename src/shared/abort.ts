import { setMaxListeners } from 'node:events';

import { AppError } from './app-error';

/** The time a turn may take is over. It is a reason for cancelling, so it travels as `signal.reason`. */
export class DeadlineError extends AppError {
  readonly code = 'deadline';

  constructor(afterMs: number) {
    super(`Not finished after ${String(afterMs)} ms`);
  }
}

/** The process stops. It is a reason for cancelling, too. */
export class StoppingError extends AppError {
  readonly code = 'stopping';

  constructor() {
    super('Confer is stopping');
  }
}

/** A signal that aborts with {@link DeadlineError} after `ms`, or with the parent's reason before. Call `done` when over. */
export function deadline(ms: number, parent: AbortSignal): { signal: AbortSignal; done: () => void } {
  const ending = new AbortController();
  const follow = (): void => {
    ending.abort(parent.reason);
  };
  const handle = setTimeout(() => {
    ending.abort(new DeadlineError(ms));
  }, ms);
  handle.unref();
  // Not AbortSignal.any: a parent that lives as long as the process would collect a trace of every signal made from it,
  // and an AbortSignal.timeout that only such a signal knows is collected as garbage and never aborts.
  if (parent.aborted) follow();
  else {
    setMaxListeners(0, parent); // as many as there is work under way: none of them is a leak
    parent.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: ending.signal,
    done: () => {
      clearTimeout(handle);
      parent.removeEventListener('abort', follow);
    },
  };
}
