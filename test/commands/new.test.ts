import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, buttonOf, titlesOf } from '../support/card-reading';
import { PLACES } from '../support/chat';
import { meetingOptions } from '../support/meetings';
import { MemoryStore } from '../support/memory-store';
import { short } from '../support/short';

const UNDERSTOOD: readonly (readonly [string, object])[] = [
  ['create Retro', { subject: 'Retro' }],
  ['schedule Retro', { subject: 'Retro' }],
  ['/plan Retro', { subject: 'Retro' }],
  ['new "Retro lobby=locked"', { subject: 'Retro lobby=locked' }],
  ['new “Smart  quotes”', { subject: 'Smart quotes' }],
  ['new Retro lobby=company', { subject: 'Retro', access: 'company' }],
  ['new lobby=LOCKED Retro', { subject: 'Retro', access: 'locked' }],
  ['new Retro presenters=all', { subject: 'Retro', presenters: 'everyone' }],
  ['new Retro announce=yes phone=off', { subject: 'Retro', announcements: 'on', phoneAllowed: 'off' }],
  ['new Retro desc="What went well"', { subject: 'Retro', description: 'What went well' }],
  ['new Retro desc=short', { subject: 'Retro', description: 'short' }],
  ['new Retro desc=“curly words”', { subject: 'Retro', description: 'curly words' }],
  ['new Retro expires=2026-12-24T18:00', { subject: 'Retro', expiresAt: new Date('2026-12-24T17:00:00Z') }],
  ['new Retro expires=2026-12-24T18:00+05:00', { subject: 'Retro', expiresAt: new Date('2026-12-24T13:00:00Z') }],
  ['new Retro with ben@contoso.com', { subject: 'Retro', attendees: ['ben@contoso.com'] }],
  [
    'new Retro with Ben@contoso.com, sip:eva@contoso.com and max@contoso.com',
    { subject: 'Retro', attendees: ['ben@contoso.com', 'eva@contoso.com', 'max@contoso.com'] },
  ],
  [
    'new Retro with Ben Lang <ben@contoso.com>, eva@contoso.com',
    { subject: 'Retro', attendees: ['ben@contoso.com', 'eva@contoso.com'] },
  ],
  ['new Lunch with the team', { subject: 'Lunch with the team' }],
  ['new a=b c', { subject: 'a=b c' }],
];
const REFUSED = (
  [
    [
      'new Retro lobby=sometimes',
      /"sometimes" does not fit the option "lobby"[\s\S]*everyone, company, invited, locked/u,
    ],
    ['new Retro lobby=constructor', /"constructor" does not fit the option "lobby"/u],
    ['new Retro lobby=', /does not fit the option "lobby"/u],
    ['new Retro announce=maybe', /"maybe" does not fit the option "announce"/u],
    ['new Retro lobby=everyone', /does not allow that choice[\s\S]*Allowed here: People of the company/u],
    ['new Retro expires=tomorrow', /cannot read "tomorrow" as a date/u],
    ['new Retro expires=2026-13-45T99:00', /cannot read "2026-13-45T99:00"/u],
    ['new Retro expires=2026-03-29T02:30', /cannot read "2026-03-29T02:30"/u],
    ['new Retro expires=2020-01-01T10:00', /in the future, at most ten years/u],
    ['new Retro expires=2036-07-01T10:00', /in the future, at most ten years/u],
    ['new Retro with anna@localhost', /"anna@localhost" is not an address/u],
    ['new Retro with a@b@contoso.com', /"a@b@contoso.com" is not an address/u],
    [`new ${'x'.repeat(251)}`, /has 251 characters; 250 fit/u],
    [`new Retro desc="${'x'.repeat(4001)}"`, /description has 4001 characters; 4000 fit/u],
    [`new Retro with ${people(501)}`, /Those are 501 people; I can invite up to 500/u],
    [`new Retro with ${people(1000)}`, /Those are 1000 people/u],
  ] as const
).map(([typed, answer]) => ({ title: short(typed), typed, answer }));

