import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { deferred } from '../support/deferred';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

describe('a click that takes long', function () {
  this.timeout(20_000);

  it('F-33: is answered after five seconds with words, goes on, and changes its card when it is done', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const form = await bot.ask('edit quarterly');
    const held = deferred();
    bot.gateway.beforeNext('update', async () => {
      await held.promise;
    });
    const since = Date.now();
    const answered = new Promise((resolve) => {
      const looking = setInterval(() => {
        const answer = bot.adapter.events.find(({ activity }) => activity.type === 'invokeResponse');
        if (answer === undefined) return;
        clearInterval(looking);
        resolve(answer.activity.value);
      }, 20);
    });

    const clicking = bot.click(form, 'Save', { inputs: { subject: 'Q4' } });
    const told = JSON.stringify(await answered);
    const tookMs = Date.now() - since;
    held.resolve(undefined);
    await clicking;
    await bot.idle();

    assert.match(told, /I am still working on it\. The result comes here/u);
    assert.ok(tookMs > 4500 && tookMs < 8000, String(tookMs));
    assert.match(allWords(bot.showing(form).card ?? {}), /Saved \| Q4/u);
    assert.equal(bot.gateway.count('update'), 1);
  });
});
