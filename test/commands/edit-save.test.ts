import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, inputsOf } from '../support/card-reading';
import { ANNA, LUKAS, type Posted } from '../support/chat';
import { deferred } from '../support/deferred';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { short } from '../support/short';

const ID = 'IB88RLLY';

/** A bot with one meeting, and its edit form as somebody sees it. */
async function formOf(parts: Parameters<typeof meeting>[0] = {}): Promise<{ bot: BotHarness; form: Posted }> {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting(parts)) });
  return { bot, form: await bot.ask('edit quarterly') };
}

const EVERYTHING = (
  [
    [{ description: 'New words' }, { description: 'New words' }],
    [
      { attendees: 'Eva <EVA@contoso.com>; sip:ben@contoso.com' },
      { attendees: ['eva@contoso.com', 'ben@contoso.com'] },
    ],
    [{ attendees: '' }, { attendees: [] }],
    [{ description: '' }, { description: '' }],
    [{ leaders: 'anna@contoso.com' }, { leaders: ['anna@contoso.com'] }],
    [{ presenters: 'everyone' }, { presenters: 'everyone' }],
    [{ announcements: 'on' }, { announcements: 'on' }],
    [{ phoneSkipsLobby: 'off' }, { phoneSkipsLobby: 'off' }],
    [{ phoneAllowed: 'off' }, { phoneAllowed: 'off' }],
    [{ untilTime: '19:30' }, { expiresAt: new Date('2026-12-24T18:30:00Z') }],
    [{ untilDate: '2026-12-31', untilTime: '' }, { expiresAt: new Date('2026-12-31T22:59:00Z') }],
  ] as const
).map(([typed, changes]) => ({ title: short(typed), typed, changes }));

const UNCHANGED = (
  [
    {},
    { attendees: ' LUKAS@contoso.com, anna@contoso.com ' },
    { subject: ' Quarterly sales numbers ' },
    { access: '' },
  ] as const
).map((typed) => ({ title: short(typed), typed }));

const BAD = (
  [
    [{ subject: 'x'.repeat(251) }, /251 characters/u],
    [{ subject: '' }, /needs a subject/u],
    [{ description: 'x'.repeat(4001) }, /4001 characters/u],
    [{ access: 'everyone' }, /does not allow that choice \(Who comes straight in: Everyone with the link\)/u],
    [{ access: 'constructor' }, /does not allow that choice \(Who comes straight in: constructor\)/u],
    [{ untilDate: '2056-01-01' }, /at most ten years/u],
    [{ untilDate: '', untilTime: '' }, /needs a date/u],
    [{ untilDate: '' }, /needs a date/u],
    [{ untilDate: '2026-02-31' }, /cannot read "2026-02-31T18:00"/u],
    [{ leaders: Array.from({ length: 501 }, (_, i) => `p${String(i)}@contoso.com`).join() }, /Those are 501 people/u],
  ] as const
).map(([typed, words]) => ({ title: short(typed), typed, words }));

