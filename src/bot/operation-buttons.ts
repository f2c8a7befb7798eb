import type { Activity, InvokeResponse } from 'botbuilder';

import type { Logger } from '../shared/logger';
import { defineTexts } from '../shared/texts';

import { type CardAction, invokeMessage } from './card-action';
import type { Operations } from './operations';
import { receiptIn } from './receipts';

/** Verb of the button on a card that says for how long something is tried. */
export const stopVerb = 'operation.stop';

const texts = defineTexts({
  en: {
    unavailable: 'I cannot look that up right now, and have not stopped anything. Please try again in a few minutes.',
  },
});

/** Answers the buttons that belong to operations themselves and to no command. */
export class OperationButtons {
  readonly #operations: Pick<Operations, 'answerReceipt' | 'answerStop'>;
  readonly #log: Logger;

  constructor(deps: { operations: Pick<Operations, 'answerReceipt' | 'answerStop'>; log: Logger }) {
    this.#operations = deps.operations;
    this.#log = deps.log;
  }

  /** @returns undefined when the button is another one. */
  answer(activity: Activity, action: CardAction): Promise<InvokeResponse> | undefined {
    const receipt = receiptIn(action);
    if (receipt !== undefined) return this.#receipt(activity, receipt);
    const { operation } = action.data;
    if (action.verb !== stopVerb || typeof operation !== 'string') return undefined;
    return this.#stop(activity, operation);
  }

  /** Teams sends these by itself: nobody is told when one is lost, and the next look brings another. */
  async #receipt(activity: Activity, operation: string): Promise<InvokeResponse> {
    try {
      return await this.#operations.answerReceipt(activity, operation);
    } catch (error) {
      this.#log.warn('receipt.lost', { error: String(error) });
      return { status: 503 };
    }
  }

  async #stop(activity: Activity, operation: string): Promise<InvokeResponse> {
    try {
      return await this.#operations.answerStop(activity, operation);
    } catch (error) {
      this.#log.error('journal.unreachable', { error: String(error) });
      return invokeMessage(texts(activity.locale ?? 'en').unavailable);
    }
  }
}
