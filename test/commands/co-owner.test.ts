import assert from 'node:assert/strict';

import { allWords } from '../support/card-reading';
import { LUKAS } from '../support/chat';
import { GROUP, say, saying, withMeeting } from '../support/owners';

describe('co-owner', () => {
  it('lets somebody else change the meeting, and no longer', async () => {
    const bot = await withMeeting();

    const added = await say(bot, 'co-owner retro add @Lukas Hoff');
    const allowed = await bot.ask('edit retro', { ...GROUP, as: LUKAS });
    const removed = await say(bot, 'co-owner retro remove @Lukas Hoff');
    const refused = await bot.ask('edit retro', { ...GROUP, as: LUKAS });

    assert.match(allWords(added.card ?? {}), /Owner \| Anna Berger.* \| Co-owners \| Lukas Hoff/u);
    assert.ok(allowed.card);
    assert.doesNotMatch(allWords(removed.card ?? {}), /Co-owners \|/u);
    assert.match(refused.text ?? '', /belongs to Anna Berger/u);
  });

  it('names co-owners in a refusal', async () => {
    const bot = await withMeeting();
    await say(bot, 'co-owner retro add @Petra Lang');

    const { text } = await bot.ask('cancel retro', { ...GROUP, as: LUKAS });

    assert.match(text ?? '', /ask Anna Berger, or a co-owner: Petra Lang/u);
  });

  it('is refused to anybody but the owner; co-owners may take themselves out', async () => {
    const bot = await withMeeting();
    await say(bot, 'co-owner retro add @Lukas Hoff');

    const other = await say(bot, 'co-owner retro add @Petra Lang', LUKAS);
    const out = await say(bot, 'co-owner retro remove me', LUKAS);

    assert.match(other.text ?? '', /belongs to Anna Berger/u);
    assert.doesNotMatch(allWords(out.card ?? {}), /Co-owners \|/u);
  });

  it('keeps both of two people who are added at once', async () => {
    const bot = await withMeeting();

    await Promise.all([
      bot.say('', { ...GROUP, raw: saying('co-owner retro add @Lukas Hoff') }),
      bot.say('', { ...GROUP, raw: saying('co-owner retro add @Petra Lang') }),
    ]);

    const { coOwners = [] } = (await bot.store.findRecord('NEW00001')) ?? {};
    assert.deepEqual(coOwners.map(({ name }) => name).sort(), ['Lukas Hoff', 'Petra Lang']);
  });

  it('asks whom when it is not said, or not what to do', async () => {
    const bot = await withMeeting();

    for (const words of ['co-owner retro add', 'co-owner retro @Lukas Hoff', 'co-owner']) {
      assert.match((await say(bot, words)).text ?? '', /do not see whom you mean/u);
    }
  });
});
