import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { allWords, choicesOf, inputsOf, titlesOf } from '../support/card-reading';
import { PLACES, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { liveMeeting, meeting, meetingOptions } from '../support/meetings';

const ID = 'IB88RLLY';

/** A bot with one meeting, and its edit form as somebody sees it. */
async function formOf(parts: Parameters<typeof meeting>[0] = {}): Promise<{ bot: BotHarness; form: Posted }> {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting(parts)) });
  return { bot, form: await bot.ask('edit quarterly') };
}

describe('edit', () => {
  for (const place of PLACES) {
    it(`shows a form with the present values in a ${place} conversation`, async () => {
      const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });

      const { card } = await bot.ask('edit Quarterly sales numbers', { place, timezone: 'Europe/Berlin' });

      assert.ok(card);
      assert.deepEqual(inputsOf(card), {
        subject: 'Quarterly sales numbers',
        description: 'We look at the numbers.',
        untilDate: '2026-12-24',
        untilTime: '18:00',
        attendees: 'anna@contoso.com\nlukas@contoso.com',
        leaders: '',
        presenters: 'named',
        access: 'company',
        phoneAllowed: 'on',
        phoneSkipsLobby: 'on',
        announcements: 'off',
      });
      assert.deepEqual(titlesOf(card), ['Save', 'Back']);
    });
  }

  it('offers only what the policy allows, and the present value even if it no longer does', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting({ access: 'everyone' })) });
    bot.gateway.allowed = meetingOptions({ access: ['company', 'locked'], presenters: ['named'] });

    const { card } = await bot.ask(`change ${ID}`);

    assert.deepEqual(choicesOf(card ?? {}, 'access'), ['everyone', 'company', 'locked']);
    assert.deepEqual(choicesOf(card ?? {}, 'presenters'), ['named']);
    assert.equal(inputsOf(card ?? {}).access, 'everyone');
  });

  it('starts from the meeting itself, not from an older list', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    await bot.ask('list');
    bot.gateway.touch(ID, { subject: 'Renamed elsewhere' });

    const { card } = await bot.ask('edit #1');

    assert.equal(inputsOf(card ?? {}).subject, 'Renamed elsewhere');
  });

  it('asks which one when several fit, and opens the chosen', async () => {
    const bot = new BotHarness({
      gateway: new FakeGateway(
        meeting({ id: 'AAA', subject: 'Sales north' }),
        meeting({ id: 'BBB', subject: 'Sales south' }),
      ),
    });

    const choice = await bot.ask('edit sales');
    const answer = await bot.click(choice, 'Edit this one', { inputs: { meetingId: 'BBB' } });

    assert.deepEqual(choicesOf(choice.card ?? {}, 'meetingId'), ['AAA', 'BBB']);
    assert.equal(inputsOf(answer.card ?? {}).subject, 'Sales south');
  });

  it('takes the place of the card for the one who clicked only', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const details = await bot.ask('show quarterly', { place: 'groupChat' });

    const answer = await bot.click(details, 'Edit');

    assert.equal(inputsOf(answer.card ?? {}).subject, 'Quarterly sales numbers');
    assert.match(allWords(bot.showing(details).card ?? {}), /Join|https:/u);
    assert.equal(
      bot.adapter.events.some(({ kind }) => kind === 'updated'),
      false,
    );
  });

  it('opens for a meeting of ours that was joined by its link before', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    await bot.ask('join https://meet.contoso.com/confer/IB88RLLY');

    const { card } = await bot.ask('edit quarterly');

    assert.equal(inputsOf(card ?? {}).subject, 'Quarterly sales numbers');
  });

  it('refuses a meeting that belongs to somebody else', async () => {
    const bot = new BotHarness();
    const uri = 'sip:eva@fabrikam.com;gruu;opaque=app:conf:focus:id:FOREIGN1';
    bot.gateway.foreign.set(uri, liveMeeting({ id: 'FOREIGN1', subject: 'Theirs' }));
    await bot.ask(`join ${uri}`);

    const { text } = await bot.ask('edit Theirs');

    assert.match(text ?? '', /"Theirs" is not a scheduled meeting of mine/u);
  });

  it('refuses a meeting that is gone in plain words', async () => {
    const { bot, form } = await formOf();
    bot.gateway.meetings.clear();

    const again = await bot.click(form, 'Save', { inputs: { subject: 'New words' } });

    assert.match(allWords(again.card ?? {}), /That meeting no longer exists/u);
  });
});
