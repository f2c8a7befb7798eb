import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { HandOver } from '../../src/shared/hand-over';
import { usualPace } from '../../src/shared/pace';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { ANNA, type Answer, invokeActivity, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { MemoryJournal } from '../support/memory-journal';

const unreachable = new MeetingProblem('server.unreachable');

describe('Operations', function () {
  this.timeout(20_000);
  let bot: BotHarness;

  beforeEach(() => {
    bot = new BotHarness({ gateway: new FakeGateway(meeting({ id: 'M1', subject: 'Budget review' })) });
  });

  const detailsCard = async (): Promise<Posted> => {
    const [shown] = await bot.say('show M1');
    assert.ok(shown?.card);
    return shown;
  };

  /** What everybody reads in the message when nothing is under way any more. */
  const wordsAt = async (shown: Posted): Promise<string> => {
    await bot.idle();
    return allWords(bot.showing(shown).card ?? {});
  };

  /** Runs the removal, then fails as a connection does that breaks before the answer. */
  const loseAnswerTo = (name: 'remove' | 'update', effect: () => void): void => {
    bot.gateway.beforeNext(name, effect);
    bot.gateway.failNext(name, unreachable);
  };

  it('says that a meeting is cancelled when the answer to the removal was lost', async () => {
    const shown = await detailsCard();
    const asked = await bot.click(shown, 'cancel.ask');
    assert.ok(asked.shown);
    loseAnswerTo('remove', () => bot.gateway.meetings.delete('M1'));

    const clicking = bot.click(asked.shown, 'cancel.confirm');
    while (bot.gateway.count('remove') === 0) await new Promise(setImmediate);
    await bot.idle();
    bot.journal.aheadMs += 10_000;
    await bot.idle();
    await clicking;

    assert.match(await wordsAt(shown), /Cancelled.*Budget review/u);
  });

  it('still says that a meeting is not there when nobody here removed it', async () => {
    const shown = await detailsCard();
    const asked = await bot.click(shown, 'cancel.ask');
    assert.ok(asked.shown);
    bot.gateway.meetings.delete('M1');

    const answer = await bot.click(asked.shown, 'cancel.confirm');

    assert.match(answer.text ?? '', /Reference/u);
    assert.equal(bot.gateway.count('remove'), 0);
  });

  it('says that an edit is saved when the answer to it was lost', async () => {
    const shown = await detailsCard();
    const form = await bot.click(shown, 'edit.open');
    assert.ok(form.shown);
    loseAnswerTo('update', () => bot.gateway.touch('M1', { subject: 'Budget, second part' }));

    const clicking = bot.click(form.shown, 'edit.save', { inputs: { subject: 'Budget, second part' } });
    while (bot.gateway.count('update') === 0) await new Promise(setImmediate);
    await bot.idle();
    bot.journal.aheadMs += 10_000;
    await bot.idle();
    await clicking;

    assert.match(await wordsAt(shown), /Budget, second part/u);
    assert.equal(bot.gateway.count('update'), 1);
  });

  describe('that answer a click with words', () => {
    /** Saves a form of a meeting that is somebody else's by now. */
    const save = async (): Promise<Answer> => {
      const form = await bot.ask('edit M1');
      bot.gateway.failNext('get', new MeetingProblem('meeting.notOwner', { facts: { owner: 'Petra' } }));
      return bot.click(form, 'edit.save', { inputs: { subject: 'Other' } });
    };

    const said = (by: BotHarness): number =>
      by.adapter.events.filter(
        ({ kind, activity }) => kind === 'sent' && (activity.text ?? '').includes('belongs to Petra'),
      ).length;

    it('say nothing beside the answer to the click', async () => {
      const answer = await save();
      await bot.idle();

      assert.match(answer.text ?? '', /belongs to Petra/u);
      assert.equal(said(bot), 0);
    });

    it('say it in the chat when the answer to the click did not go out', async () => {
      bot.handOver = new HandOver();
      bot.handOver.settle(false);

      await save();
      await bot.idle();

      assert.equal(said(bot), 1);
    });

    it('say it in the chat by the next process when this one ends between its answer and the response', async () => {
      const form = await bot.ask('edit M1');
      // Nobody will ever know whether it went out.
      bot.handOver = new HandOver();
      bot.gateway.failNext('get', new MeetingProblem('meeting.notOwner', { facts: { owner: 'Petra' } }));
      void bot.click(form, 'edit.save', { inputs: { subject: 'Other' } });
      while (!bot.journal.steps.includes('answered')) await new Promise(setImmediate);

      const next = new BotHarness({ gateway: bot.gateway, store: bot.store, journal: new MemoryJournal(bot.journal) });
      bot.journal.aheadMs += usualPace.leaseMs;
      while (said(next) === 0) await new Promise(setImmediate);
      await next.idle();
      await bot.stop();

      assert.deepEqual([said(next), said(bot)], [1, 0]);
    });
  });

  describe('that posted a message', () => {
    /** What Teams sends by itself when the card comes onto the screen of whoever asked. */
    const seen = async (on: Posted, id: string): Promise<Answer> => {
      const { action } = on.card?.refresh as { action: object };
      const raw = { value: { action: { ...action, trigger: 'automatic' } }, replyToId: id };
      return bot.invoke({
        ...invokeActivity(on, { button: 'edit.open', inputs: {} }, { id: bot.nextId(), ...on.chat }),
        ...raw,
      });
    };

    it('asks for a receipt from the screen of whoever asked, and of nobody else', async () => {
      const posted = await bot.ask('new Retro');

      const { userIds, action } = posted.card?.refresh as { userIds: unknown; action: { verb: string } };
      assert.deepEqual([userIds, action.verb], [[ANNA.id], 'operation.refresh']);
    });

    it('leaves alone what is seen where it belongs', async () => {
      const posted = await bot.ask('new Retro');

      const answer = await seen(posted, posted.id);

      assert.deepEqual([answer.status, answer.card, answer.text], [200, undefined, undefined]);
      assert.deepEqual(
        bot.adapter.events.filter(({ kind }) => kind === 'deleted'),
        [],
      );
    });

    it('removes a copy that somebody sees', async () => {
      const posted = await bot.ask('new Retro');

      await seen(posted, 'copy-1');
      await bot.idle();

      const removed = bot.adapter.events.filter(({ kind }) => kind === 'deleted');
      assert.deepEqual(
        removed.map(({ activity }) => activity.id),
        ['copy-1'],
      );
    });

    it('believes nobody who is in another conversation', async () => {
      const posted = await bot.ask('new Retro');

      await seen({ ...posted, chat: { ...posted.chat, place: 'groupChat' } }, 'copy-1');
      await bot.idle();

      assert.deepEqual(
        bot.adapter.events.filter(({ kind }) => kind === 'deleted'),
        [],
      );
    });
  });
});
