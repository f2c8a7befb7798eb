import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, buttonOf, titlesOf } from '../support/card-reading';
import { ANNA, PLACES } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';

describe('start', () => {
  for (const place of PLACES) {
    it(`posts the card of a running meeting in a ${place} conversation, in the same thread`, async () => {
      const bot = new BotHarness();

      const reply = await bot.ask('start Budget review', { place, thread: 'root-7' });

      assert.ok(reply.card);
      assert.deepEqual(bot.gateway.inputs('start'), ['Budget review']);
      assert.match(allWords(reply.card), /Budget review/u);
      assert.equal(buttonOf(reply.card, 'Join').url, 'https://meet.contoso.com/confer/LIVE0001');
      assert.match(allWords(reply.card), /https:\/\/meet\.contoso\.com\/confer\/LIVE0001/u);
      assert.equal(reply.chat.place, place);
      assert.equal(reply.chat.thread, place === 'channel' ? 'root-7' : undefined);
    });
  }

  it('shows that the bot is at work before the server has answered', async () => {
    const bot = new BotHarness();
    let seen: unknown[] = [];
    bot.gateway.beforeNext('start', () => {
      seen = bot.adapter.events.map(({ activity }) => activity.type);
    });

    await bot.ask('start');

    assert.deepEqual(seen, ['typing']);
  });

  it('names a meeting without a subject after the person', async () => {
    const bot = new BotHarness();

    await bot.ask('start', { as: ANNA });

    assert.deepEqual(bot.gateway.inputs('start'), ['Meeting with Anna Berger']);
  });

  for (const typed of [
    'now Retro',
    'meet Retro',
    'meeting Retro',
    '/start Retro',
    'START   "Retro"',
    '/ start Retro',
  ]) {
    it(`understands "${typed}"`, async () => {
      const bot = new BotHarness();

      await bot.ask(typed);

      assert.deepEqual(bot.gateway.inputs('start'), ['Retro']);
    });
  }

  it('shows dial-in numbers, the conference ID and who asked', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('start Retro', { as: ANNA });

    assert.ok(card);
    assert.match(allWords(card), /55512345/u);
    assert.match(allWords(card), /\+49-30-5550100 \| {3}Germany/u);
    assert.match(allWords(card), /Owner \| Anna Berger · organized by Confer/u);
    assert.equal(buttonOf(card, '+49-30-5550100').url, 'tel:+49305550100');
  });

  it('offers neither edit nor cancel, because a started meeting is in no list of the server', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('start Retro');

    assert.ok(card);
    assert.deepEqual(titlesOf(card), ['Join']);
  });

  it('shows the meeting although the server will not tell its phone numbers', async () => {
    const bot = new BotHarness();
    bot.gateway.failNext('dialIn', new MeetingProblem('server.failed'));

    const { card } = await bot.ask('start Retro');

    assert.ok(card);
    assert.match(allWords(card), /Retro/u);
  });

  it('refuses a subject of 251 characters before the server is asked, and says how many fit', async () => {
    const bot = new BotHarness();

    const { text } = await bot.ask(`start ${'x'.repeat(251)}`);

    assert.match(text ?? '', /^The subject has 251 characters; 250 fit\./u);
    assert.equal(bot.gateway.count('start'), 0);
  });

  it('takes a subject of 250 characters', async () => {
    const bot = new BotHarness();

    await bot.ask(`start ${'x'.repeat(250)}`);

    assert.deepEqual(bot.gateway.inputs('start'), ['x'.repeat(250)]);
  });

  it('stays in the meeting until somebody else has come, then leaves', async () => {
    const bot = new BotHarness({ gateway: alone() });
    await bot.ask('start Retro');
    const [attendance] = bot.gateway.attendances;
    assert.ok(attendance);
    assert.equal(attendance.left, 0);

    attendance.someoneComes();
    await attendance.gone;

    assert.equal(attendance.left, 1);
  });

  it('can be shown and joined by name afterwards, but not edited or cancelled', async () => {
    const bot = new BotHarness();
    await bot.ask('start Retro');

    const shown = await bot.ask('show retro');
    const edited = await bot.ask('edit last');
    const cancelled = await bot.ask('cancel Retro');

    assert.ok(shown.card);
    assert.equal(buttonOf(shown.card, 'Join').url, 'https://meet.contoso.com/confer/LIVE0001');
    assert.match(edited.text ?? '', /cannot change or cancel/u);
    assert.match(cancelled.text ?? '', /cannot change or cancel/u);
    assert.equal(bot.gateway.count('remove'), 0);
  });

  it('starts one meeting when Teams delivers the message twice', async () => {
    const bot = new BotHarness();

    const [first, second] = await Promise.all([
      bot.say('start Retro', { id: 'same' }),
      bot.say('start Retro', { id: 'same' }),
    ]);

    assert.equal(bot.gateway.count('start'), 1);
    assert.equal(bot.adapter.events.filter(({ activity }) => activity.type === 'message').length, 1);
    assert.ok(first.length + second.length >= 1);
  });

  it('starts once when a message is delivered again, even to another process', async () => {
    const first = new BotHarness();
    await first.say('start Retro', { id: 'same' });
    const second = new BotHarness({ gateway: first.gateway, store: first.store });

    const reply = await second.ask('start Retro', { id: 'same' });

    assert.equal(first.gateway.count('start'), 1);
    assert.equal(buttonOf(reply.card ?? {}, 'Join').url, 'https://meet.contoso.com/confer/LIVE0001');
  });
});

function alone(): FakeGateway {
  const gateway = new FakeGateway();
  gateway.companyIsThere = false;
  return gateway;
}
