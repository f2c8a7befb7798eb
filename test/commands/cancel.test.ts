import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, choicesOf, titlesOf } from '../support/card-reading';
import { LUKAS, PLACES, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

/** A bot that has asked whether to cancel. */
async function asked(): Promise<{ bot: BotHarness; question: Posted }> {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
  return { bot, question: await bot.ask('cancel quarterly') };
}

describe('cancel', () => {
  for (const place of PLACES) {
    it(`asks first and cancels nothing in a ${place} conversation`, async () => {
      const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });

      const { card } = await bot.ask('cancel quarterly', { place });

      assert.match(allWords(card ?? {}), /Cancel this meeting\? \| Quarterly sales numbers/u);
      assert.deepEqual(titlesOf(card ?? {}), ['Yes, cancel it', 'Keep it']);
      assert.equal(bot.gateway.count('remove'), 0);
    });
  }

  it('removes the meeting when it is confirmed, and leaves a tombstone for everybody', async () => {
    const { bot, question } = await asked();

    const answer = await bot.click(question, 'Yes, cancel it');

    assert.deepEqual(bot.gateway.inputs('remove'), ['IB88RLLY']);
    assert.match(
      allWords(answer.card ?? {}),
      /^Cancelled \| Quarterly sales numbers \| Cancelled on \{\{DATE\(2026-06-01/u,
    );
    assert.match(allWords(answer.card ?? {}), /by {2}\| Anna Berger/u);
    assert.deepEqual(titlesOf(answer.card ?? {}), []);
    assert.match(allWords(bot.showing(question).card ?? {}), /^Cancelled \|/u);
  });

  it('turns every other card of the meeting into a tombstone, also where updating one fails', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const lost = await bot.ask('show quarterly');
    const elsewhere = await bot.ask('show quarterly', { place: 'groupChat', as: LUKAS });
    const question = await bot.ask('cancel quarterly', { place: 'channel' });
    bot.gateway.beforeNext('remove', () => {
      bot.adapter.failUpdatesOf.add(lost.id);
    });

    await bot.click(question, 'Yes, cancel it');

    assert.match(allWords(bot.showing(elsewhere).card ?? {}), /^Cancelled \|/u);
    assert.equal(bot.log.of('card.gone').length, 1);
  });

  it('turns open forms into tombstones, too: there is nothing left to edit', async () => {
    const { bot, question } = await asked();
    const form = await bot.ask('edit quarterly', { place: 'groupChat', as: LUKAS });

    await bot.click(question, 'Yes, cancel it');

    assert.match(allWords(bot.showing(form).card ?? {}), /^Cancelled \|/u);
  });

  it('shows the meeting again when it is kept', async () => {
    const { bot, question } = await asked();

    const answer = await bot.click(question, 'Keep it');

    assert.match(allWords(answer.card ?? {}), /Quarterly sales numbers/u);
    assert.equal(bot.gateway.count('remove'), 0);
  });

  it('A-27: is one cancellation when it is confirmed twice, at once or later', async () => {
    const { bot, question } = await asked();

    await Promise.all([bot.click(question, 'Yes, cancel it'), bot.click(question, 'Yes, cancel it')]);
    const later = await bot.click(question, 'Yes, cancel it', { as: LUKAS });

    assert.equal(bot.gateway.count('remove'), 1);
    assert.match(allWords(later.card ?? {}), /^Cancelled \|/u);
  });

  it('says so when the meeting had been cancelled before', async () => {
    const { bot, question } = await asked();
    await bot.click(question, 'Yes, cancel it');

    const { text } = await bot.ask('cancel last');

    assert.match(text ?? '', /"Quarterly sales numbers" has been cancelled/u);
  });

  it('A-27: says that the buttons of a card of a cancelled meeting have nothing to act on', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const details = await bot.ask('show quarterly');
    const question = await bot.ask('cancel quarterly');
    await bot.click(question, 'Yes, cancel it');

    const edit = await bot.click(details, 'Edit');
    const again = await bot.click(details, 'Cancel meeting');

    assert.match(edit.text ?? '', /has been cancelled/u);
    assert.match(again.text ?? '', /has been cancelled/u);
    assert.equal(bot.gateway.count('remove'), 1);
  });

  it('refuses a personal room', async () => {
    const room = meeting({ id: 'ROOM', subject: 'My room', isPersonalRoom: true });
    const bot = new BotHarness({ gateway: new FakeGateway(room) });

    const { text } = await bot.ask('delete My room');
    const shown = await bot.ask('show My room');

    assert.match(text ?? '', /personal room: it belongs to the account and cannot be cancelled/u);
    assert.equal(titlesOf(shown.card ?? {}).includes('Cancel meeting'), false);
  });

  it('refuses a personal room also from a forged button', async () => {
    const { bot, question } = await asked();
    bot.gateway.meetings.set('ROOM', meeting({ id: 'ROOM', isPersonalRoom: true }));

    const answer = await bot.click(question, 'Yes, cancel it', { inputs: { meetingId: 'ROOM' } });

    assert.match(answer.text ?? '', /personal room/u);
    assert.equal(bot.gateway.count('remove'), 0);
  });

  it('asks which one when several fit, then asks whether', async () => {
    const bot = new BotHarness({
      gateway: new FakeGateway(meeting({ id: 'AAA', subject: 'Sales 1' }), meeting({ id: 'BBB', subject: 'Sales 2' })),
    });
    const choice = await bot.ask('remove sales');

    const question = await bot.click(choice, 'Cancel this one', { inputs: { meetingId: 'BBB' } });

    assert.deepEqual(choicesOf(choice.card ?? {}, 'meetingId'), ['AAA', 'BBB']);
    assert.match(allWords(question.card ?? {}), /Cancel this meeting\? \| Sales 2/u);
    assert.equal(bot.gateway.count('remove'), 0);
  });

  it('says what went wrong when the server refuses, and leaves the card as it is', async () => {
    const { bot, question } = await asked();
    bot.gateway.failNext('remove', new MeetingProblem('server.forbidden'));

    const answer = await bot.click(question, 'Yes, cancel it');

    assert.match(answer.text ?? '', /does not allow/u);
    assert.match(allWords(bot.showing(question).card ?? {}), /Cancel this meeting/u);
  });

  it('says that a meeting is gone which somebody else deleted meanwhile', async () => {
    const { bot, question } = await asked();
    bot.gateway.meetings.clear();

    const answer = await bot.click(question, 'Yes, cancel it');

    assert.match(answer.text ?? '', /no longer exists/u);
  });

  it('works in a client without universal actions', async () => {
    const { bot, question } = await asked();

    await bot.submit(question, 'Yes, cancel it');

    assert.match(allWords(bot.showing(question).card ?? {}), /^Cancelled \|/u);
  });
});
