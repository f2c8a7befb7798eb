/** Whether an answer was handed over to whoever waits for it, as far as this process can tell. */
export class HandOver {
  /** Resolves when that is known. */
  readonly done: Promise<boolean>;
  #settle: (isHandedOver: boolean) => void = () => undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** The first call counts. */
  settle(isHandedOver: boolean): void {
    this.#settle(isHandedOver);
  }
}
