import assert from 'node:assert/strict';

/** A message as the scripting API of the local Teams gives it. */
export interface ChatMessage {
  readonly id: string;
  readonly from: { readonly role: string };
  readonly text: string;
  readonly attachments: readonly { readonly content?: unknown }[];
}

/** Anna's personal chat with the bot, spoken to through the scripting API of the local Teams, without a browser. */
export class LocalChat {
  readonly #page: string;

  constructor(page: string) {
    this.#page = page;
  }

  /** Says something as Anna, and waits for an answer that holds these words. */
  async say(text: string, answer: string): Promise<ChatMessage> {
    const before = (await this.messages()).length;
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ as: 'anna', text });
    const response = await fetch(await this.#messagesUrl(), { method: 'POST', headers, body });
    assert.equal(response.status, 201);
    const latest = Date.now() + 15_000;
    while (Date.now() < latest) {
      const heard = (await this.messages()).slice(before).filter(({ from }) => from.role === 'bot');
      const found = heard.find((message) => JSON.stringify(message).includes(answer));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const said = JSON.stringify((await this.messages()).slice(before));
    return assert.fail(`no answer to "${text}" holds "${answer}" but: ${said.slice(0, 2000)}`);
  }

  async messages(): Promise<readonly ChatMessage[]> {
    const response = await fetch(await this.#messagesUrl());
    return ((await response.json()) as { messages: readonly ChatMessage[] }).messages;
  }

  async #messagesUrl(): Promise<URL> {
    const response = await fetch(new URL('/api/world', this.#page));
    const world = (await response.json()) as { conversations: readonly { key: string; id: string }[] };
    const { id = '' } = world.conversations.find(({ key }) => key === 'personal-anna') ?? {};
    return new URL(`/api/conversations/${encodeURIComponent(id)}/messages`, this.#page);
  }
}
