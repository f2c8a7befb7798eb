import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness, type HarnessParts } from '../support/bot-harness';
import { type Chat, LUKAS, PETRA } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

const GROUP: Chat = { place: 'groupChat', as: LUKAS };
const CHANNEL: Chat = { place: 'channel', as: PETRA };

describe('lines about a change', function () {
  this.timeout(20_000);

  let bot: BotHarness;

  const newBot = (parts: HarnessParts = {}): BotHarness =>
    new BotHarness({ gateway: new FakeGateway(meeting()), ...parts });

  beforeEach(() => {
    bot = newBot();
  });

  /** Every line that was said so far, with the kind of conversation it was said in. */
  const lines = (): string[] =>
    bot.adapter.events
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message' && activity.text !== undefined)
      .map(
        ({ activity }) =>
          `${activity.conversation?.conversationType ?? ''}: ${(activity.text ?? '').replace(/\s/gu, ' ')}`,
      )
      .sort();

  const edit = async (inputs: object, chat: Chat = {}): Promise<void> => {
    const form = await bot.ask('edit IB88RLLY', chat);
    await bot.click(form, 'Save', { inputs, ...chat });
  };

  it('are said once in every thread that shows the meeting, and not to whoever changed it', async () => {
    await bot.ask('show quarterly');
    await bot.ask('show quarterly', GROUP);
    await bot.ask('show quarterly', GROUP);
    await bot.ask('show quarterly', CHANNEL);
    await bot.ask('show quarterly', { as: LUKAS });

    await edit({ subject: 'Q4 numbers' });

    const words = 'Anna Berger changed Quarterly sales numbers: now called Q4 numbers';
    assert.deepEqual(lines(), [`channel: ${words}`, `groupChat: ${words}`, `personal: ${words}`]);
  });

  it('tell when it begins now, and nothing when that is what it was', async () => {
    await bot.ask('show quarterly', GROUP);

    await bot.say('edit quarterly start=2026-06-10T15:00Z');
    await bot.say('edit quarterly start=2026-06-10T16:00Z');
    await bot.say('edit quarterly start=2026-06-10T16:00Z');
    await bot.say('edit quarterly start=none');

    assert.deepEqual(
      lines().map((line) => line.replace(/^.*: start /u, '')),
      [
        'Jun 10, 2026, 5:00 PM → 6:00 PM (GMT+2)',
        'Jun 10, 2026, 6:00 PM → no start (GMT+2)',
        'no start → Jun 10, 2026, 5:00 PM (GMT+2)',
      ],
    );
  });

  it('are said in the thread where somebody changed the meeting, too', async () => {
    await edit({ subject: 'Q4 numbers' }, GROUP);

    assert.deepEqual(lines(), ['groupChat: Lukas Hoff changed Quarterly sales numbers: now called Q4 numbers']);
  });

  it('tell the time in one stated zone, and who came and went', async () => {
    await bot.ask('show quarterly', GROUP);

    await edit({ untilTime: '19:00', attendees: 'anna@contoso.com, ben@contoso.com' });

    assert.deepEqual(lines(), [
      'groupChat: Anna Berger changed Quarterly sales numbers: open until Dec 24, 2026, 6:00 PM → 7:00 PM (GMT+1), + ben@contoso.com, − lukas@contoso.com',
    ]);
  });

  it('tell who comes straight in', async () => {
    await bot.ask('show quarterly', GROUP);

    await edit({ access: 'invited', phoneSkipsLobby: 'off' });

    assert.deepEqual(lines(), [
      'groupChat: Anna Berger changed Quarterly sales numbers: who comes straight in: People of the company → Invited people only, people on the phone: Come straight in → Wait in the lobby',
    ]);
  });

  it('are not said where nothing changed that people care about', async () => {
    await bot.ask('show quarterly', GROUP);

    await edit({ description: 'Bring your own numbers.', announcements: 'on' });

    assert.deepEqual(lines(), []);
  });

  it('tell of a cancellation where its answer is not seen', async () => {
    await bot.ask('show quarterly', GROUP);
    await bot.ask('show quarterly', CHANNEL);
    const asked = await bot.ask('cancel quarterly', GROUP);

    await bot.click(asked, 'cancel.confirm', { as: LUKAS });

    assert.deepEqual(lines(), ['channel: Lukas Hoff cancelled Quarterly sales numbers.']);
  });

  it('show foreign names as they are and on one line', async () => {
    await bot.ask('show quarterly', GROUP);

    await edit({ subject: '[Join](https://evil.example)\n<at>Confer</at>' });

    assert.deepEqual(lines(), [
      'groupChat: Anna Berger changed Quarterly sales numbers: now called [Join](https://evil.example) <at>Confer</at>',
    ]);
    const said = bot.adapter.events.find(({ activity }) => activity.text?.includes('evil') === true);
    assert.equal(said?.activity.textFormat, 'plain');
  });

  it('tell several changes within a few seconds as one', async () => {
    bot = newBot({ gatherMs: 3000 });
    await bot.ask('show quarterly', GROUP);
    await edit({ subject: 'Q4 numbers', attendees: 'anna@contoso.com, ben@contoso.com' });
    await edit({ subject: 'Q4 review', attendees: 'anna@contoso.com, lukas@contoso.com' });
    const before = lines();

    bot.posts.aheadMs += 3000;
    await bot.idle();

    assert.deepEqual(before, []);
    assert.deepEqual(lines(), ['groupChat: Anna Berger changed Quarterly sales numbers: now called Q4 review']);
  });

  it('are not said when a change was taken back meanwhile', async () => {
    bot = newBot({ gatherMs: 3000 });
    await bot.ask('show quarterly', GROUP);
    await edit({ subject: 'Q4 numbers' });
    await edit({ subject: 'Quarterly sales numbers' });

    bot.posts.aheadMs += 3000;
    await bot.idle();

    assert.deepEqual(lines(), []);
  });

  for (const status of ['500', '502', '504']) {
    it(`are not said again when the answer to the first time is ${status}: they may be there`, async () => {
      await bot.ask('show quarterly', GROUP);
      const form = await bot.ask('edit IB88RLLY');
      bot.adapter.failNextSend = Object.assign(new Error('open'), { statusCode: Number(status) });

      await bot.click(form, 'Save', { inputs: { subject: 'Q4 numbers' } });
      bot.posts.aheadMs += 600_000;
      await bot.idle();

      assert.deepEqual(lines(), []);
      assert.equal(bot.adapter.failNextSend, undefined);
      assert.equal(bot.log.of('line.notSaid').length, 1);
    });
  }

  it('are said later when they were refused', async () => {
    await bot.ask('show quarterly', GROUP);
    const form = await bot.ask('edit IB88RLLY');
    bot.adapter.failNextSend = Object.assign(new Error('refused'), { statusCode: 429 });
    await bot.click(form, 'Save', { inputs: { subject: 'Q4 numbers' } });
    const before = lines();

    bot.posts.aheadMs += 60_000;
    await bot.idle();

    assert.deepEqual(before, []);
    assert.equal(lines().length, 1);
  });

  it('tell what an edit did whose process died before it could say so', async () => {
    await bot.ask('show quarterly', GROUP);
    const form = await bot.ask('edit IB88RLLY');
    bot.gateway.beforeNext('update', () => {
      bot.gateway.touch('IB88RLLY', { subject: 'Q4 numbers' });
    });
    bot.gateway.failNext('update', new MeetingProblem('server.unreachable'));

    const clicking = bot.click(form, 'Save', { inputs: { subject: 'Q4 numbers' } });
    while (bot.gateway.count('update') === 0) await new Promise(setImmediate);
    await bot.idle();
    bot.journal.aheadMs += 10_000;
    await bot.idle();
    await clicking;

    assert.deepEqual(lines(), ['groupChat: Anna Berger changed Quarterly sales numbers: now called Q4 numbers']);
  });
});
