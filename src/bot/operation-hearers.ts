import type { TurnContext } from 'botbuilder';

import type { HandOver } from '../shared/hand-over';

import { BoundedMap } from './bounded-map';

const handOverKey = Symbol('hand-over of the answer');

/** Lets whoever answers this turn learn whether the answer was handed over. */
export function withHandOver(context: TurnContext, handOver: HandOver): void {
  context.turnState.set(handOverKey, handOver);
}

/** @returns undefined where nobody knows; then what is answered counts as handed over. */
export function handOverOf(context: TurnContext): HandOver | undefined {
  return context.turnState.get<HandOver | undefined>(handOverKey);
}

/** Clicks that wait in this process for what comes of an operation, and whether they got it. */
export class OperationHearers {
  readonly #told = new BoundedMap<readonly Promise<boolean>[]>(10_000);

  /**
   * Counts a click as waiting until its answer was handed over.
   *
   * @param work - finds the answer; undefined when the click is told something else.
   */
  async during<Result>(
    operationId: string,
    work: () => Promise<Result | undefined>,
    handOver: HandOver | undefined,
  ): Promise<Result | undefined> {
    let tell: (isTold: boolean | Promise<boolean>) => void = () => undefined;
    const told = new Promise<boolean>((resolve) => {
      tell = resolve;
    });
    this.#told.set(operationId, [...(this.#told.get(operationId) ?? []), told]);
    let result: Result | undefined;
    try {
      result = await work();
      return result;
    } finally {
      tell(result === undefined ? false : (handOver?.done ?? true));
    }
  }

  /** Resolves, when that is known, to whether clicks waited and all of them got the answer. */
  async haveHeard(operationId: string): Promise<boolean> {
    const told = await Promise.all(this.#told.get(operationId) ?? []);
    return told.length > 0 && told.every(Boolean);
  }
}
