import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { LUKAS, type Posted } from '../support/chat';
import { deferred } from '../support/deferred';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

/** A bot, a card in a group chat, and a form that changes the meeting. */
async function cardAndForm(): Promise<{ bot: BotHarness; elsewhere: Posted; form: Posted }> {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
  const elsewhere = await bot.ask('show quarterly', { place: 'groupChat', as: LUKAS });
  return { bot, elsewhere, form: await bot.ask('edit quarterly') };
}

describe('cards posted earlier', () => {
  for (const status of ['429', '500', '502']) {
    it(`follow the next change after an update that failed with ${status}`, async () => {
      const { bot, elsewhere, form } = await cardAndForm();
      bot.adapter.updateStatus = Number(status);
      bot.adapter.failUpdatesOf.add(elsewhere.id);
      const saved = await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });
      bot.adapter.failUpdatesOf.clear();
      assert.ok(saved.shown);

      const again = await bot.click(saved.shown, 'Edit');
      assert.ok(again.shown);
      await bot.click(again.shown, 'Save', { inputs: { subject: 'Q5' } });

      assert.match(allWords(bot.showing(elsewhere).card ?? {}), /Q5/u);
      assert.equal(bot.log.of('card.later').length, 1);
    });
  }

  for (const status of ['403', '404']) {
    it(`are forgotten when their update ends with ${status}`, async () => {
      const { bot, elsewhere, form } = await cardAndForm();
      bot.adapter.updateStatus = Number(status);
      bot.adapter.failUpdatesOf.add(elsewhere.id);

      await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

      const known = await bot.store.postingsOf('IB88RLLY');
      assert.deepEqual(
        known.map(({ activityId }) => activityId),
        [form.id],
      );
    });
  }

  it('are forgotten, and sent nothing, when the settings no longer allow their address', async () => {
    const { bot, elsewhere, form } = await cardAndForm();
    bot.mayAnswer = (serviceUrl) => serviceUrl !== 'https://smba.trafficmanager.net/emea/';

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.match(allWords(bot.showing(elsewhere).card ?? {}), /Quarterly/u);
    assert.equal((await bot.store.postingsOf('IB88RLLY')).length, 1);
  });

  it('are remembered when the process stops in the middle of a change', async () => {
    const { bot, form } = await cardAndForm();
    bot.gateway.beforeNext('update', () => {
      bot.stopping.abort(new TypeError('stopping'));
    });

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.equal((await bot.store.postingsOf('IB88RLLY')).length, 2);
  });

  it('keep nobody waiting who clicked', async () => {
    const { bot, elsewhere, form } = await cardAndForm();
    const held = deferred();
    bot.adapter.holdUpdatesOf.set(elsewhere.id, held.promise);

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });
    const before = allWords(bot.showing(elsewhere).card ?? {});
    held.resolve(undefined);
    await bot.idle();

    assert.match(allWords(answer.card ?? {}), /Saved \| Q4/u);
    assert.match(before, /Quarterly/u);
    assert.match(allWords(bot.showing(elsewhere).card ?? {}), /Q4/u);
  });

  it('never go back to an older state', async () => {
    const { bot, elsewhere, form } = await cardAndForm();
    const others: Posted[] = [];
    for (let card = 0; card < 8; card += 1) others.push(await bot.ask('show quarterly', { as: LUKAS }));
    const held = deferred();
    bot.adapter.holdUpdatesOf.set(elsewhere.id, held.promise);
    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });
    const areTold = (): boolean =>
      bot.said().filter(({ text }) => text?.endsWith('now called Q4') === true).length === 2;
    while (!areTold()) await new Promise(setImmediate);
    const second = await bot.ask('edit q4', { place: 'groupChat' });
    await bot.click(second, 'Save', { inputs: { subject: 'Q5' } });
    held.resolve(undefined);
    await bot.idle();

    for (const card of others) assert.match(allWords(bot.showing(card).card ?? {}), /Q5/u);
  });

  it('show a meeting that was made although the server will not tell how many people are many', async () => {
    const bot = new BotHarness();
    bot.gateway.failNext('options', new MeetingProblem('server.failed'));

    const { card } = await bot.ask('new Retro with anna@contoso.com');

    assert.match(allWords(card ?? {}), /Your meeting is ready \| Retro/u);
  });
});
