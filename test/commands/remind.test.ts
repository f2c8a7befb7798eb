import assert from 'node:assert/strict';

import { parseRemindArgs } from '../../src/commands/remind/args';
import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, choicesOf } from '../support/card-reading';
import { ANNA, LUKAS, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { MEMBERS } from '../support/owners';

const MINUTE = 60_000;
const GROUP = { place: 'groupChat' } as const;

/** 9:00 in UTC, where the tests begin, is 11:00 in Berlin. */
const AT_NOON = 'start=2026-06-01T12:00';

const READ: readonly (readonly [typed: string, read: object])[] = [
  ['', { kind: 'set', words: '', when: { kind: 'usual' } }],
  ['10m', { kind: 'set', words: '', when: { kind: 'before', lead: 'PT10M' } }],
  ['#2 30m', { kind: 'set', words: '#2', when: { kind: 'before', lead: 'PT30M' } }],
  ['30m #2', { kind: 'set', words: '#2', when: { kind: 'before', lead: 'PT30M' } }],
  ['#2', { kind: 'set', words: '#2', when: { kind: 'usual' } }],
  ['Budget review 1h 30m', { kind: 'set', words: 'Budget review', when: { kind: 'before', lead: 'PT1H30M' } }],
  ['"Phase 10 m"', { kind: 'set', words: '"Phase 10 m"', when: { kind: 'usual' } }],
  ['me 5 minutes before', { kind: 'set', words: '', when: { kind: 'before', lead: 'PT5M' } }],
  ['me 5 minutes before it starts', { kind: 'set', words: '', when: { kind: 'before', lead: 'PT5M' } }],
  ['10m before Budget', { kind: 'set', words: 'Budget', when: { kind: 'before', lead: 'PT10M' } }],
  ['#2 PT10M', { kind: 'set', words: '#2', when: { kind: 'before', lead: 'PT10M' } }],
  ['#2 2026-06-01T11:45', { kind: 'set', words: '#2', when: { kind: 'at', at: new Date('2026-06-01T09:45:00Z') } }],
  ['off', { kind: 'off', words: '' }],
  ['#2 off', { kind: 'off', words: '#2' }],
  ['off #2', { kind: 'off', words: '#2' }],
  ['mute', { kind: 'muteAll', isMuted: true }],
  ['mute all', { kind: 'muteAll', isMuted: true }],
  ['mute #2', { kind: 'off', words: '#2' }],
  ['unmute', { kind: 'muteAll', isMuted: false }],
  ['list', { kind: 'list' }],
  ['default', { kind: 'usual', asked: { kind: 'shown' } }],
  ['default 10m', { kind: 'usual', asked: { kind: 'lead', lead: 'PT10M' } }],
  ['default off', { kind: 'usual', asked: { kind: 'off' } }],
  ['snooze', { kind: 'snooze', until: 600_000 }],
  ['snooze 5m', { kind: 'snooze', until: 300_000 }],
  ['snooze start', { kind: 'snooze', until: 'then' }],
];

describe('remind', () => {
  let bot: BotHarness;

  beforeEach(() => {
    bot = new BotHarness({ gateway: new FakeGateway(meeting({ id: 'M1', subject: 'Old' })), members: MEMBERS });
  });

  const says = async (words: string, chat = {}): Promise<string> => (await bot.ask(words, chat)).text ?? '';

  /** The one reminder that was said. */
  const only = (said: readonly Posted[]): Posted => {
    const [first] = said;
    assert.ok(first !== undefined && said.length === 1, `${String(said.length)} reminders`);
    return first;
  };

  for (const [typed, read] of READ) {
    it(`understands "${typed}"`, () => {
      assert.deepEqual(parseRemindArgs(typed, 'Europe/Berlin'), read);
    });
  }

  it('does not take a time from now for one before the meeting', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);

    for (const words of ['remind me in 10 minutes', 'remind 10 parsecs', 'remind default soon']) {
      assert.match(await says(words), /count back from the meeting/u);
    }
    assert.deepEqual(await bot.reminders.ofPerson(ANNA.aadObjectId), []);
  });

  it('answers with the meeting shown here last, and when it comes in the zone of the reader', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);

    const here = await says('remind 10m');
    const there = await says('remind 10m', { timezone: 'America/New_York' });

    assert.match(here, /I remind you here on Mon, Jun 1, 2026, 11:50.AM \(GMT\+2\): 10 min before "Retro" starts\./u);
    assert.match(there, /Mon, Jun 1, 2026, 5:50.AM \(EDT\)/u);
  });

  it('knows the meeting by number, subject, and ID, and of a card that is answered', async () => {
    const first = await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('new Review start=2026-06-01T13:00');
    await bot.ask('list');

    assert.match(await says('remind #1 30m'), /"Retro"/u);
    assert.match(await says('remind review 30m'), /"Review"/u);
    assert.match(await says('remind NEW00001 1h'), /1 h before "Retro"/u);
    assert.match(await says('remind 5m'), /"Review"/u);
    assert.match(await says('remind 5m', { replyTo: first.id }), /"Retro"/u);
  });

  it('means the card everybody saw last in a group, whoever asked for it', async () => {
    await bot.ask(`new Retro ${AT_NOON}`, GROUP);
    await bot.ask(`new Review ${AT_NOON}`, { ...GROUP, as: LUKAS });

    assert.match(await says('remind 10m', GROUP), /"Review"/u);
  });

  it('asks which one when several fit, and goes on with what was asked', async () => {
    await bot.ask(`new Retro one ${AT_NOON}`);
    await bot.ask(`new Retro two ${AT_NOON}`);
    const choice = await bot.ask('remind retro 30m');

    const answer = await bot.click(choice, 'Remind me of this one', { inputs: { meetingId: 'NEW00002' } });

    assert.deepEqual(choicesOf(choice.card ?? {}, 'meetingId'), ['NEW00001', 'NEW00002']);
    assert.match(answer.text ?? '', /30 min before "Retro two" starts/u);
  });

  it('counts down to the end where nobody knows the start, and says so', async () => {
    await bot.ask('show M1');

    const answer = await says('remind 1d');

    assert.match(answer, /Wed, Dec 23, 2026, 6:00.PM \(GMT\+1\): 1 day before "Old" closes\. Nobody told me when/u);
  });

  it('says what to do about a meeting without any time', async () => {
    bot.gateway.touch('M1', { expiresAt: undefined });
    await bot.ask('show M1');

    assert.match(
      await says('remind 10m'),
      /nothing to count down to\.\n\nPlease give it a start: say for example "edit/u,
    );
  });

  it('says that a moment is past, and how much is left', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);

    assert.match(await says('remind 2h'), /starts in 60 min, so that moment is past/u);
    assert.match(await says('remind 2026-06-01T12:30'), /cannot read "2026-06-01T10:30"/u);
    bot.reminders.aheadMs = 61 * MINUTE;
    assert.match(await says('remind 0m'), /has begun already/u);
  });

  it('takes a moment, too, which moves along with the meeting', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    assert.match(await says('remind 2026-06-01T11:40'), /11:40.AM \(GMT\+2\): 20 min before/u);

    await bot.ask('edit last start=2026-06-01T13:00');

    assert.match(await says('remind list'), /12:40.PM \(GMT\+2\): 20 min before "Retro" starts/u);
  });

  it('comes with a new meeting', async () => {
    const made = await bot.ask(`new Retro ${AT_NOON} remind=15m`);

    assert.match(
      allWords(made.card ?? {}),
      /I remind you here on .* 11:45.AM \(GMT\+2\): 15 min before "Retro" starts/u,
    );
    assert.match(allWords(made.card ?? {}), /Start/u);
  });

  it('does not keep a meeting from being made when it cannot be planned', async () => {
    const made = await bot.ask(`new Retro ${AT_NOON} remind=2h`);

    assert.match(allWords(made.card ?? {}), /Retro.*so that moment is past/u);
    assert.equal(bot.gateway.count('create'), 1);
  });

  it('refuses a start that is past, after the end, or without a subject, and makes nothing', async () => {
    const end = 'expires=2026-06-01T11:30';

    for (const words of ['new X start=2026-06-01T10:00', `new X ${AT_NOON} ${end}`]) {
      assert.match(await says(words), /can start at a moment that is still to come, before it closes/u);
    }
    assert.match(await says(`new ${AT_NOON}`), /needs a subject/u);
    assert.equal(bot.gateway.count('create'), 0);
  });

  it('keeps a meeting open until a day after its start, unless told otherwise', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask(`new Other ${AT_NOON} expires=2026-06-01T18:00`);

    const ends = ['NEW00001', 'NEW00002'].map((id) => bot.gateway.meetings.get(id)?.expiresAt?.toISOString());
    assert.deepEqual(ends, ['2026-06-02T10:00:00.000Z', '2026-06-01T16:00:00.000Z']);
  });

  it('has one reminder for a meeting: another word changes it', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('remind 10m');
    await bot.ask('remind 30m');

    const said = [...(await bot.remindAfter(30 * MINUTE)), ...(await bot.remindAfter(30 * MINUTE))];

    assert.match(allWords(only(said).card ?? {}), /Starts in 30 min/u);
  });

  it('lists what is coming: all of it in the personal chat, elsewhere what comes there', async () => {
    await bot.ask(`new Retro ${AT_NOON}`, GROUP);
    await bot.ask('remind 10m', GROUP);
    await bot.ask('new Review start=2026-06-01T13:00');
    await bot.ask('remind 10m');

    const [alone, shared, others] = [
      await says('remind list'),
      await says('remind list', GROUP),
      await says('remind list', { ...GROUP, as: LUKAS }),
    ];

    assert.match(alone, /Coming up for you:[\s\S]*11:50.*"Retro"[\s\S]*12:50.*"Review"/u);
    assert.match(shared, /Retro/u);
    assert.doesNotMatch(shared, /Review/u);
    assert.match(others, /No reminder is coming/u);
  });

  it('ends one with "off", and says when there was none', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('remind 10m');

    assert.match(await says('remind off'), /do not remind you of "Retro" any more/u);
    assert.match(await says('remind #1 off'), /./u);
    assert.match(await says('remind retro off'), /There was no reminder of "Retro"/u);
    assert.deepEqual(await bot.remindAfter(60 * MINUTE), []);
  });

  it('reminds of every meeting somebody makes from now on, once that is their habit', async () => {
    assert.match(await says('remind default'), /nothing unless you ask/u);
    assert.match(await says('remind default 10m'), /10 min before each meeting you make with "new"/u);
    assert.match(await says('remind default'), /I remind you 10 min before/u);
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask(`new His ${AT_NOON}`, { as: LUKAS });

    const said = only(await bot.remindAfter(50 * MINUTE));

    assert.match(allWords(said.card ?? {}), /Starts in 10 min.*Retro/u);
  });

  it('reminds of a meeting of theirs that is shown to them, and of nobody else’s', async () => {
    await bot.ask(`new Retro ${AT_NOON}`, GROUP);
    await bot.ask('remind default 10m');
    await bot.ask('remind default 10m', { as: LUKAS });

    await bot.ask('show retro', { ...GROUP, as: LUKAS });
    const before = await says('remind list');
    await bot.ask('show retro');

    assert.match(before, /No reminder/u);
    assert.match(await says('remind list'), /Retro/u);
    assert.match(await says('remind list', { as: LUKAS }), /No reminder/u);
  });

  it('leaves out of the habit what somebody does not want to hear of', async () => {
    await bot.ask('remind default 10m');
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('remind off');
    await bot.ask('show retro');

    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
  });

  it('ends the habit for what comes later', async () => {
    await bot.ask('remind default 10m');
    await bot.ask(`new Retro ${AT_NOON}`);
    assert.match(await says('remind default off'), /only when you ask/u);
    await bot.ask(`new Review ${AT_NOON}`);

    assert.match(allWords(only(await bot.remindAfter(50 * MINUTE)).card ?? {}), /Retro/u);
  });

  it('says nothing to whoever has muted everything, until they unmute', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('remind 30m');
    await bot.ask('new Review start=2026-06-01T13:00');
    assert.match(await says('mute'), /Say "unmute"/u);
    assert.match(await says('remind 30m'), /muted all reminders, though/u);

    const muted = await bot.remindAfter(30 * MINUTE);
    await bot.ask('unmute');
    const unmuted = await bot.remindAfter(60 * MINUTE);

    assert.deepEqual(muted, []);
    assert.match(allWords(only(unmuted).card ?? {}), /Review/u);
  });

  it('comes again after "snooze", which needs something to come again', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    assert.match(await says('snooze 5m'), /have not reminded you of anything yet/u);
    await bot.ask('remind 10m');
    await bot.remindAfter(50 * MINUTE);

    const answer = await says('snooze 5m');

    assert.match(answer, /"Retro" again on Mon, Jun 1, 2026, 11:55.AM/u);
    assert.match(await says('remind list'), /11:55.AM \(GMT\+2\): "Retro" once more/u);
    assert.deepEqual(await bot.remindAfter(4 * MINUTE), []);
    assert.match(allWords(only(await bot.remindAfter(MINUTE)).card ?? {}), /Starts in 5 min/u);
  });

  it('remembers a meeting that Confer did not make, and tells of it when the server is away', async () => {
    await bot.ask('show M1');
    await bot.ask('edit M1 start=2026-06-01T12:00');
    await bot.ask('remind 10m');
    bot.gateway.failNext('get', new MeetingProblem('server.unreachable'), 5);

    const said = only(await bot.remindAfter(50 * MINUTE));

    assert.match(allWords(said.card ?? {}), /Starts in 10 min.*Old/u);
  });

  it('offers itself on the card of a meeting, to everybody who sees it', async () => {
    const made = await bot.ask(`new Retro ${AT_NOON}`, GROUP);

    const answer = await bot.click(made, 'Remind me', { as: LUKAS });

    assert.match(answer.text ?? '', /10 min before "Retro" starts/u);
    assert.equal((await bot.reminders.ofPerson(LUKAS.aadObjectId)).length, 1);
    assert.deepEqual(await bot.reminders.ofPerson(ANNA.aadObjectId), []);
  });
});
