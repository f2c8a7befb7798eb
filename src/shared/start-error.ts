import { AppError } from './app-error';

/** A part of the process could not start; the message names the setting that helps. */
export class StartError extends AppError {
  readonly code = 'start.failed';
}
