/** The image would not do what it should. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
}
