import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { allWords, choicesOf } from '../support/card-reading';
import { ANNA, LUKAS, PETRA } from '../support/chat';
import { GROUP, say, withMeeting } from '../support/owners';

describe('transfer', () => {
  it('gives the meeting to whoever is mentioned, tells them on the card, and lets them lead it', async () => {
    const bot = await withMeeting();

    const { card } = await say(bot, 'transfer retro to @Lukas Hoff');

    assert.match(allWords(card ?? {}), /Lukas Hoff owns this meeting now/u);
    assert.match(allWords(card ?? {}), /Owner \| Lukas Hoff · organized by Confer/u);
    assert.match(allWords(card ?? {}), /Asked for by \| Anna Berger/u);
    assert.deepEqual(bot.gateway.meetings.get('NEW00001')?.leaders, ['anna@contoso.com', 'lukas@contoso.com']);
  });

  it('gives the right away with it: the new owner can cancel, the old one cannot', async () => {
    const bot = await withMeeting();
    await say(bot, 'transfer retro to @Lukas Hoff');

    const before = await bot.ask('cancel retro', { ...GROUP, as: ANNA });
    const after = await bot.ask('cancel retro', { ...GROUP, as: LUKAS });

    assert.match(before.text ?? '', /belongs to Lukas Hoff/u);
    assert.match(allWords(after.card ?? {}), /Cancel this meeting\?/u);
  });

  it('lets the other cards of the meeting follow', async () => {
    const bot = await withMeeting();
    const elsewhere = await bot.ask('show retro', { as: PETRA });

    await say(bot, 'transfer retro to @Lukas Hoff');
    await bot.idle();

    assert.match(allWords(bot.showing(elsewhere).card ?? {}), /Owner \| Lukas Hoff/u);
  });

  it('takes an address of a member, too, and the last card when no meeting is named', async () => {
    const bot = await withMeeting();

    const { card } = await say(bot, 'transfer last to lukas@contoso.com');

    assert.match(allWords(card ?? {}), /Owner \| Lukas Hoff/u);
  });

  it('reads a subject with "to" in it', async () => {
    const bot = await withMeeting();
    await bot.ask('new Road to Rome', GROUP);

    const { card } = await say(bot, 'transfer Road to Rome to @Lukas Hoff');

    assert.match(allWords(card ?? {}), /Road to Rome/u);
    assert.match(allWords(card ?? {}), /Owner \| Lukas Hoff/u);
  });

  it('A-35: answers the same for somebody who is not there and somebody who does not exist', async () => {
    const bot = await withMeeting();

    const { text: hidden } = await say(bot, 'transfer retro to boss@contoso.com');
    const { text: missing } = await say(bot, 'transfer retro to nobody@contoso.com');
    const texts = [hidden, missing];

    for (const text of texts) assert.match(text ?? '', /cannot find that person in this conversation/u);
    assert.equal(new Set(texts.map((text) => text?.replace(/Reference .*/u, ''))).size, 1);
  });

  it('asks whom when nobody is named', async () => {
    const bot = await withMeeting();

    for (const words of ['transfer retro', 'transfer retro to Lukas', 'transfer']) {
      assert.match((await say(bot, words)).text ?? '', /do not see whom you mean/u);
    }
  });

  it('is refused to anybody but the owner and administrators, co-owners included', async () => {
    const bot = await withMeeting();
    await say(bot, 'co-owner retro add @Lukas Hoff');

    const refused = await say(bot, 'transfer retro to @Lukas Hoff', LUKAS);
    const given = await say(bot, 'transfer retro to me', PETRA);

    assert.match(refused.text ?? '', /belongs to Anna Berger\. Nothing was changed/u);
    assert.match(allWords(given.card ?? {}), /Owner \| Petra Lang/u);
  });

  it('changes nothing when the server does not let the new owner lead', async () => {
    const bot = await withMeeting();
    bot.gateway.failNext('update', new MeetingProblem('server.forbidden'));

    const { text } = await say(bot, 'transfer retro to @Lukas Hoff');
    const { card } = await say(bot, 'show retro');

    assert.match(text ?? '', /does not allow that/u);
    assert.match(allWords(card ?? {}), /Owner \| Anna Berger/u);
  });

  it('gives the meeting also to somebody whose address the server does not know', async () => {
    const bot = await withMeeting();
    bot.gateway.failNext('update', new MeetingProblem('server.rejected'));

    const { card } = await say(bot, 'transfer retro to @Lukas Hoff');

    assert.match(allWords(card ?? {}), /Owner \| Lukas Hoff/u);
    assert.deepEqual(bot.gateway.meetings.get('NEW00001')?.leaders, ['anna@contoso.com']);
  });

  it('keeps a change of the server that came in between', async () => {
    const bot = await withMeeting();
    bot.gateway.beforeNext('update', () => {
      bot.gateway.touch('NEW00001', { subject: 'Retrospective', leaders: ['petra@contoso.com'] });
    });

    await say(bot, 'transfer retro to @Lukas Hoff');

    const { subject, leaders } = bot.gateway.meetings.get('NEW00001') ?? {};
    assert.deepEqual([subject, leaders], ['Retrospective', ['petra@contoso.com', 'lukas@contoso.com']]);
  });

  it('is the same twice as once', async () => {
    const bot = await withMeeting();
    await say(bot, 'transfer retro to @Lukas Hoff');

    const { card } = await say(bot, 'transfer retro to @Lukas Hoff');

    assert.match(allWords(card ?? {}), /Owner \| Lukas Hoff/u);
    assert.equal(bot.gateway.count('update'), 1);
  });

  it('asks which one when several fit, and then judges whoever chooses', async () => {
    const bot = await withMeeting();
    await bot.ask('new Retro of the retro', { ...GROUP, as: LUKAS });
    const choice = await say(bot, 'transfer ret to @Petra Lang');

    const stranger = await bot.click(choice, 'Give this one', { as: LUKAS, inputs: { meetingId: 'NEW00001' } });
    const owner = await bot.click(choice, 'Give this one', { as: ANNA, inputs: { meetingId: 'NEW00001' } });

    assert.deepEqual(choicesOf(choice.card ?? {}, 'meetingId'), ['NEW00001', 'NEW00002']);
    assert.match(stranger.text ?? '', /belongs to Anna Berger/u);
    assert.match(allWords(owner.card ?? {}), /Owner \| Petra Lang/u);
  });

  it('gives away what was started on the spot', async () => {
    const bot = await withMeeting();
    await bot.ask('start Standup', GROUP);

    const { card } = await say(bot, 'transfer standup to @Lukas Hoff');

    assert.match(allWords(card ?? {}), /Owner \| Lukas Hoff/u);
  });
});
