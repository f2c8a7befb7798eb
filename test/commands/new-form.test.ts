import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, buttonOf, choicesOf, inputsOf, ofType, titlesOf } from '../support/card-reading';
import { ANNA, LUKAS } from '../support/chat';
import { deferred } from '../support/deferred';
import { meetingOptions } from '../support/meetings';

/** What nobody can mean, in a form whose limits somebody took away. */
const SENSELESS = [
  {
    title: '5,000 people',
    typed: { attendees: people(5000) },
    words: /Those are 5000 people; I can invite up to 500/u,
  },
  { title: 'an end in a hundred years', typed: end('2126-06-01', '10:00'), words: /in the future, at most ten years/u },
  { title: 'an end in the year 9999', typed: end('9999-12-31', '23:59'), words: /in the future, at most ten years/u },
  { title: 'an end that has passed', typed: end('2020-01-01', '10:00'), words: /in the future, at most ten years/u },
  {
    title: 'a time that the clock change skips',
    typed: end('2027-03-28', '02:30'),
    words: /cannot read "2027-03-28T02:30"/u,
  },
  { title: 'a year below zero', typed: end('-2026-01-01', '10:00'), words: /cannot read/u },
  { title: 'a time that is none', typed: end('2026-12-24', '-1:00'), words: /cannot read/u },
  {
    title: 'a subject of 100,000 letters',
    typed: { subject: 'x'.repeat(100_000) },
    words: /has 100000 characters; 250 fit/u,
  },
  {
    title: 'a description of 100,000 letters',
    typed: { description: 'x'.repeat(100_000) },
    words: /description has 100000 characters; 4000 fit/u,
  },
];

function end(untilDate: string, untilTime: string): object {
  return { untilDate, untilTime };
}

function people(count: number): string {
  return Array.from({ length: count }, (_, index) => `p${String(index)}@contoso.com`).join(', ');
}

