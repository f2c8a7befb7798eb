import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { type Chat, LUKAS, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

const GROUP: Chat = { place: 'groupChat', as: LUKAS };

/** A bot, a card in a group chat, and a form that changes the meeting. */
async function cardAndForm(): Promise<{ bot: BotHarness; elsewhere: Posted; form: Posted }> {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
  const elsewhere = await bot.ask('show quarterly', { place: 'groupChat', as: LUKAS });
  return { bot, elsewhere, form: await bot.ask('edit quarterly') };
}

describe('conversations where nothing can be said', () => {
  it('P-18, F-29: get one attempt, and their cards follow when somebody writes there again', async () => {
    const { bot, elsewhere, form } = await cardAndForm();
    bot.adapter.updateStatus = 403;
    bot.adapter.updateCode = 'BotNotInConversationRoster';
    bot.adapter.failUpdatesOf.add(elsewhere.id);
    await bot.conversations.died('19:group@thread.v2', 'BotNotInConversationRoster');
    const before = bot.adapter.events.length;

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });
    bot.posts.aheadMs += 24 * 60 * 60 * 1000;
    await bot.idle();
    const meanwhile = bot.adapter.events.slice(before).filter(({ activity }) => isInGroup(activity));
    bot.adapter.failUpdatesOf.clear();
    await bot.say('help', GROUP);
    await bot.idle();

    assert.deepEqual(meanwhile, []);
    assert.match(allWords(bot.showing(elsewhere).card ?? {}), /Q4/u);
    assert.equal((await bot.store.postingsOf('IB88RLLY')).length, 2);
  });

  it('F-30: have what was asked for there told in the personal chat of whoever asked, once', async () => {
    const bot = new BotHarness();
    await bot.say('help', { as: LUKAS });
    bot.gateway.beforeNext('create', () => {
      bot.adapter.failNextSend = Object.assign(new Error('left'), {
        statusCode: 403,
        code: 'BotNotInConversationRoster',
      });
    });
    bot.adapter.onFailedSend = async () => bot.conversations.died('19:group@thread.v2', 'BotNotInConversationRoster');

    const said = await bot.say('new Retro', GROUP);
    await bot.idle();

    const [told, ...more] = said.filter(({ chat }) => chat.place === 'personal');
    assert.ok(told !== undefined && more.length === 0);
    assert.match(told.text ?? '', /I could not answer where you asked/u);
    assert.match(allWords(told.card ?? {}), /Your meeting is ready \| Retro/u);
    assert.equal((await bot.store.postingsIn(`a:personal-${LUKAS.name}`)).length, 1);
  });

  it('F-30: leave a result untold where nobody knows the personal chat, and the meeting stays', async () => {
    const bot = new BotHarness();
    bot.adapter.failNextSend = Object.assign(new Error('left'), {
      statusCode: 403,
      code: 'BotNotInConversationRoster',
    });
    bot.adapter.onFailedSend = async () => bot.conversations.died('19:group@thread.v2', 'BotNotInConversationRoster');

    await bot.say('new Retro', GROUP);
    await bot.idle();

    assert.equal(bot.log.of('result.untold').length, 1);
    assert.equal(bot.gateway.meetings.size, 1);
  });

  it('F-31: a card that somebody deleted before its update is posted anew, once', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const form = await bot.ask('edit quarterly', GROUP);
    bot.adapter.failUpdatesOf.add(form.id);

    const { posted } = await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    const cards = posted.filter(({ card }) => card !== undefined);
    assert.equal(cards.length, 1);
    assert.match(allWords(cards[0]?.card ?? {}), /Q4/u);
    assert.deepEqual(
      (await bot.store.postingsOf('IB88RLLY')).map(({ activityId }) => activityId).includes(cards[0]?.id ?? ''),
      true,
    );
  });

  it('F-42: are spoken to at the address of their newest activity', async () => {
    const { bot, elsewhere, form } = await cardAndForm();
    await bot.say('help', { ...GROUP, raw: { serviceUrl: 'https://smba.trafficmanager.net/amer/' } });

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    const updated = bot.adapter.addresses.filter(({ activityId }) => activityId === elsewhere.id);
    assert.deepEqual(updated, [{ activityId: elsewhere.id, serviceUrl: 'https://smba.trafficmanager.net/amer/' }]);
  });
});

function isInGroup(activity: { readonly conversation?: { readonly id: string } | undefined }): boolean {
  return activity.conversation?.id === '19:group@thread.v2';
}
