import assert from 'node:assert/strict';

import { summaries } from '../../src/commands';
import { BotHarness } from '../support/bot-harness';
import { allWords, buttonsOf, titlesOf } from '../support/card-reading';
import { PLACES } from '../support/chat';
import { short } from '../support/short';

const GREETINGS = ['help', 'Hi', 'HELLO', '?', '/help', 'commands', 'hello!', 'hi,'] as const;

/** Words that are no command, and what is suggested instead. */
const UNKNOWN = (
  [
    ['strat standup', ['start standup']],
    ['/strat standup', ['start standup']],
    ['lsit', ['list']],
    ['canel #2', ['cancel #2']],
    ['please start the review', ['start the review']],
    ['Budget review tomorrow', ['start', 'list']],
    ['newt', ['new']],
    ['12345', ['start', 'list']],
    ['🎉🎉🎉', ['start', 'list']],
  ] as const
).map(([typed, titles]) => ({ title: short(typed), typed, titles }));

describe('help', () => {
  for (const typed of GREETINGS) {
    it(`answers "${typed}" with every command, its usage and buttons`, async () => {
      const bot = new BotHarness();

      const { card } = await bot.ask(typed);

      const words = allWords(card ?? {});
      for (const { usage, description } of summaries('en')) {
        assert.ok(words.includes(usage), usage);
        assert.ok(words.includes(description), description);
      }
      assert.deepEqual(titlesOf(card ?? {}), ['Start a meeting now', 'Plan a meeting', 'My meetings']);
      assert.deepEqual(bot.gateway.calls, []);
    });
  }

  it('tells people in shared places to mention the bot first', async () => {
    const bot = new BotHarness();

    const alone = await bot.ask('help');
    const together = await bot.ask('help', { place: 'channel' });

    assert.doesNotMatch(allWords(alone.card ?? {}), /Mention me first/u);
    assert.match(allWords(together.card ?? {}), /Mention me first/u);
  });

  it('runs a command from its button as if it had been typed, in a message of its own', async () => {
    const bot = new BotHarness();
    const help = await bot.ask('help', { place: 'groupChat' });

    const answer = await bot.click(help, 'Start a meeting now');

    assert.equal(answer.card, undefined);
    assert.deepEqual(bot.gateway.inputs('start'), ['Meeting with Anna Berger']);
    assert.match(allWords(answer.posted[0]?.card ?? {}), /Your meeting is on/u);
  });

  for (const { title, typed, titles } of UNKNOWN) {
    it(`asks what "${title}" means, and does nothing`, async () => {
      const bot = new BotHarness();

      const { card } = await bot.ask(typed);

      assert.match(allWords(card ?? {}), /Did you mean .*I have not done anything yet/u);
      assert.equal(titlesOf(card ?? {})[0], titles[0]);
      assert.equal(titlesOf(card ?? {}).at(-1), 'What I can do');
      assert.deepEqual(bot.gateway.calls, []);
    });
  }

  it('asks what a question means that begins with another word for a command', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('Meeting tomorrow at 10 with Lukas?');
    await bot.ask('/meeting Ready?');

    assert.match(allWords(card ?? {}), /Did you mean .*I have not done anything yet/u);
    assert.deepEqual(bot.gateway.inputs('start'), ['Ready?']);
  });

  it('runs the suggestion that is pressed', async () => {
    const bot = new BotHarness();
    const asked = await bot.ask('strat Budget review');

    const answer = await bot.click(asked, 'start Budget review');

    assert.deepEqual(bot.gateway.inputs('start'), ['Budget review']);
    assert.match(allWords(answer.posted[0]?.card ?? {}), /Budget review/u);
  });

  it('starts one meeting when a suggestion is pressed twice at once', async () => {
    const bot = new BotHarness();
    const asked = await bot.ask('strat Budget review');

    await Promise.all([bot.click(asked, 'start Budget review'), bot.click(asked, 'start Budget review')]);

    assert.equal(bot.gateway.count('start'), 1);
  });

  for (const place of PLACES) {
    it(`asks back when there are no words at all in a ${place} conversation`, async () => {
      const bot = new BotHarness();

      const { card } = await bot.ask('', { place });

      assert.match(allWords(card ?? {}), /How can I help\?/u);
    });
  }

  it('never shows more buttons than six, nor text beyond a button', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask(`strat ${'long words '.repeat(200)}start list show new join`);

    const titles = buttonsOf(card ?? {}).map(({ title }) => String(title));
    assert.ok(titles.length <= 6, String(titles.length));
    assert.ok(titles.every((title) => title.length <= 60));
  });
});