describe('the form of a new meeting', () => {
  it('opens without a subject, with what the policy allows and the server would choose', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('new', { timezone: 'Europe/Berlin' });

    assert.ok(card);
    assert.equal(bot.gateway.count('create'), 0);
    assert.deepEqual(choicesOf(card, 'access'), ['company', 'invited', 'locked']);
    const { subject, access, presenters, phoneAllowed, phoneSkipsLobby, announcements } = inputsOf(card);
    assert.deepEqual(
      { subject, access, presenters, phoneAllowed, phoneSkipsLobby, announcements },
      {
        subject: '',
        access: 'company',
        presenters: 'named',
        phoneAllowed: 'on',
        phoneSkipsLobby: 'on',
        announcements: 'off',
      },
    );
    assert.match(allWords(card), /Times are in Europe\/Berlin/u);
    assert.deepEqual(titlesOf(card), ['Create']);
  });

  it('starts from the options typed without a subject', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('new lobby=locked desc="Bring numbers" with eva@contoso.com');

    const { access, description, attendees } = inputsOf(card ?? {});
    assert.deepEqual(
      { access, description, attendees },
      {
        access: 'locked',
        description: 'Bring numbers',
        attendees: 'eva@contoso.com',
      },
    );
  });

  it('makes the meeting that was filled in, in the zone of the form, and turns into its card', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new', { timezone: 'Europe/Berlin' });

    const answer = await bot.click(form, 'Create', {
      timezone: 'America/New_York',
      inputs: {
        ...{ subject: ' Retro ', description: 'Numbers', untilDate: '2026-12-24', untilTime: '18:00' },
        ...{ attendees: 'Ben <ben@contoso.com>\nsip:eva@contoso.com;', access: 'locked' },
      },
    });

    assert.ok(answer.card);
    assert.match(allWords(answer.card), /Your meeting is ready \| Retro/u);
    assert.match(allWords(bot.showing(form).card ?? {}), /Your meeting is ready \| Retro/u);
    assert.deepEqual(bot.gateway.inputs('create'), [
      {
        subject: 'Retro',
        description: 'Numbers',
        attendees: ['ben@contoso.com', 'eva@contoso.com'],
        leaders: [],
        access: 'locked',
        presenters: 'named',
        announcements: 'off',
        phoneSkipsLobby: 'on',
        phoneAllowed: 'on',
        expiresAt: new Date('2026-12-24T17:00:00Z'),
      },
    ]);
  });

  it('can be sent when the server names no defaults', async () => {
    const bot = new BotHarness();
    bot.gateway.allowed = meetingOptions({ defaults: { access: 'unknown', presenters: 'unknown' } });
    const form = await bot.ask('new');

    const answer = await bot.click(form, 'Create', { inputs: { subject: 'Retro' } });

    assert.match(allWords(answer.card ?? {}), /Your meeting is ready/u);
    const [draft] = bot.gateway.inputs('create') as object[];
    assert.equal('access' in (draft ?? {}), false);
  });

  it('leaves out what the server does not support', async () => {
    const bot = new BotHarness();
    bot.gateway.allowed = meetingOptions({
      announcements: ['unsupported'],
      defaults: { announcements: 'unsupported' },
    });

    const { card } = await bot.ask('new');

    assert.deepEqual(choicesOf(card ?? {}, 'announcements'), []);
    assert.equal(
      ofType(card ?? {}, 'Input.ChoiceSet').some(({ id }) => id === 'announcements'),
      false,
    );
  });

  it('comes back with everything typed, and what was wrong, when a value is not good', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');
    const typed = { subject: 'x'.repeat(251), attendees: 'eva@contoso.com', untilDate: '2026-12-24', access: 'locked' };

    const again = await bot.click(form, 'Create', { inputs: typed });

    assert.ok(again.card);
    assert.match(allWords(again.card), /The subject has 251 characters; 250 fit.*\(Reference \S+\)/u);
    const { subject, attendees, untilDate, access } = inputsOf(again.card);
    assert.deepEqual({ subject, attendees, untilDate, access }, typed);
    assert.equal(bot.gateway.count('create'), 0);
  });

  for (const { title, typed, words } of SENSELESS) {
    it(`A-34: makes no meeting with ${title}, and names the limit`, async () => {
      const bot = new BotHarness();
      const form = await bot.ask('new');

      const again = await bot.click(form, 'Create', { inputs: { subject: 'Retro', ...typed } });

      assert.match(allWords(again.card ?? {}), words);
      assert.equal(bot.gateway.count('create'), 0);
    });
  }

  it('can be corrected and sent again', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');
    const again = await bot.click(form, 'Create', { inputs: { subject: 'Retro', attendees: 'nobody' } });
    assert.ok(again.shown);

    const done = await bot.click(again.shown, 'Create', { inputs: { attendees: 'eva@contoso.com' } });

    assert.match(allWords(done.card ?? {}), /Your meeting is ready \| Retro/u);
  });

  it('asks for a subject when it was sent without one', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');

    const again = await bot.click(form, 'Create', { inputs: { subject: '  ' } });

    assert.match(allWords(again.card ?? {}), /needs a subject/u);
    assert.equal(bot.gateway.count('create'), 0);
  });

  it('A-27: makes one meeting when it is sent twice, at once or later', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');
    const held = deferred();
    bot.gateway.beforeNext('create', async () => {
      await held.promise;
    });

    const both = Promise.all([
      bot.click(form, 'Create', { inputs: { subject: 'Retro' } }),
      bot.click(form, 'Create', { inputs: { subject: 'Retro' } }),
    ]);
    held.resolve(undefined);
    await both;
    const later = await bot.click(form, 'Create', { inputs: { subject: 'Retro' } });

    assert.equal(bot.gateway.count('create'), 1);
    assert.match(allWords(later.card ?? {}), /Your meeting is ready \| Retro/u);
  });

  it('A-27: makes no second meeting when what was sent is sent from another card', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');
    await bot.click(form, 'Create', { inputs: { subject: 'Retro' } });
    const other = await bot.ask('new');

    const again = await bot.click({ ...form, id: other.id }, 'Create', { inputs: { subject: 'Retro' } });

    assert.equal(bot.gateway.count('create'), 1);
    assert.match(allWords(again.card ?? {}), /Your meeting is ready \| Retro/u);
  });

  it('A-24: shows nothing that was made with a form of another conversation', async () => {
    const bot = new BotHarness();
    const theirs = await bot.ask('new', { as: LUKAS });
    await bot.click(theirs, 'Create', { inputs: { subject: 'Secret merger' }, as: LUKAS });
    const own = await bot.ask('new', { as: ANNA });

    const answer = await bot.click(own, 'Create', {
      inputs: { ...(buttonOf(theirs.card ?? {}, 'Create').data as object), subject: 'Mine' },
      as: ANNA,
    });

    assert.doesNotMatch(JSON.stringify(answer), /Secret merger|NEW00001/u);
    assert.equal(bot.gateway.meetings.get('NEW00002')?.subject, 'Mine');
  });

  it('can be sent again after the server refused', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');
    bot.gateway.failNext('create', new MeetingProblem('server.forbidden'));

    const failed = await bot.click(form, 'Create', { inputs: { subject: 'Retro' } });
    assert.ok(failed.shown);
    const done = await bot.click(failed.shown, 'Create');

    assert.match(allWords(failed.card ?? {}), /does not allow that/u);
    assert.match(allWords(done.card ?? {}), /Your meeting is ready \| Retro/u);
  });

  it('works in a client without universal actions, where a button is a message', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');

    const extra = await bot.submit(form, 'Create', { inputs: { subject: 'Retro' } });

    assert.deepEqual(extra, []);
    assert.match(allWords(bot.showing(form).card ?? {}), /Your meeting is ready \| Retro/u);
  });
});
