import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { buttonOf, inputsOf, isRecord } from '../../test/support/card-reading';

import type { ChatService, ShownMessage } from './chat-service';
import { ChaosError } from './errors';
import type { Random } from './random';
import type { Replicas } from './replicas';
import type { Wish } from './wish';

type Json = Readonly<Record<string, unknown>>;

/** What people speak through. */
export interface PeopleParts {
  readonly chat: ChatService;
  readonly replicas: Replicas;
  readonly random: Random;
  readonly seed: number;
}

/** People in chats, and Teams, which delivers what they say until somebody takes it. */
export class People {
  readonly #parts: PeopleParts;
  #activities = 0;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** Makes ready what a wish needs, while nothing goes wrong yet. */
  async prepare(kind: Wish['kind'], number: number): Promise<Wish> {
    const token = `Chaos ${String(this.#parts.seed)}-${String(number)}.`;
    const conversationId = `a:chaos-${String(number)}`;
    const wish = { kind, conversationId, token, subject: token, acknowledgedAt: undefined, answers: [] };
    switch (kind) {
      case 'typed':
        return { ...wish, activity: this.#message(conversationId, `new ${token}`) };
      case 'form': {
        const form = await this.#ask(conversationId, 'new', 'new.save');
        return { ...wish, activity: this.#click(form, cardOf(form), { verb: 'new.save', typed: { subject: token } }) };
      }
      case 'edit': {
        const details = await this.#ask(conversationId, `new ${token}`, 'edit.open');
        const form = await this.#press(this.#click(details, cardOf(details), { verb: 'edit.open' }));
        const subject = `${token} moved`;
        return { ...wish, subject, activity: this.#click(details, form, { verb: 'edit.save', typed: { subject } }) };
      }
      case 'cancel': {
        const details = await this.#ask(conversationId, `new ${token}`, 'cancel.ask');
        const question = await this.#press(this.#click(details, cardOf(details), { verb: 'cancel.ask' }));
        return { ...wish, activity: this.#click(details, question, { verb: 'cancel.confirm' }) };
      }
    }
  }

  /** Delivers a wish until it was taken; some at the same moment in several places, some clicks twice. */
  async deliver(wish: Wish, signal: AbortSignal): Promise<void> {
    const isDouble = this.#parts.random.chance(30);
    const copies = isDouble ? [wish.activity, this.#again(wish.activity)] : [wish.activity];
    await Promise.all(copies.map(async (activity, at) => this.#deliverOne(wish, { activity, at }, signal)));
  }

  /** Looks at a conversation once: Teams runs the refresh of every card on the screen. */
  async look(conversationId: string, signal: AbortSignal): Promise<void> {
    for (const message of this.#parts.chat.visible(conversationId)) {
      const { refresh } = cardOf(message);
      if (!isRecord(refresh) || !isRecord(refresh.action)) continue;
      const { verb, data } = refresh.action;
      const activity = this.#invoke(message, { type: 'Action.Execute', verb, data, trigger: 'automatic' });
      while (!signal.aborted && (await this.#send(activity, 0)) === undefined) await sleep(100);
    }
  }

  async #deliverOne(wish: Wish, { activity, at }: { activity: Json; at: number }, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await this.#send(activity, at);
      if (answer !== undefined) {
        wish.acknowledgedAt ??= Date.now();
        wish.answers.push({ text: answer, at: Date.now() });
        return;
      }
      await sleep(this.#parts.random.between(100, 400));
    }
  }

  /** @returns the answer when the activity was taken. */
  async #send(activity: Json, at: number): Promise<string | undefined> {
    const { origins } = this.#parts.replicas;
    const origin = origins[(this.#activities + at) % Math.max(1, origins.length)];
    if (origin === undefined) return undefined;
    try {
      const response = await fetch(`${origin}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(activity),
        signal: AbortSignal.timeout(15_000),
      });
      const text = await response.text();
      return response.ok ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** A second delivery of a message is the same message; a second click is another click. */
  #again(activity: Json): Json {
    return activity.type === 'message' ? activity : { ...activity, id: this.#newId() };
  }

  async #ask(conversationId: string, words: string, verb: string): Promise<ShownMessage> {
    await this.#send(this.#message(conversationId, words), 0);
    for (let look = 0; look < 600; look += 1) {
      const found = this.#parts.chat.visible(conversationId).find(({ shows }) => shows.includes(`"${verb}"`));
      if (found !== undefined) return found;
      await sleep(50);
    }
    const seen = this.#parts.chat.visible(conversationId).map(({ shows }) => shows);
    throw new ChaosError(`"${words}" was not answered with "${verb}" but with ${seen.join(' | ').slice(0, 1000)}`);
  }

  /** @returns the card that takes the place of the clicked one. */
  async #press(click: Json): Promise<Json> {
    const answer: unknown = JSON.parse((await this.#send(click, 0)) ?? 'null');
    if (isRecord(answer) && isRecord(answer.value)) return answer.value;
    throw new ChaosError(`a click was answered with ${JSON.stringify(answer)}`);
  }

  #click(message: ShownMessage, card: Json, how: { verb: string; typed?: Json }): Json {
    const { verb, typed = {} } = how;
    const { data } = buttonOf(card, verb);
    return this.#invoke(message, {
      type: 'Action.Execute',
      verb,
      data: { ...inputsOf(card), ...(isRecord(data) ? data : {}), ...typed },
    });
  }

  #invoke({ id, conversationId }: ShownMessage, action: Json): Json {
    return {
      ...this.#envelope(conversationId),
      ...{ type: 'invoke', name: 'adaptiveCard/action', replyToId: id, value: { action } },
    };
  }

  #message(conversationId: string, text: string): Json {
    return { ...this.#envelope(conversationId), type: 'message', text };
  }

  #envelope(conversationId: string): Json {
    return {
      ...{ id: this.#newId(), channelId: 'msteams', serviceUrl: this.#parts.chat.serviceUrl, locale: 'en-US' },
      from: { id: '29:anna', name: 'Anna Berg', aadObjectId: annaId },
      recipient: { id: '28:confer', name: 'Confer' },
      conversation: { id: conversationId, conversationType: 'personal' },
    };
  }

  #newId(): string {
    this.#activities += 1;
    return `activity-${String(this.#activities)}`;
  }
}

const annaId = randomUUID();

function cardOf({ shows }: ShownMessage): Json {
  const { attachments = [] } = JSON.parse(shows) as { attachments?: readonly { content?: Json }[] };
  return attachments[0]?.content ?? {};
}
