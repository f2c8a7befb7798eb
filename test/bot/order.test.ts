import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { PETRA, type Posted } from '../support/chat';

const MINUTE_MS = 60_000;

describe('what one person asks for in one conversation', function () {
  this.timeout(20_000);
  let bot: BotHarness;

  beforeEach(() => {
    bot = new BotHarness();
  });

  const away = (times = 10_000): void => {
    bot.gateway.failNext('create', new MeetingProblem('server.unreachable'), times);
  };

  const pass = async (ms: number, stepMs = MINUTE_MS): Promise<void> => {
    const until = bot.journal.aheadMs + ms;
    while (bot.journal.aheadMs < until) await bot.later(Math.min(stepMs, until - bot.journal.aheadMs));
  };

  const wordsOf = (posted: Posted): string => {
    const { card, text } = bot.showing(posted);
    return card === undefined ? (text ?? '') : allWords(card);
  };

  /** The message that shows what became of these words. */
  const messageOf = (asked: string): Posted => {
    const found = bot.said().find((posted) => wordsOf(posted).includes(`| ${asked} |`));
    assert.ok(found, asked);
    return found;
  };

  it('is done in that order: "last" is what was asked for before, also when that waits for the server', async () => {
    await bot.ask('new Yesterday');
    away(6);
    await bot.say('new Today');
    await bot.say('edit last start=2026-06-02T10:00');
    await bot.later(2500);
    const [first, second] = [messageOf('new Today'), messageOf('edit last start=2026-06-02T10:00')];
    assert.match(wordsOf(second), /has not answered yet\. I keep trying until/u);
    assert.equal(bot.gateway.count('update'), 0);

    await pass(MINUTE_MS, 1000);

    assert.match(wordsOf(first), /Today .*Start.*2026-06-02T08:00:00Z/u);
    assert.match(wordsOf(second), /Today .*Start.*2026-06-02T08:00:00Z/u);
    const records = await bot.store.records();
    assert.deepEqual(
      records.map(({ subject, startsAt }) => [subject, startsAt]),
      [
        ['Yesterday', undefined],
        ['Today', '2026-06-02T08:00:00.000Z'],
      ],
    );
  });

  it('is about what was asked for before, also when that is made and cannot be shown yet', async () => {
    await bot.ask('new Yesterday');
    bot.adapter.failNextSend = Object.assign(new Error('refused'), { statusCode: 429 });
    await bot.say('new Today');
    await bot.say('edit last start=2026-06-02T10:00');
    await pass(MINUTE_MS, 1000);

    const records = await bot.store.records();
    assert.deepEqual(
      records.map(({ startsAt }) => startsAt),
      [undefined, '2026-06-02T08:00:00.000Z'],
    );
  });

  it('leaves the newest as the last when an older answer is said late', async () => {
    bot.adapter.failNextSend = Object.assign(new Error('refused'), { statusCode: 429 });
    await bot.say('new Today');
    await bot.say('new Tomorrow');
    await pass(MINUTE_MS, 1000);

    assert.match(allWords((await bot.ask('show last')).card ?? {}), /Tomorrow/u);
  });

  it('waits for nobody else, for no other conversation, and for no button', async () => {
    const details = await bot.ask('new Yesterday');
    away();
    await bot.say('new Today');

    const [hers] = await bot.say('start Hers', { as: PETRA });
    const [there] = await bot.say('start There', { place: 'groupChat' });
    const clicked = await bot.click(details, 'Edit');
    assert.ok(clicked.shown);
    const saved = await bot.click(clicked.shown, 'edit.save', { inputs: { subject: 'Clicked' } });

    assert.ok(hers && there);
    assert.match(`${wordsOf(hers)} ${wordsOf(there)}`, /Hers .*There/u);
    assert.match(allWords(saved.card ?? {}), /Clicked/u);
  });

  it('does not wait long when it is about now', async () => {
    away();
    await bot.say('new Today');
    await bot.say('start Standup');
    assert.equal(bot.gateway.count('start'), 0);

    await bot.later(3000);

    assert.equal(bot.gateway.count('start'), 1);
  });

  it('can be stopped before it was begun', async () => {
    away();
    await bot.say('new Today');
    await bot.say('new Tomorrow');
    await bot.later(2500);
    const second = messageOf('new Tomorrow');

    const answer = await bot.click(bot.showing(second), 'Stop trying');

    assert.match(`${answer.text ?? ''}${wordsOf(second)}`, /stopped/iu);
  });

  it('does not hold reminders up', async () => {
    await bot.ask('new Retro start=2026-06-01T12:00');
    await bot.ask('remind 10m');
    away();
    await bot.say('new Today');

    const said = await bot.remindAfter(50 * MINUTE_MS);

    assert.match(said.map(({ card }) => allWords(card ?? {})).join(' '), /Starts in 10 min/u);
  });
});
