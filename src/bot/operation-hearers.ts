/** Clicks that wait in this process for what comes of an operation. */
export class OperationHearers {
  readonly #waiting = new Map<string, number>();

  /** Whether a click waits. */
  has(operationId: string): boolean {
    return this.#waiting.has(operationId);
  }

  /** Counts a click as waiting until the work is over. */
  async during<Result>(operationId: string, work: () => Promise<Result>): Promise<Result> {
    this.#waiting.set(operationId, (this.#waiting.get(operationId) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const others = (this.#waiting.get(operationId) ?? 1) - 1;
      if (others === 0) this.#waiting.delete(operationId);
      else this.#waiting.set(operationId, others);
    }
  }
}
