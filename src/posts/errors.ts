import { AppError } from '../shared/app-error';

/** It was not sent yet, so as not to send more than the chat service takes; there is a place after `delayMs`. */
export class PacedError extends AppError {
  readonly code = 'post.paced';
  readonly delayMs: number;

  constructor(delayMs: number) {
    super('There is no place for it yet');
    this.delayMs = delayMs;
  }
}
