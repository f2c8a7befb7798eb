import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { allWords, buttonsOf, titlesOf } from '../support/card-reading';
import { LUKAS, PETRA, PLACES } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

/** Meetings "Meeting 01" and so on, the first ending soonest, handed out by the server in the opposite order. */
function manyMeetings(count: number): FakeGateway {
  const meetings = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(2, '0');
    const expiresAt = new Date(Date.UTC(2026, 6, 1 + index));
    return meeting({ id: `ID${number}`, subject: `Meeting ${number}`, expiresAt });
  });
  return new FakeGateway(...meetings.reverse());
}

describe('list', () => {
  for (const place of PLACES) {
    it(`numbers the meetings, the one that ends first on top, in a ${place} conversation`, async () => {
      const bot = new BotHarness({ gateway: manyMeetings(3) });

      const { card } = await bot.ask('list', { place });

      assert.ok(card);
      assert.match(allWords(card), /^3 meetings \| #1 \| Meeting 01 .*#2 \| Meeting 02 .*#3 \| Meeting 03 /u);
    });
  }

  it('asks the server once', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(3) });

    await bot.ask('list');

    assert.deepEqual(
      bot.gateway.calls.map(({ name }) => name),
      ['list'],
    );
  });

  it('says what to do when there are none', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('mine');

    assert.match(allWords(card ?? {}), /No meetings yet \| Say "start" for one right now, or "new" to plan one/u);
    assert.deepEqual(titlesOf(card ?? {}), ['New meeting']);
  });

  it('says that there is one, without a plural', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(1) });

    const { card } = await bot.ask('upcoming');

    assert.match(allWords(card ?? {}), /^One meeting \|/u);
  });

  it('shows eight a page and leafs through the rest with numbers that go on', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(20) });
    const first = await bot.ask('list');

    const second = await bot.click(first, 'More');
    assert.ok(second.shown);
    const third = await bot.click(second.shown, 'More');

    assert.match(allWords(first.card ?? {}), /^20 meetings, page 1 of 3 .*#8 \| Meeting 08/u);
    assert.doesNotMatch(allWords(first.card ?? {}), /Meeting 09/u);
    assert.match(allWords(second.card ?? {}), /page 2 of 3 .*#9 \| Meeting 09/u);
    assert.match(allWords(third.card ?? {}), /page 3 of 3 .*#20 \| Meeting 20/u);
    assert.deepEqual(titlesOf(third.card ?? {}), ['Back', 'New meeting']);
  });

  it('leafs back', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(20) });
    const second = await bot.ask('list 2');

    const first = await bot.click(second, 'Back');

    assert.match(allWords(first.card ?? {}), /page 1 of 3/u);
    assert.deepEqual(titlesOf(first.card ?? {}), ['More', 'New meeting']);
  });

  for (const typed of ['list 2', 'list page 2', 'LIST Page 2']) {
    it(`opens a page by "${typed}"`, async () => {
      const bot = new BotHarness({ gateway: manyMeetings(20) });

      const { card } = await bot.ask(typed);

      assert.match(allWords(card ?? {}), /page 2 of 3/u);
    });
  }

  it('shows the last page for one that is too high, and the first for words', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(20) });

    const high = await bot.ask('list 999');
    const words = await bot.ask('list everything');

    assert.match(allWords(high.card ?? {}), /page 3 of 3/u);
    assert.match(allWords(words.card ?? {}), /page 1 of 3/u);
  });

  it('shows a meeting without an end last, and a personal room as always open', async () => {
    const gateway = new FakeGateway(
      meeting({ id: 'ROOM', subject: 'My room', isPersonalRoom: true, expiresAt: undefined }),
      meeting({ id: 'SOON', subject: 'Soon' }),
    );
    const bot = new BotHarness({ gateway });

    const { card } = await bot.ask('list');

    assert.match(allWords(card ?? {}), /#1 \| Soon .*#2 \| My room \| Personal room, always open/u);
  });

  it('opens the card of a meeting as a message of its own, so that the list stays', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(2) });
    const list = await bot.ask('list');

    const answer = await bot.click(list, 'show.post');

    assert.equal(answer.card, undefined);
    assert.match(allWords(answer.posted[0]?.card ?? {}), /Meeting 01/u);
    assert.match(allWords(bot.showing(list).card ?? {}), /^2 meetings/u);
  });

  it('opens the form of a new meeting as a message of its own', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(2) });
    const list = await bot.ask('list');

    const answer = await bot.click(list, 'New meeting');

    assert.equal(answer.card, undefined);
    assert.deepEqual(titlesOf(answer.posted[0]?.card ?? {}), ['Create']);
  });

  it('numbers for whoever looked: their own list here, else the one of the conversation, else their own elsewhere', async () => {
    const bot = new BotHarness({ gateway: manyMeetings(2) });
    await bot.ask('list', { place: 'groupChat' });
    bot.gateway.meetings.delete('ID01');
    await bot.ask('list', { place: 'groupChat', as: LUKAS });

    const annas = await bot.ask('show #2', { place: 'groupChat' });
    const lukass = await bot.ask('show #2', { place: 'groupChat', as: LUKAS });
    const petras = await bot.ask('show #1', { place: 'groupChat', as: PETRA });
    const annasElsewhere = await bot.ask('show #2');
    const petrasElsewhere = await bot.ask('show #1', { as: PETRA });

    assert.match(allWords(annas.card ?? {}), /Meeting 02/u);
    assert.match(lukass.text ?? '', /cannot find a meeting for "#2"/u);
    assert.match(allWords(petras.card ?? {}), /Meeting 02/u);
    assert.match(allWords(annasElsewhere.card ?? {}), /Meeting 02/u);
    assert.match(petrasElsewhere.text ?? '', /cannot find a meeting for "#1"/u);
  });

  it('shows a Join link only for meetings that have one', async () => {
    const gateway = new FakeGateway(meeting({ id: 'A', joinUrl: undefined }), meeting({ id: 'B' }));
    const bot = new BotHarness({ gateway });

    const { card } = await bot.ask('list');

    const links = buttonsOf(card ?? {}).filter(({ type }) => type === 'Action.OpenUrl');
    assert.deepEqual(
      links.map(({ url }) => url),
      ['https://meet.contoso.com/confer/B'],
    );
  });
});
