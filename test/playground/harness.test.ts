import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

import { type Browser } from 'playwright-core';

import { launchBrowser } from '../support/browser';
import { type Playground, PlaygroundChat, startPlayground } from '../support/playground';

interface BotActivity {
  readonly type: string;
  readonly id: string;
  readonly text?: string;
  readonly serviceUrl: string;
  readonly conversation: { readonly id: string };
  readonly from: unknown;
  readonly recipient: unknown;
  readonly value?: unknown;
}

const greeting = {
  type: 'AdaptiveCard',
  version: '1.5',
  body: [{ type: 'TextBlock', text: 'Shall we?' }],
  actions: [
    { type: 'Action.Execute', verb: 'agree', title: 'Agree' },
    { type: 'Action.Submit', title: 'Ask me later', data: { later: true } },
  ],
};

/** A bot that says what it was told, shows a card, and replaces the card that was clicked. */
class EchoBot {
  readonly heard: BotActivity[] = [];
  private readonly server: Server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    void this.answer(request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/api/messages`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage): Promise<string> {
    const activity = (await json(request)) as BotActivity;
    this.heard.push(activity);
    if (activity.type === 'invoke') {
      const value = { ...greeting, body: [{ type: 'TextBlock', text: 'Agreed.' }], actions: [] };
      return JSON.stringify({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value });
    }
    if (activity.type === 'message') await this.say(activity);
    return '';
  }

  private async say(activity: BotActivity): Promise<void> {
    const said = activity.text ?? JSON.stringify(activity.value);
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: greeting }];
    const { serviceUrl, conversation, id } = activity;
    await fetch(`${serviceUrl}/v3/conversations/${encodeURIComponent(conversation.id)}/activities/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'message',
        text: `You said: ${said}`,
        attachments,
        from: activity.recipient,
        recipient: activity.from,
        conversation,
        replyToId: id,
      }),
    });
  }
}

describe('driving the Agents Playground', function () {
  this.timeout(60_000);

  const endings: (() => Promise<void>)[] = [];
  let bot: EchoBot;
  let playground: Playground;
  let browser: Browser;

  before(async () => {
    bot = new EchoBot();
    endings.unshift(async () => bot.stop());
    playground = await startPlayground(await bot.start());
    endings.unshift(async () => playground.stop());
    browser = await launchBrowser();
    endings.unshift(async () => browser.close());
  });

  after(async () => {
    for (const end of endings) await end();
  });

  it('carries messages, card buttons and replaced cards between a person and the bot', async () => {
    const chat = await PlaygroundChat.open(browser, playground);

    await chat.say('good morning');
    assert.equal(await chat.hear('You said'), 'You said: good morning');
    await chat.press('Ask me later');
    assert.equal(await chat.hear('later'), 'You said: {"later":true}');
    await chat.press('Agree');
    assert.equal(await chat.hear('Agreed'), 'Agreed.');

    await chat.goTo('Group Chat');
    await chat.say('good evening', { mention: true });
    await chat.hear('good evening');
    assert.deepEqual(
      bot.heard.filter(({ type }) => type !== 'message').map(({ type }) => type),
      ['installationUpdate', 'conversationUpdate', 'invoke', 'installationUpdate', 'conversationUpdate'],
    );
    assert.match(bot.heard.at(-1)?.text ?? '', /^<at>.*<\/at> ?good evening$/);
  });
});
