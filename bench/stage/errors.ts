/** The program itself could not go on; nothing is said about the product. */
export class StageError extends Error {}
