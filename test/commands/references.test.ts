import assert from 'node:assert/strict';

import type { CardJson } from '../../src/cards';
import { BotHarness } from '../support/bot-harness';
import { allWords, ofType } from '../support/card-reading';
import { FakeGateway } from '../support/fake-gateway';
import { meeting, NOW } from '../support/meetings';

describe('what words refer to', () => {
  it('is asked for when a thread shows several meetings', async () => {
    const bot = new BotHarness();
    await bot.ask('new Retro', { place: 'channel', thread: 'root' });
    await bot.ask('new Review', { place: 'channel', thread: 'root' });

    const { card } = await bot.ask('show', { place: 'channel', thread: 'root' });

    assert.match(allWords(card ?? {}), /Which meeting do you mean/u);
    assert.equal(choicesIn(card).length, 2);
  });

  it('is the meeting that is left in a thread when the other one was cancelled', async () => {
    const bot = new BotHarness();
    const retro = await bot.ask('new Retro', { place: 'channel', thread: 'root' });
    await bot.ask('new Review', { place: 'channel', thread: 'root' });
    const question = await bot.click(retro, 'Cancel meeting');
    assert.ok(question.shown);
    await bot.click(question.shown, 'cancel.confirm');

    const { card } = await bot.ask('show', { place: 'channel', thread: 'root' });

    assert.match(allWords(card ?? {}), /Review/u);
  });

  it('is asked for when several started meetings have the subject', async () => {
    const bot = new BotHarness();
    await bot.ask('start Stand-up');
    await bot.ask('start Stand-up');

    const { card } = await bot.ask('show stand-up');

    assert.equal(choicesIn(card).length, 2);
  });

  it('finds a started meeting by a part of its subject, and the exact name before a part of another', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting({ id: 'A', subject: 'Stand-up of the others' })) });
    await bot.ask('start Stand-up');

    const exact = await bot.ask('show stand-up');
    const part = await bot.ask('show stand');

    assert.match(allWords(exact.card ?? {}), /Meeting \| Stand-up \|/u);
    assert.equal(choicesIn(part.card).length, 2);
  });

  it('forgets a started meeting whose time is over', async () => {
    let now = NOW;
    const bot = new BotHarness({ now: () => now });
    await bot.ask('start Stand-up');
    now = new Date(NOW.getTime() + 365 * 24 * 60 * 60 * 1000);

    const { text } = await bot.ask('show stand-up');

    assert.match(text ?? '', /cannot find a meeting for "stand-up"/u);
  });

  it('takes a quoted number for a subject', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting({ id: 'A', subject: '911' })) });

    const { card } = await bot.ask('show "911"');

    assert.match(allWords(card ?? {}), /911/u);
  });

  it('A-27: turns the stale card of a cancelled meeting into what it should be when a button names it', async () => {
    const bot = new BotHarness();
    const posted = await bot.ask('new Retro');
    const copy = await bot.ask('show last');
    const question = await bot.click(posted, 'Cancel meeting');
    assert.ok(question.shown);
    // The chat was busy just then, and this card could not follow.
    bot.adapter.updateStatus = 429;
    bot.adapter.failUpdatesOf.add(copy.id);
    await bot.click(question.shown, 'cancel.confirm');
    bot.adapter.failUpdatesOf.clear();

    const answer = await bot.click(copy, 'Edit');

    assert.match(answer.text ?? '', /"Retro" has been cancelled[\s\S]*Reference/u);
    assert.match(allWords(bot.showing(copy).card ?? {}), /^Cancelled/u);
  });

  it('turns the open form of a cancelled meeting into what it should be when somebody saves it', async () => {
    const bot = new BotHarness();
    await bot.ask('new Retro');
    const form = await bot.ask('edit last');
    bot.adapter.updateStatus = 429;
    bot.adapter.failUpdatesOf.add(form.id);
    await bot.click(await bot.ask('cancel last'), 'Yes, cancel it');
    bot.adapter.failUpdatesOf.clear();

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Retro 2' } });

    assert.match(answer.text ?? '', /"Retro" has been cancelled[\s\S]*Reference/u);
    assert.match(allWords(bot.showing(form).card ?? {}), /^Cancelled/u);
  });
});

function choicesIn(card: CardJson | undefined): readonly unknown[] {
  const [choice] = ofType(card ?? {}, 'Input.ChoiceSet');
  assert.ok(Array.isArray(choice?.choices), allWords(card ?? {}));
  return choice.choices;
}
