/** A package that cannot be made, or does not do what it promises; the message is for whoever called the script. */
export class PackError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PackError';
  }
}
