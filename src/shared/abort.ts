import { AppError } from './app-error';

/** The time a turn may take is over. It is a reason for cancelling, so it travels as `signal.reason`. */
export class DeadlineError extends AppError {
  readonly code = 'deadline';

  constructor(afterMs: number) {
    super(`Not finished after ${String(afterMs)} ms`);
  }
}

/** A signal that aborts with {@link DeadlineError} after `ms`, or with the parent's reason before. Call `done` when over. */
export function deadline(ms: number, parent: AbortSignal): { signal: AbortSignal; done: () => void } {
  const timer = new AbortController();
  const handle = setTimeout(() => {
    timer.abort(new DeadlineError(ms));
  }, ms);
  handle.unref();
  return {
    signal: AbortSignal.any([timer.signal, parent]),
    done: () => {
      clearTimeout(handle);
    },
  };
}
