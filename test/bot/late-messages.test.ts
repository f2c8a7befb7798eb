import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { NotTakenError } from '../../src/bot/late-messages';
import { usualPace } from '../../src/shared/pace';
import { BotHarness, type HarnessParts } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import type { Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { MemoryJournal } from '../support/memory-journal';

/** Many times as fast as the product, so that nobody has to wait. */
const pace = { ...usualPace, refuseMs: 200, acceptMs: 1200, acceptClickMs: 300 };

const unavailable = /I cannot take requests right now, and have not started anything/u;

const doNotKnow = /I cannot take requests right now, and do not know whether I noted this one/u;

describe('a database that is away', function () {
  this.timeout(20_000);
  let bots: BotHarness[] = [];

  const started = (parts: HarnessParts = {}): BotHarness => {
    const bot = new BotHarness({ pace, ...parts });
    bots.push(bot);
    return bot;
  };

  afterEach(async () => {
    await Promise.all(bots.map(async (bot) => bot.stop()));
    bots = [];
  });

  /** Delivers a message that is not taken. */
  const refused = async (bot: BotHarness, words: string, id: string): Promise<void> => {
    await assert.rejects(bot.say(words, { id }), NotTakenError);
  };

  /** As Teams does. */
  const deliveredUntilTaken = async (bot: BotHarness, words: string, id: string): Promise<void> => {
    const isTaken = await bot.say(words, { id }).then(
      () => true,
      () => false,
    );
    if (!isTaken) await deliveredUntilTaken(bot, words, id);
  };

  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await sleep(5);
  };

  const messagesOf = (bot: BotHarness): readonly string[] =>
    bot.adapter.events
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message')
      .map(({ activity }) => activity.text ?? JSON.stringify(activity.attachments));

  it('F-35: has a message delivered again, says nothing at once, and does it when the database is back', async () => {
    const bot = started();
    bot.journal.isAway = true;

    const startedAt = Date.now();
    await refused(bot, 'new Retro', 'first');
    assert.ok(Date.now() - startedAt < 1000, 'the Bot Connector waited too long');
    assert.deepEqual(messagesOf(bot), []);
    bot.journal.isAway = false;
    await until(() => messagesOf(bot).length > 0);

    assert.match(messagesOf(bot).join('\n'), /Your meeting is ready/u);
    assert.deepEqual([messagesOf(bot).length, bot.gateway.count('create')], [1, 1]);
  });

  it('F-35: answers a message that leaves no mark when the database is back', async () => {
    const bot = started();
    bot.journal.isAway = true;
    await refused(bot, 'help', 'first');

    bot.journal.isAway = false;
    await until(() => messagesOf(bot).length > 0);
    await bot.idle();

    assert.deepEqual([messagesOf(bot).length, (messagesOf(bot)[0] ?? '').includes('This is what I can do')], [1, true]);
  });

  it('F-35: takes a message once that is delivered again while it is tried on', async () => {
    const bot = started();
    bot.journal.isAway = true;
    await refused(bot, 'new Retro', 'same');
    await refused(bot, 'new Retro', 'same');

    bot.journal.isAway = false;
    await deliveredUntilTaken(bot, 'new Retro', 'same');
    await bot.idle();

    assert.deepEqual([messagesOf(bot).length, bot.gateway.count('create')], [1, 1]);
  });

  it('F-35: does nothing more when another process took the message meanwhile', async () => {
    const gateway = new FakeGateway();
    const one = started({ gateway });
    const other = started({ gateway, journal: new MemoryJournal(one.journal) });
    one.journal.isAway = true;
    await refused(one, 'new Retro', 'same');

    await other.ask('new Retro', { id: 'same' });
    one.journal.isAway = false;
    await one.idle();
    await sleep(50);

    assert.deepEqual([gateway.count('create'), messagesOf(one)], [1, []]);
  });

  it('F-35: says once that nothing was started when the database stays away, and then never starts it', async () => {
    const bot = started();
    bot.journal.isAway = true;
    await refused(bot, 'new Retro', 'same');
    await refused(bot, 'new Retro', 'same');
    await until(() => messagesOf(bot).length > 0);
    assert.deepEqual(await bot.say('new Retro', { id: 'same' }), []);

    bot.journal.isAway = false;
    await until(() => bot.journal.closed > 0);
    assert.deepEqual(await bot.say('new Retro', { id: 'same' }), []);
    await sleep(pace.acceptMs);

    assert.match(messagesOf(bot).join('\n'), unavailable);
    assert.deepEqual([messagesOf(bot).length, bot.gateway.count('create')], [1, 0]);
  });

  it('F-35: takes back that nothing was started when another process took the message after all', async () => {
    const gateway = new FakeGateway();
    const one = started({ gateway });
    const other = started({ gateway, journal: new MemoryJournal(one.journal) });
    one.journal.isAway = true;
    await refused(one, 'new Retro', 'same');
    await until(() => messagesOf(one).length > 0);

    await other.ask('new Retro', { id: 'same' });
    one.journal.isAway = false;
    await until(() => one.adapter.events.some(({ kind }) => kind === 'deleted'));

    assert.equal(gateway.count('create'), 1);
  });

  it('F-35: takes it back even when the chat service does not let it at first', async () => {
    const gateway = new FakeGateway();
    const one = started({ gateway });
    const other = started({ gateway, journal: new MemoryJournal(one.journal) });
    one.journal.isAway = true;
    one.adapter.failNextDeletions = 1;
    await refused(one, 'new Retro', 'same');
    await until(() => messagesOf(one).length > 0);

    await other.ask('new Retro', { id: 'same' });
    one.journal.isAway = false;
    await until(() => one.adapter.events.some(({ kind }) => kind === 'deleted'));

    assert.equal(one.adapter.failNextDeletions, 0);
  });

  it('F-35: takes what is delivered again when nobody could be told that it was not taken', async () => {
    const bot = started();
    bot.journal.isAway = true;
    bot.adapter.failNextSend = Object.assign(new Error('429'), { statusCode: 429 });
    await refused(bot, 'new Retro', 'same');
    await until(() => bot.log.of('reply.undelivered').length > 0);

    bot.journal.isAway = false;
    await deliveredUntilTaken(bot, 'new Retro', 'same');
    await until(() => bot.gateway.count('create') > 0);

    assert.doesNotMatch(messagesOf(bot).join('\n'), unavailable);
  });

  it('F-36: does once what was written down although nobody was told so', async () => {
    const bot = started();
    bot.journal.lostCommits = 2;

    await deliveredUntilTaken(bot, 'new Retro', 'same');
    await until(() => messagesOf(bot).length > 0);
    await bot.idle();

    assert.deepEqual([messagesOf(bot).length, bot.gateway.count('create')], [1, 1]);
  });

  it('F-36: answers once what leaves no mark and was written down although nobody was told so', async () => {
    const bot = started();
    bot.journal.lostCommits = 1;

    await deliveredUntilTaken(bot, 'help', 'same');
    await until(() => messagesOf(bot).length > 0);
    await bot.say('help', { id: 'same' });

    assert.equal(messagesOf(bot).length, 1);
  });

  it('F-36: does not claim that nothing was started when it cannot know', async () => {
    const bot = started();
    bot.journal.lostCommits = 1;
    bot.journal.isAwayAfterLoss = true;
    await refused(bot, 'new Retro', 'same');

    await until(() => messagesOf(bot).length > 0);

    assert.match(messagesOf(bot).join('\n'), doNotKnow);
  });

  describe('while a button is pressed', () => {
    let bot: BotHarness;
    let form: Posted;

    beforeEach(async () => {
      bot = started();
      form = await bot.ask('new');
    });

    const press = async () => bot.click(form, 'new.save', { inputs: { subject: 'Retro' } });

    it('F-35: takes the click when the database is back in time', async () => {
      bot.journal.isAway = true;
      const pressing = press();
      await sleep(50);
      bot.journal.isAway = false;

      assert.match(allWords((await pressing).card ?? {}), /Your meeting is ready/u);
      assert.equal(bot.gateway.count('create'), 1);
    });

    it('F-35: says that nothing was started when that is certain', async () => {
      bot.journal.isAway = true;

      assert.match((await press()).text ?? '', unavailable);
    });

    it('F-36: asks to look again before the button is pressed a second time when it is not', async () => {
      bot.journal.lostCommits = 1;
      bot.journal.isAwayAfterLoss = true;

      assert.match((await press()).text ?? '', doNotKnow);
    });

    it('F-36: takes a click once that was written down although nobody was told so', async () => {
      bot.journal.lostCommits = 1;

      assert.match(allWords((await press()).card ?? {}), /Your meeting is ready/u);
      await bot.idle();
      assert.equal(bot.gateway.count('create'), 1);
    });

    it('does not apologize for what Teams looks at by itself', async () => {
      const posted = await bot.ask('new Standup');
      const { action } = posted.card?.refresh as { action: object };
      bot.journal.isAway = true;
      const before = messagesOf(bot).length;

      const answer = await bot.invoke({
        ...{ ...posted.activity, id: bot.nextId(), from: { id: '29:anna', name: 'Anna' } },
        ...{ type: 'invoke', name: 'adaptiveCard/action', replyToId: posted.id, value: { action } },
      });

      assert.deepEqual([answer.status, messagesOf(bot).length], [503, before]);
    });
  });
});
