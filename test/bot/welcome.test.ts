import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { BotHarness } from '../support/bot-harness';
import { allWords, buttonOf } from '../support/card-reading';
import { ANNA, BOT, LUKAS, messageActivity } from '../support/chat';
import { deferred } from '../support/deferred';
import { MemoryStore } from '../support/memory-store';

/** An update of a conversation in which `added` came. */
function membersAdded(added: readonly object[], id = 'update-1'): Partial<Activity> {
  const { text, entities, ...envelope } = messageActivity('', { id, place: 'groupChat' });
  assert.ok(text !== undefined && entities !== undefined);
  return { ...envelope, type: 'conversationUpdate', membersAdded: added as never };
}

describe('the welcome', () => {
  it('comes once when the bot is added, however many updates say so', async () => {
    const store = new MemoryStore();
    const bot = new BotHarness({ store });

    const [hello] = await bot.deliver(membersAdded([BOT]));
    const second = await bot.deliver(membersAdded([BOT], 'update-2'));
    const installed = await bot.deliver({ ...membersAdded([], 'update-3'), type: 'installationUpdate', action: 'add' });
    const restarted = await new BotHarness({ store }).deliver(membersAdded([BOT], 'update-4'));

    assert.match(allWords(hello?.card ?? {}), /Hello, I am Confer/u);
    assert.deepEqual([second, installed, restarted], [[], [], []]);
  });

  it('comes when two updates arrive at once, once', async () => {
    const bot = new BotHarness();

    await Promise.all([bot.deliver(membersAdded([BOT])), bot.deliver(membersAdded([BOT], 'update-2'))]);

    assert.equal(bot.adapter.events.length, 1);
  });

  it('is not for people who come', async () => {
    const bot = new BotHarness();

    assert.deepEqual(await bot.deliver(membersAdded([ANNA, LUKAS])), []);
  });

  it('comes again later when it could not be posted', async () => {
    const bot = new BotHarness();
    const failed = deferred<unknown>();
    bot.adapter.failNextSend = new TypeError('503');

    await bot.deliver(membersAdded([BOT])).catch((error: unknown) => {
      failed.resolve(error);
    });
    const [again] = await bot.deliver(membersAdded([BOT], 'update-2'));

    assert.ok((await failed.promise) instanceof TypeError);
    assert.match(allWords(again?.card ?? {}), /Hello, I am Confer/u);
  });

  it('has buttons that work', async () => {
    const bot = new BotHarness();
    const [hello] = await bot.deliver(membersAdded([BOT]));
    assert.ok(hello);

    const answer = await bot.click(hello, 'My meetings');

    assert.equal(buttonOf(hello.card ?? {}, 'My meetings').verb, 'help.run');
    assert.match(allWords(answer.posted[0]?.card ?? {}), /No meetings yet/u);
  });
});
