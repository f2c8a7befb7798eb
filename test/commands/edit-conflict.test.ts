import assert from 'node:assert/strict';

import type { MeetingChanges } from '../../src/meetings/meeting';
import { BotHarness } from '../support/bot-harness';
import { allWords, titlesOf } from '../support/card-reading';
import { LUKAS, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

const ID = 'IB88RLLY';

/** A form that is open while somebody else changes the meeting. */
async function staleForm(theirs: MeetingChanges): Promise<{ bot: BotHarness; form: Posted }> {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
  const form = await bot.ask('edit quarterly');
  bot.gateway.touch(ID, theirs);
  return { bot, form };
}

describe('an edit of a meeting that changed meanwhile', () => {
  it('is merged and saved when the changes do not collide', async () => {
    const { bot, form } = await staleForm({ description: 'Theirs', access: 'locked' });

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Mine' } });

    const { subject, description, access } = bot.gateway.meetings.get(ID) ?? {};
    assert.deepEqual({ subject, description, access }, { subject: 'Mine', description: 'Theirs', access: 'locked' });
    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Mine' } }]);
    assert.match(allWords(answer.card ?? {}), /Saved \| Mine/u);
  });

  it('is saved when both changed the same property to the same value', async () => {
    const { bot, form } = await staleForm({ subject: 'Same' });

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Same', description: 'Mine' } });

    assert.match(allWords(answer.card ?? {}), /Saved \| Same/u);
    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { description: 'Mine' } }]);
  });

  it('F-19: is read and merged again when somebody writes between reading and writing', async () => {
    const { bot, form } = await staleForm({});
    bot.gateway.beforeNext('update', () => void bot.gateway.touch(ID, { description: 'In between' }));

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Mine' } });

    const { subject, description } = bot.gateway.meetings.get(ID) ?? {};
    assert.deepEqual({ subject, description }, { subject: 'Mine', description: 'In between' });
    assert.match(allWords(answer.card ?? {}), /Saved/u);
    assert.equal(bot.gateway.count('update'), 2);
  });

  it('F-19: gives up after three tries, and says that nothing is saved', async () => {
    const { bot, form } = await staleForm({});
    for (const words of ['one', 'two', 'three']) {
      bot.gateway.beforeNext('update', () => void bot.gateway.touch(ID, { description: words }));
    }

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Mine' } });

    assert.match(allWords(answer.card ?? {}), /keeps changing this meeting.*Nothing of yours is saved/u);
    assert.equal(bot.gateway.meetings.get(ID)?.subject, 'Quarterly sales numbers');
    assert.equal(bot.gateway.count('update'), 3);
  });

  it('F-19: shows both values and asks when they collide, and saves nothing', async () => {
    const { bot, form } = await staleForm({ subject: 'Theirs', access: 'locked' });

    const answer = await bot.click(form, 'Save', {
      inputs: { subject: 'Mine', access: 'invited', description: 'Also mine' },
    });

    assert.ok(answer.card);
    const words = allWords(answer.card);
    assert.match(words, /Subject \| Theirs \| Theirs \| Yours \| Mine/u);
    assert.match(words, /Who comes straight in \| Theirs \| Only the organizer \| Yours \| Invited people only/u);
    assert.doesNotMatch(words, /Also mine/u);
    assert.deepEqual(titlesOf(answer.card), ['Use mine', 'Keep theirs']);
    assert.equal(bot.gateway.count('update'), 0);
  });

  it("shows a collision of the end in the reader's own zone, and one of people as addresses", async () => {
    const { bot, form } = await staleForm({
      expiresAt: new Date('2026-12-31T10:00:00Z'),
      attendees: ['eva@contoso.com'],
    });

    const answer = await bot.click(form, 'Save', { inputs: { untilTime: '20:00', attendees: '' } });

    const words = allWords(answer.card ?? {});
    assert.match(
      words,
      /Open until \| Theirs \| Thu, Dec 31, 2026, 11:00.*\(GMT\+1\) \| Yours \| Thu, Dec 24, 2026, 8:00/u,
    );
    assert.match(words, /Invited \| Theirs \| eva@contoso\.com \| Yours \| \(empty\)/u);
  });

  it('uses mine where I say so, and keeps what others changed elsewhere', async () => {
    const { bot, form } = await staleForm({ subject: 'Theirs', description: 'Theirs, too' });
    const asked = await bot.click(form, 'Save', { inputs: { subject: 'Mine', access: 'locked' } });
    assert.ok(asked.shown);

    const answer = await bot.click(asked.shown, 'Use mine');

    const { subject, description, access } = bot.gateway.meetings.get(ID) ?? {};
    assert.deepEqual(
      { subject, description, access },
      { subject: 'Mine', description: 'Theirs, too', access: 'locked' },
    );
    assert.match(allWords(answer.card ?? {}), /Saved \| Mine/u);
  });

  it('carries long values of mine through the question unchanged', async () => {
    const description = `${'Line\n'.repeat(500)}"end" \\ \${x} {{DATE()}}`;
    const { bot, form } = await staleForm({ description: 'Theirs' });
    const asked = await bot.click(form, 'Save', { inputs: { description, attendees: '' } });
    assert.ok(asked.shown);

    await bot.click(asked.shown, 'Use mine');

    const saved = bot.gateway.meetings.get(ID);
    assert.deepEqual([saved?.description, saved?.attendees], [description, []]);
  });

  it('keeps theirs where I say so, and saves the rest of mine', async () => {
    const { bot, form } = await staleForm({ subject: 'Theirs' });
    const asked = await bot.click(form, 'Save', { inputs: { subject: 'Mine', access: 'locked' } });
    assert.ok(asked.shown);

    const answer = await bot.click(asked.shown, 'Keep theirs');

    const { subject, access } = bot.gateway.meetings.get(ID) ?? {};
    assert.deepEqual({ subject, access }, { subject: 'Theirs', access: 'locked' });
    assert.match(allWords(answer.card ?? {}), /Theirs/u);
    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { access: 'locked' } }]);
  });

  it('asks again when it changes once more while I decide', async () => {
    const { bot, form } = await staleForm({ subject: 'Theirs' });
    const asked = await bot.click(form, 'Save', { inputs: { subject: 'Mine' } });
    assert.ok(asked.shown);
    bot.gateway.touch(ID, { subject: 'Theirs again' });

    const again = await bot.click(asked.shown, 'Use mine');

    assert.match(allWords(again.card ?? {}), /Theirs \| Theirs again \| Yours \| Mine/u);
    assert.equal(bot.gateway.count('update'), 0);
  });

  it('asks instead of overwriting when the marks of the form were lost', async () => {
    const { bot, form } = await staleForm({});

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Mine', base: 'broken' } });

    assert.match(allWords(answer.card ?? {}), /Theirs \| Quarterly sales numbers \| Yours \| Mine/u);
    assert.equal(bot.gateway.count('update'), 0);
  });

  it('lets two people edit different things from forms opened at the same time', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const annas = await bot.ask('edit quarterly', { place: 'groupChat' });
    const lukass = await bot.ask('edit quarterly', { place: 'groupChat', as: LUKAS });

    await bot.click(annas, 'Save', { inputs: { subject: 'By Anna' } });
    assert.deepEqual(titlesOf(bot.showing(lukass).card ?? {}), ['Save', 'Back']);
    await bot.click(lukass, 'Save', { inputs: { description: 'By Lukas' }, as: LUKAS });

    const { subject, description } = bot.gateway.meetings.get(ID) ?? {};
    assert.deepEqual({ subject, description }, { subject: 'By Anna', description: 'By Lukas' });
    assert.match(allWords(bot.showing(annas).card ?? {}), /changed meanwhile/u);
  });
});
