import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { allWords, buttonOf, choicesOf, titlesOf } from '../support/card-reading';
import { ANNA, LUKAS, PLACES } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting, meetingOptions } from '../support/meetings';

/** Two meetings whose subjects share a word. */
function salesMeetings(): BotHarness {
  return new BotHarness({
    gateway: new FakeGateway(
      meeting({ id: 'NORTH001', subject: 'Sales north' }),
      meeting({ id: 'SOUTH002', subject: 'Sales south', expiresAt: new Date('2027-01-01T00:00:00Z') }),
      meeting({ id: 'SALES003', subject: 'Sales', expiresAt: new Date('2027-02-01T00:00:00Z') }),
    ),
  });
}

describe('show', () => {
  for (const place of PLACES) {
    it(`posts the card of a meeting with everything about it in a ${place} conversation`, async () => {
      const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });

      const { card } = await bot.ask('show quarterly', { place });

      assert.ok(card);
      const words = allWords(card);
      assert.match(words, /Quarterly sales numbers \| We look at the numbers\./u);
      assert.match(
        words,
        /Open until \| \{\{DATE\(2026-12-24T17:00:00Z,SHORT\)\}\}, \{\{TIME\(2026-12-24T17:00:00Z\)\}\}/u,
      );
      assert.match(words, /Organizer \| Confer/u);
      assert.match(words, /Invited \| anna@contoso\.com, lukas@contoso\.com/u);
      assert.match(words, /People of the company come straight in; others wait in the lobby/u);
      assert.match(words, /By phone \| \+49-30-5550100 \|\s+Germany \| Conference ID \| 12983487/u);
      assert.deepEqual(titlesOf(card), ['Join', 'Remind me', 'Edit', 'Cancel meeting']);
    });
  }

  it('names five invited people and counts the others', async () => {
    const attendees = Array.from({ length: 8 }, (_, index) => `p${String(index)}@contoso.com`);
    const bot = new BotHarness({ gateway: new FakeGateway(meeting({ attendees })) });

    const { card } = await bot.ask('show quarterly');

    assert.match(allWords(card ?? {}), /p4@contoso\.com and 3 more/u);
  });

  it('warns about more people than the server suggests', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting({ leaders: ['eva@contoso.com'] })) });
    bot.gateway.allowed = meetingOptions({ warnAbovePeople: 2 });

    const { card } = await bot.ask('show quarterly');

    assert.match(allWords(card ?? {}), /3 people are invited/u);
  });

  it('leaves out what a meeting does not have', async () => {
    const bare = meeting({
      ...{ subject: '', description: '', attendees: [], joinUrl: undefined, conferenceId: undefined },
      ...{ expiresAt: undefined, organizerName: undefined, organizer: undefined, access: 'unknown' },
    });
    const bot = new BotHarness({ gateway: new FakeGateway(bare) });

    const { card } = await bot.ask('show IB88RLLY');

    assert.equal(allWords(card ?? {}), 'Meeting | (no subject)');
    assert.deepEqual(titlesOf(card ?? {}), ['Edit', 'Cancel meeting']);
  });

  for (const [words, id] of [
    ['NORTH001', 'NORTH001'],
    ['south002', 'SOUTH002'],
    ['north', 'NORTH001'],
    ['SALES SOUTH', 'SOUTH002'],
    ['"sales south"', 'SOUTH002'],
    ['sales', 'SALES003'],
    ['#2', 'SOUTH002'],
    ['2', 'SOUTH002'],
  ] as const) {
    it(`finds the meeting meant by ${words}`, async () => {
      const bot = salesMeetings();
      await bot.ask('list');

      const { card } = await bot.ask(`show ${words}`);

      assert.equal(buttonOf(card ?? {}, 'Join').url, `https://meet.contoso.com/confer/${id}`);
    });
  }

  it('gives a choice and never a guess when several fit', async () => {
    const bot = salesMeetings();

    const choice = await bot.ask('show ales');
    const answer = await bot.click(choice, 'Continue', { inputs: { meetingId: 'SOUTH002' } });

    assert.deepEqual(choicesOf(choice.card ?? {}, 'meetingId'), ['NORTH001', 'SOUTH002', 'SALES003']);
    assert.match(allWords(answer.card ?? {}), /Sales south/u);
  });

  it('offers fifty to choose from and says that there are more', async () => {
    const meetings = Array.from({ length: 60 }, (_, index) => meeting({ id: `ID${String(index)}`, subject: 'Sales' }));
    const bot = new BotHarness({ gateway: new FakeGateway(...meetings) });

    const { card } = await bot.ask('show sales');

    assert.equal(choicesOf(card ?? {}, 'meetingId').length, 50);
    assert.match(allWords(card ?? {}), /Only the first 50 are shown/u);
  });

  it('gives a choice of all when nothing says which', async () => {
    const bot = salesMeetings();

    const { card } = await bot.ask('show');

    assert.equal(choicesOf(card ?? {}, 'meetingId').length, 3);
  });

  it('says that there are none when nothing says which', async () => {
    const { text } = await new BotHarness().ask('show');

    assert.match(text ?? '', /There are no meetings yet/u);
  });

  it('understands last as the meeting this person saw last, here or elsewhere', async () => {
    const bot = salesMeetings();
    await bot.ask('show north', { as: ANNA });
    await bot.ask('show south', { as: LUKAS });

    const here = await bot.ask('show last', { as: ANNA });
    const elsewhere = await bot.ask('show LAST', { as: ANNA, place: 'groupChat' });

    assert.match(allWords(here.card ?? {}), /Sales north/u);
    assert.match(allWords(elsewhere.card ?? {}), /Sales north/u);
  });

  it('knows the meeting from the card that is answered with a quote', async () => {
    const bot = salesMeetings();
    const north = await bot.ask('show north', { place: 'groupChat' });
    await bot.ask('show south', { place: 'groupChat' });

    const { card } = await bot.ask('show', { place: 'groupChat', as: LUKAS, replyTo: north.id });

    assert.match(allWords(card ?? {}), /Sales north/u);
  });

  it('knows the meeting from the thread, the newest card first', async () => {
    const bot = salesMeetings();
    await bot.ask('show north', { place: 'channel', thread: 'root-1' });
    await bot.ask('show south', { place: 'channel', thread: 'root-2' });

    const first = await bot.ask('show this', { place: 'channel', thread: 'root-1', as: LUKAS });
    const second = await bot.ask('show', { place: 'channel', thread: 'root-2', as: LUKAS });

    assert.match(allWords(first.card ?? {}), /Sales north/u);
    assert.match(allWords(second.card ?? {}), /Sales south/u);
  });

  it('does not take a card of another thread or chat for the one that is meant', async () => {
    const bot = salesMeetings();
    await bot.ask('show north', { place: 'channel', thread: 'root-1' });

    const { card } = await bot.ask('show', { place: 'channel', thread: 'root-9' });

    assert.equal(choicesOf(card ?? {}, 'meetingId').length, 3);
  });

  it('says that a meeting has been cancelled', async () => {
    const bot = salesMeetings();
    const north = await bot.ask('show north');
    const asked = await bot.click(north, 'Cancel meeting');
    assert.ok(asked.shown);
    await bot.click(asked.shown, 'Yes, cancel it');

    const { text } = await bot.ask('show last');

    assert.match(text ?? '', /"Sales north" has been cancelled/u);
  });
});
