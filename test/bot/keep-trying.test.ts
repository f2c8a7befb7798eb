import assert from 'node:assert/strict';

import { MeetingProblem, type ProblemCode } from '../../src/meetings/errors';
import { usualPace } from '../../src/shared/pace';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { type Answer, invokeActivity, PETRA, type Posted, postedOf } from '../support/chat';
import { deferred } from '../support/deferred';

const HOUR_MS = 60 * 60_000;

/** Rows of the fault table, and what the server's failure is called. */
const AWAY: readonly (readonly [string, ProblemCode])[] = [
  ['F-09: a Front End that is too busy (503)', 'server.busy'],
  ['F-17: a server that cannot be reached', 'server.unreachable'],
  ['F-17: a pool that is down without a backup', 'server.noBackupPool'],
  ['F-24: the login page of a proxy', 'server.notUcwa'],
];

const REFUSALS: readonly ProblemCode[] = ['server.signInRefused', 'server.forbidden', 'meeting.tooMany'];

describe('a server that is away', function () {
  this.timeout(20_000);
  let bot: BotHarness;

  beforeEach(() => {
    bot = new BotHarness();
  });

  const away = (code: ProblemCode = 'server.unreachable', times = 10_000): void => {
    bot.gateway.failNext('create', new MeetingProblem(code), times);
  };

  const posted = (): readonly Posted[] =>
    bot.adapter.events
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message')
      .map(({ activity }) => postedOf(activity));

  /** The one message there is, as it is now. */
  const message = (): Posted => {
    const [only, ...others] = posted();
    assert.ok(only !== undefined && others.length === 0, `${String(posted().length)} messages`);
    return bot.showing(only);
  };

  /** Asks, and lets some seconds pass. */
  const asked = async (words = 'new Retro'): Promise<Posted> => {
    await bot.say(words);
    await bot.later(2500);
    return message();
  };

  /** One step is one try at most. */
  const pass = async (ms: number, stepMs = 60_000): Promise<void> => {
    const until = bot.journal.aheadMs + ms;
    while (bot.journal.aheadMs < until) await bot.later(Math.min(stepMs, until - bot.journal.aheadMs));
  };

  for (const [row, code] of AWAY) {
    it(`${row} is told within seconds, and what was asked for is done when it is back`, async () => {
      away(code, 20);

      assert.match(allWords((await asked()).card ?? {}), /not available right now\. I keep trying until .*new Retro/u);
      await pass(20 * 60_000);

      assert.match(allWords(message().card ?? {}), /Your meeting is ready/u);
    });
  }

  for (const code of REFUSALS) {
    it(`is something else than a refusal, which is told at once: ${code}`, async () => {
      away(code);

      assert.match((await bot.ask('new Retro')).text ?? '', /Reference/u);
    });
  }

  it('F-17: tells until when in the zone and language of whoever asked', async () => {
    away();
    const now = await bot.journal.now();

    const shown = await asked();

    const until = new Date(now + 4 * HOUR_MS);
    const time = until.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'Europe/Berlin' });
    assert.match(
      String(shown.card?.fallbackText).replaceAll('\u202F', ' '),
      new RegExp(time.replaceAll('\u202F', ' '), 'u'),
    );
    assert.match(allWords(shown.card ?? {}), /until \{\{TIME\(/u);
  });

  it('F-17: is tried for four hours, and then the end is told in the same message', async () => {
    away();
    await asked();

    await pass(4 * HOUR_MS - 60_000, HOUR_MS / 4);
    assert.match(allWords(message().card ?? {}), /I keep trying until/u);
    await pass(180_000);

    assert.match(message().text ?? '', /was not available until .*, so I stopped trying\. Nothing was changed/u);
  });

  it('F-17: is tried for ten minutes only for what is about now', async () => {
    bot.gateway.failNext('start', new MeetingProblem('server.unreachable'), 10_000);
    await asked('start Standup');

    await pass(10 * 60_000 + 60_000);

    assert.match(message().text ?? '', /so I stopped trying\. Nothing was changed/u);
  });

  it('is a minute long what a server is given that is there and reports a failure', async () => {
    away('server.failed');
    await asked();

    await pass(90_000);

    assert.match(message().text ?? '', /reported a failure/u);
  });

  it('is given that minute from its first failure, however long it was away before', async () => {
    away('server.unreachable', 8);
    away('server.failed', 4);
    await asked();

    await pass(20 * 60_000, 5000);

    assert.match(allWords(message().card ?? {}), /Your meeting is ready/u);
  });

  it('F-09: is told after ten seconds when it does not answer at all', async () => {
    bot = new BotHarness({ pace: { ...usualPace, tellLateMs: 1600 } });
    const held = deferred();
    bot.gateway.beforeNext('create', async () => {
      await held.promise;
    });
    const asking = bot.say('new Retro');
    while (!bot.adapter.events.some(({ kind }) => kind === 'updated')) await new Promise(setImmediate);

    assert.match(allWords(message().card ?? {}), /has not answered yet\. I keep trying until/u);
    held.resolve(undefined);
    await asking;
    assert.match(allWords(message().card ?? {}), /Your meeting is ready/u);
  });

  it('F-36: is tried on with what may have been sent, and never called undone in the end', async () => {
    bot.gateway.failNext('create', new MeetingProblem('server.unknownOutcome'));
    bot.gateway.failNext('findMarked', new MeetingProblem('server.unreachable'), 10_000);
    const shown = await asked();
    assert.match(allWords(shown.card ?? {}), /has not answered yet\. I keep trying until/u);
    assert.match(JSON.stringify(shown.card), /Stop trying/u);

    await pass(4 * HOUR_MS + 120_000, HOUR_MS / 4);

    assert.match(message().text ?? '', /could not find out whether it was done/u);
    assert.equal(bot.gateway.count('create'), 1);
  });

  describe('and whoever asked', () => {
    /** Presses "Stop trying" without waiting for other work. */
    const stop = async (shown: Posted, as = {}): Promise<Answer> =>
      bot.invoke(
        invokeActivity(shown, { button: 'Stop trying', inputs: {} }, { id: bot.nextId(), ...shown.chat, ...as }),
      );

    it('may stop it, and is told that nothing was changed', async () => {
      away();

      const answer = await stop(await asked());

      assert.match(answer.text ?? '', /I stopped trying, as you asked\. Nothing was changed/u);
      assert.match(message().text ?? '', /I stopped trying, as you asked\. Nothing was changed/u);
      const tries = bot.gateway.count('create');
      await pass(HOUR_MS, HOUR_MS / 4);
      assert.equal(bot.gateway.count('create'), tries);
    });

    it('is told when it may have been done before', async () => {
      bot.gateway.failNext('create', new MeetingProblem('server.unknownOutcome'));
      bot.gateway.failNext('findMarked', new MeetingProblem('server.unreachable'), 10_000);
      await bot.say('new Retro');
      for (let look = 0; look < 3; look += 1) await bot.later(10_000);

      const answer = await stop(message());

      assert.match(answer.text ?? '', /It may have been done before that/u);
    });

    it('is the only one who may stop it', async () => {
      away();
      const shown = await (async () => {
        await bot.say('new Retro', { place: 'groupChat' });
        await bot.later(2500);
        return message();
      })();

      const answer = await stop(shown, { as: PETRA });

      assert.match(answer.text ?? '', /Only whoever asked for it can stop it/u);
      assert.match(allWords(message().card ?? {}), /I keep trying until/u);
    });

    it('hears that it is over when it is', async () => {
      away('server.unreachable', 3);
      const shown = await asked();
      await pass(300_000);
      assert.match(allWords(message().card ?? {}), /Your meeting is ready/u);

      assert.match((await stop(shown)).text ?? '', /That is over already/u);
    });

    it('gets the same words as the answer to a click', async () => {
      bot = new BotHarness({ pace: { ...usualPace, hearMs: 500, tellAwayMs: 0 } });
      const form = await bot.ask('new');
      away('server.unreachable', 3);

      const answer = await bot.click(form, 'new.save', { inputs: { subject: 'Retro' } });
      assert.match(answer.text ?? '', /not available right now\. I keep trying until \d/u);
      for (let rest = 0; rest < 5; rest += 1) await bot.later(30_000);

      assert.match(allWords(bot.showing(form).card ?? {}), /Your meeting is ready/u);
    });
  });
});
