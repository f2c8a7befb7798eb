import { buttonOf, inputsOf, isRecord } from '../../test/support/card-reading';
import type { ShownMessage } from '../chaos/chat-service';

type Json = Readonly<Record<string, unknown>>;

/** What somebody says or clicks in one conversation, as Teams sends it. */
export class Speech {
  readonly conversationId: string;
  readonly #serviceUrl: string;
  readonly #personId: string;
  static #activities = 0;

  /** @param number - of the person; each has a personal conversation of their own. */
  constructor(serviceUrl: string, number: number, conversation = String(number)) {
    this.#serviceUrl = serviceUrl;
    this.#personId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    this.conversationId = `a:${conversation}`;
  }

  /** Somebody types. */
  says(text: string): Json {
    return { ...this.#envelope(), type: 'message', text };
  }

  /** Somebody presses a button of a card, with what the card's fields hold and `typed` over it. */
  clicks(
    on: { readonly message: Pick<ShownMessage, 'id'>; readonly card: Json },
    verb: string,
    typed: Json = {},
  ): Json {
    const { data } = buttonOf(on.card, verb);
    return this.acts(on.message.id, verb, { ...inputsOf(on.card), ...(isRecord(data) ? data : {}), ...typed });
  }

  /** Somebody presses a button of which it is known what it sends. */
  acts(replyToId: string, verb: string, data: Json): Json {
    const action = { type: 'Action.Execute', verb, data };
    return { ...this.#envelope(), type: 'invoke', name: 'adaptiveCard/action', replyToId, value: { action } };
  }

  #envelope(): Json {
    Speech.#activities += 1;
    return {
      ...{ id: `activity-${String(Speech.#activities)}`, channelId: 'msteams', serviceUrl: this.#serviceUrl },
      ...{ locale: 'en-US', timestamp: new Date().toISOString() },
      from: { id: `29:${this.#personId}`, name: 'Somebody', aadObjectId: this.#personId },
      recipient: { id: '28:confer', name: 'Confer' },
      conversation: { id: this.conversationId, conversationType: 'personal' },
    };
  }
}

/** The card of a message; empty when it has none. */
export function cardOf({ shows }: Pick<ShownMessage, 'shows'>): Json {
  const { attachments = [] } = JSON.parse(shows) as { attachments?: readonly { content?: Json }[] };
  return attachments[0]?.content ?? {};
}

/** The card that takes the place of a clicked one; undefined when words came back. */
export function cardInAnswer(text: string): Json | undefined {
  const answer: unknown = JSON.parse(text === '' ? 'null' : text);
  return isRecord(answer) && isRecord(answer.value) && String(answer.type).includes('card') ? answer.value : undefined;
}