describe('new', () => {
  for (const place of PLACES) {
    it(`schedules a meeting and posts its card in a ${place} conversation`, async () => {
      const bot = new BotHarness();

      const { card, chat } = await bot.ask('new Budget review', { place, thread: 'root-7' });

      assert.ok(card);
      assert.deepEqual(bot.gateway.inputs('create'), [{ subject: 'Budget review' }]);
      assert.match(allWords(card), /Your meeting is ready \| Budget review/u);
      assert.deepEqual(titlesOf(card), ['Join', 'Remind me', 'Edit', 'Cancel meeting']);
      assert.equal(buttonOf(card, 'Join').url, 'https://meet.contoso.com/confer/NEW00001');
      assert.equal(chat.thread, place === 'channel' ? 'root-7' : undefined);
    });
  }

  it('asks the server for nothing but the creation when no option is typed', async () => {
    const bot = new BotHarness();

    await bot.ask('new Budget review');

    assert.deepEqual(
      bot.gateway.calls.map(({ name }) => name).filter((name) => name !== 'dialIn'),
      ['create'],
    );
  });

  for (const [typed, draft] of UNDERSTOOD) {
    it(`understands ${typed}`, async () => {
      const bot = new BotHarness();

      await bot.ask(typed, { timezone: 'Europe/Berlin' });

      assert.deepEqual(bot.gateway.inputs('create'), [draft]);
    });
  }

  for (const { title, typed, answer } of REFUSED) {
    it(`A-34: refuses ${title} and makes no meeting`, async () => {
      const bot = new BotHarness();

      const { text } = await bot.ask(typed, { timezone: 'Europe/Berlin' });

      assert.match(text ?? '', answer);
      assert.match(text ?? '', /Reference [2-9A-Z]{4}-[2-9A-Z]{4}$/u);
      assert.equal(bot.gateway.count('create'), 0);
    });
  }

  it('takes 500 people in one command', async () => {
    const bot = new BotHarness();

    await bot.ask(`new Retro with ${people(500)}`);

    const [draft] = bot.gateway.inputs('create') as { attendees: string[] }[];
    assert.equal(draft?.attendees.length, 500);
  });

  it('warns about more people than the server suggests', async () => {
    const bot = new BotHarness();
    bot.gateway.allowed = meetingOptions({ warnAbovePeople: 2 });

    const { card } = await bot.ask(`new Retro with ${people(3)}`);

    assert.ok(card);
    assert.match(allWords(card), /3 people are invited\. Your server suggests at most 2/u);
  });

  it('F-21: tells a failure of the server in plain words with a reference, and logs its cause under it', async () => {
    const bot = new BotHarness();
    bot.gateway.failNext('create', new MeetingProblem('meeting.tooMany', { cause: 'UcwaResponseError 409' }));

    const { text } = await bot.ask('new Retro');

    assert.match(text ?? '', /as many meetings as your server allows/u);
    const reference = /Reference (\S+)$/u.exec(text ?? '')?.[1];
    const [record] = bot.log.of('turn.problem');
    assert.deepEqual(
      { reference: record?.fields.reference, cause: record?.fields.cause },
      { reference, cause: 'UcwaResponseError 409' },
    );
  });

  it('hides a bug behind an apology, and logs its stack', async () => {
    const bot = new BotHarness();
    bot.gateway.failNext('options', new TypeError('secret detail'), 5);

    await bot.say('new Retro lobby=company');
    for (let attempt = 1; attempt < 5; attempt += 1) await bot.later(60_000);

    const shown = bot.adapter.events.filter(({ activity }) => activity.type === 'message');
    assert.match(shown.at(-1)?.activity.text ?? '', /That did not work, and it is not your fault/u);
    assert.doesNotMatch(JSON.stringify(shown), /secret/u);
    assert.match(String(bot.log.of('operation.givenUp')[0]?.fields.stack), /secret detail/u);
  });

  it('shows the meeting that was made although it cannot be remembered', async () => {
    const bot = new BotHarness({ store: new FullDisk() });

    const { card } = await bot.ask('new Retro');

    assert.equal(buttonOf(card ?? {}, 'Join').url, 'https://meet.contoso.com/confer/NEW00001');
    assert.ok(bot.log.of('store.failed').length > 0);
  });

  it('schedules once when a message is delivered twice, even by two processes one after the other', async () => {
    const first = new BotHarness();
    await first.say('new Retro', { id: 'same' });
    const second = new BotHarness({ gateway: first.gateway, store: first.store });

    const reply = await second.ask('new Retro', { id: 'same' });

    assert.equal(first.gateway.count('create'), 1);
    assert.equal(buttonOf(reply.card ?? {}, 'Join').url, 'https://meet.contoso.com/confer/NEW00001');
  });
});

/** A store that cannot write any more. */
class FullDisk extends MemoryStore {
  override async saveRecord(): Promise<void> {
    return Promise.reject(new RangeError('ENOSPC'));
  }

  override async saveOutcome(): Promise<void> {
    return Promise.reject(new RangeError('ENOSPC'));
  }

  override async savePosting(): Promise<void> {
    return Promise.reject(new RangeError('ENOSPC'));
  }
}

function people(count: number): string {
  return Array.from({ length: count }, (_, index) => `p${String(index)}@contoso.com`).join(', ');
}