describe('saving an edit form', () => {
  it('writes only what the person changed, and turns into the card of the meeting', async () => {
    const { bot, form } = await formOf();

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Q4 numbers', access: 'locked' } });

    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Q4 numbers', access: 'locked' } }]);
    assert.match(allWords(answer.card ?? {}), /Saved \| Q4 numbers/u);
    assert.match(allWords(bot.showing(form).card ?? {}), /Saved \| Q4 numbers/u);
  });

  it('reads the meeting and writes it: two calls, one more when a limited choice changed', async () => {
    const { bot, form } = await formOf();
    const before = bot.gateway.calls.length;

    await bot.click(form, 'Save', { inputs: { subject: 'Q4 numbers', attendees: '' } });

    const names = bot.gateway.calls.slice(before).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => name !== 'dialIn'),
      ['get', 'update'],
    );
  });

  for (const { title, typed, changes } of EVERYTHING) {
    it(`saves ${title}`, async () => {
      const { bot, form } = await formOf();

      await bot.click(form, 'Save', { inputs: typed });

      assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes }]);
    });
  }

  for (const { title, typed } of UNCHANGED) {
    it(`writes nothing when nothing means something else: ${title}`, async () => {
      const { bot, form } = await formOf({ expiresAt: new Date('2026-12-24T17:00:42.123Z') });

      const answer = await bot.click(form, 'Save', { inputs: typed });

      assert.equal(bot.gateway.count('update'), 0);
      assert.match(allWords(answer.card ?? {}), /Quarterly sales numbers/u);
    });
  }

  it('keeps a value that only the server can name', async () => {
    const { bot, form } = await formOf({ access: 'unknown' });

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.equal(inputsOf(form.card ?? {}).access, 'unknown');
    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Q4' } }]);
  });

  it('keeps the people and the description that are too many and too long for a form', async () => {
    const attendees = Array.from({ length: 500 }, (_, index) => `someone.with.a.name.${String(index)}@contoso.com`);
    const { bot, form } = await formOf({ attendees, description: 'y'.repeat(4001) });

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    const { description, attendees: shown } = inputsOf(form.card ?? {});
    assert.deepEqual([description, shown], [undefined, undefined]);
    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Q4' } }]);
  });

  it('keeps the hour that a clock change repeats, when nobody touched it', async () => {
    const { bot, form } = await formOf({ expiresAt: new Date('2026-10-25T01:30:00Z') });

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.deepEqual(inputsOf(form.card ?? {}).untilTime, '02:30');
    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Q4' } }]);
  });

  it('keeps people of the server that nobody could type', async () => {
    const { bot, form } = await formOf({ attendees: ['anna@contoso.com', '+49305550100'] });

    await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Q4' } }]);
  });

  it('shows the form again with what was typed, when a value is not good', async () => {
    const { bot, form } = await formOf();

    const again = await bot.click(form, 'Save', { inputs: { subject: 'Q4', attendees: 'not an address' } });

    assert.match(allWords(again.card ?? {}), /"not" is not an address I can invite/u);
    const { subject, attendees, leaders } = inputsOf(again.card ?? {});
    assert.deepEqual({ subject, attendees, leaders }, { subject: 'Q4', attendees: 'not an address', leaders: '' });
    assert.equal(bot.gateway.count('update'), 0);
  });

  it('saves what changed since the form was opened, also after it was shown again', async () => {
    const { bot, form } = await formOf();
    const again = await bot.click(form, 'Save', { inputs: { subject: 'Q4', untilDate: '1999-01-01' } });
    assert.ok(again.shown);

    await bot.click(again.shown, 'Save', { inputs: { untilDate: '2026-12-24' } });

    assert.deepEqual(bot.gateway.inputs('update'), [{ id: ID, changes: { subject: 'Q4' } }]);
  });

  for (const { title, typed, words } of BAD) {
    it(`A-34: does not save ${title}`, async () => {
      const { bot, form } = await formOf();

      const again = await bot.click(form, 'Save', { inputs: typed });

      assert.match(allWords(again.card ?? {}), words);
      assert.equal(bot.gateway.count('update'), 0);
    });
  }

  it('shows a failure of the server in the form, and can be tried again', async () => {
    const { bot, form } = await formOf();
    bot.gateway.failNext('update', new MeetingProblem('server.forbidden'));

    const failed = await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });
    assert.ok(failed.shown);
    const saved = await bot.click(failed.shown, 'Save');

    assert.match(allWords(failed.card ?? {}), /does not allow/u);
    assert.match(allWords(saved.card ?? {}), /Saved \| Q4/u);
  });

  it('A-27: writes once when it is sent twice at once, and nothing when it is sent again later', async () => {
    const { bot, form } = await formOf();
    const held = deferred();
    bot.gateway.beforeNext('update', async () => {
      await held.promise;
    });

    const both = Promise.all([
      bot.click(form, 'Save', { inputs: { subject: 'Q4' } }),
      bot.click(form, 'Save', { inputs: { subject: 'Q4' } }),
    ]);
    held.resolve(undefined);
    await both;
    const later = await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.equal(bot.gateway.count('update'), 1);
    assert.match(allWords(later.card ?? {}), /Q4/u);
  });

  it('lets every other card of the meeting follow', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const elsewhere = await bot.ask('show quarterly', { place: 'groupChat', as: LUKAS });
    const details = await bot.ask('show quarterly', { as: ANNA });
    const form = await bot.click(details, 'Edit');
    assert.ok(form.shown);

    await bot.click(form.shown, 'Save', { inputs: { subject: 'Q4 numbers' } });

    assert.match(allWords(bot.showing(elsewhere).card ?? {}), /changed meanwhile \| Q4 numbers/u);
    assert.match(allWords(bot.showing(details).card ?? {}), /Saved \| Q4 numbers/u);
  });
});
