import { Delivery } from '../stage/delivery';
import { atRate, type Load } from '../stage/rate';
import { Speech } from '../stage/speech';

/** What people do: type what lasts, type what does not, press a button; and Teams delivers some of it twice. */
export const deeds = ['new, typed', 'list, typed', 'new, clicked', 'delivered again'] as const;

/** One of {@link deeds}. */
export type Deed = (typeof deeds)[number];

/** Of twenty: twelve, three, three, two. */
const order: readonly Deed[] = [
  ...['new, typed', 'new, typed', 'list, typed', 'new, typed', 'new, clicked', 'new, typed', 'new, typed'],
  ...['delivered again', 'new, typed', 'new, typed', 'list, typed', 'new, clicked', 'new, typed', 'new, typed'],
  ...['new, typed', 'list, typed', 'new, typed', 'delivered again', 'new, clicked', 'new, typed'],
] as readonly Deed[];

/** How long one acknowledgement took, from when it was due. */
export interface Sample {
  readonly deed: Deed;
  readonly ms: number;
  /** Whether it was a 200. */
  readonly isGood: boolean;
}

/** Teams gives up on an answer after fifteen seconds. */
const PATIENCE_MS = 15_000;

/** Many people, each in a chat of their own. */
export class Crowd {
  readonly #delivery = new Delivery();
  readonly #serviceUrl: string;
  readonly #typed: object[] = [];
  #people = 0;

  constructor(serviceUrl: string) {
    this.#serviceUrl = serviceUrl;
  }

  /** Sends at this rate, by turns to each of `origins`, and waits for the last answer. */
  async send(load: Load, origins: readonly string[], signal: AbortSignal): Promise<readonly Sample[]> {
    const samples: Promise<Sample>[] = [];
    await atRate(
      load,
      (number, dueAt) => {
        const origin = origins[number % origins.length] ?? '';
        samples.push(this.#sendOne(order[number % order.length] ?? 'new, typed', { origin, dueAt }));
      },
      signal,
    );
    return Promise.all(samples);
  }

  close(): void {
    this.#delivery.close();
  }

  async #sendOne(deed: Deed, to: { origin: string; dueAt: number }): Promise<Sample> {
    const answer = await this.#delivery.post(to.origin, this.#activityOf(deed), AbortSignal.timeout(PATIENCE_MS));
    return { deed, ms: performance.now() - to.dueAt, isGood: answer?.status === 200 };
  }

  #activityOf(deed: Deed): object {
    this.#people += 1;
    const speech = new Speech(this.#serviceUrl, this.#people);
    const subject = `Figures ${String(this.#people)}`;
    switch (deed) {
      case 'new, typed': {
        const activity = speech.says(`new ${subject}`);
        this.#typed.push(activity);
        return activity;
      }
      case 'list, typed':
        return speech.says('list');
      case 'new, clicked':
        return speech.acts(`form-${String(this.#people)}`, 'new.save', { formId: speech.conversationId, subject });
      case 'delivered again':
        // What was typed a moment ago.
        return this.#typed.at(-5) ?? speech.says(`new ${subject}`);
    }
  }
}
