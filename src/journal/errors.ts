import { AppError } from '../shared/app-error';

/** Somebody else works on the operation now: whoever gets this must not touch it, nor the outside world, any more. */
export class LeaseLostError extends AppError {
  readonly code = 'journal.leaseLost';

  constructor(operationId: string) {
    super(`Operation ${operationId} is somebody else's now`);
  }
}

/** Process after process has ended while it was at this operation, which may be why. */
export class ProcessesEndedError extends AppError {
  readonly code = 'journal.processesEnded';

  constructor(tries: number) {
    super(`${String(tries)} tries in a row ended with their process`);
  }
}

/** The database did not take something, for certain: nothing of it was written. With any other error that is open. */
export class NotWrittenError extends AppError {
  readonly code = 'journal.notWritten';

  constructor(cause: unknown) {
    super(`Nothing was written: ${String(cause)}`, { cause });
  }
}

/** The operation cannot go on yet. Not a failure: it is tried again after `delayMs`. */
export class NotYetError extends AppError {
  readonly code = 'journal.notYet';
  readonly delayMs: number;
  /** What it needs is not available right now, and it is tried until then: whoever asked is told so. */
  readonly until: number | undefined;
  /** What it needs may be available, and has not answered. */
  readonly isSlow: boolean;

  constructor(why: string, delayMs: number, telling: { readonly until?: number; readonly isSlow?: boolean } = {}) {
    super(why);
    this.delayMs = delayMs;
    this.until = telling.until;
    this.isSlow = telling.isSlow ?? false;
  }
}

/** The chat service did not take the message and may take it after `delayMs`. */
export class PostRefusedError extends AppError {
  readonly code = 'journal.postRefused';
  readonly delayMs: number;

  constructor(why: string, delayMs: number) {
    super(why);
    this.delayMs = delayMs;
  }
}

/** Nothing can be said in that conversation: the bot was removed or blocked there. */
export class PostImpossibleError extends AppError {
  readonly code = 'journal.postImpossible';
}
