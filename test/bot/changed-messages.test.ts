import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { messageActivity } from '../support/chat';
import { deferred } from '../support/deferred';

describe('a message that is changed while its command runs', () => {
  let bot: BotHarness;
  let go: () => void;

  beforeEach(async () => {
    bot = new BotHarness();
    const held = deferred();
    go = () => {
      held.resolve(undefined);
    };
    bot.gateway.beforeNext('create', async () => {
      await held.promise;
    });
    void bot.say('new Retro', { id: 'm-1' });
    while (bot.gateway.count('create') === 0) await new Promise(setImmediate);
  });

  const subjects = (): unknown[] => [...bot.gateway.meetings.values()].map(({ subject }) => subject);

  const messages = (): string[] =>
    bot.adapter.events
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message')
      .map(({ activity }) => JSON.stringify(activity));

  it('F-32: runs its command once, as it was said first, when it is edited', async () => {
    const edited = { ...messageActivity('new Something else', { id: 'm-1' }), type: 'messageUpdate' };

    const editing = bot.deliver({ ...edited, channelData: { eventType: 'editMessage' } });
    const repeated = bot.say('new Something else', { id: 'm-1' });
    go();
    await Promise.all([editing, repeated]);
    await bot.idle();

    assert.deepEqual(subjects(), ['Retro']);
    assert.equal(messages().length, 1);
    assert.match(messages().join(), /Your meeting is ready/u);
  });

  it('F-32: shows what came of it once when it is deleted, and undoes nothing', async () => {
    const deleted = { ...messageActivity('', { id: 'm-1' }), type: 'messageDelete' };

    const deleting = bot.deliver({ ...deleted, channelData: { eventType: 'softDeleteMessage' } });
    const restoring = bot.deliver({
      ...messageActivity('new Retro', { id: 'm-1' }),
      ...{ type: 'messageUpdate', channelData: { eventType: 'undeleteMessage' } },
    });
    go();
    await Promise.all([deleting, restoring]);
    await bot.idle();

    assert.deepEqual(subjects(), ['Retro']);
    assert.equal(messages().length, 1);
    assert.equal(bot.gateway.count('remove'), 0);
  });
});
