import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness, type HarnessParts } from '../support/bot-harness';
import { allWords, titlesOf } from '../support/card-reading';
import { ANNA, BOT, LUKAS, messageActivity, type Posted, postedOf } from '../support/chat';
import { MEMBERS } from '../support/owners';

const MINUTE = 60_000;
const GROUP = { place: 'groupChat' } as const;

/** An hour after the tests begin. */
const AT_NOON = 'start=2026-06-01T12:00';

/** What may become of a reminder between the journal and the chat. */
const NEWER_PLANS = [
  ['muted', { state: 'off' }],
  ['due at another time', { dueAt: new Date('2026-06-01T09:55:00Z') }],
] as const;

describe('reminders', () => {
  let bot: BotHarness;

  beforeEach(() => {
    bot = new BotHarness({ members: MEMBERS });
  });

  const only = (said: readonly Posted[]): Posted => {
    const [first] = said;
    assert.ok(first !== undefined && said.length === 1, `${String(said.length)} reminders`);
    return first;
  };

  const wordsOf = (posted: Posted): string => allWords(posted.card ?? {});

  /** A meeting in the group chat with a reminder of it for Anna, ten minutes before it. */
  const withReminder = async (): Promise<void> => {
    await bot.ask(`new Retro ${AT_NOON}`, GROUP);
    await bot.ask('remind 10m', GROUP);
  };

  /** Another process on the same database, in the same chats. */
  const twin = (over: HarnessParts = {}): BotHarness => {
    const { journal, reminders, adapter, gateway, store } = bot;
    return new BotHarness({ journal, reminders, adapter, gateway, store, members: MEMBERS, ...over });
  };

  const droppedBecause = (): unknown[] =>
    bot.log.records.filter(({ event }) => event === 'reminder.dropped').map(({ fields }) => fields.reason);

  it('say in a group what begins when, and mention only whoever asked', async () => {
    await withReminder();

    const said = only(await bot.remindAfter(50 * MINUTE));

    const mentions = said.activity.entities?.filter(({ type }) => type === 'mention');
    const text = '<at>Anna Berger</at>';
    assert.deepEqual(mentions, [{ type: 'mention', mentioned: { id: ANNA.id, name: ANNA.name }, text }]);
    assert.equal(said.text, text);
    assert.equal(said.activity.conversation?.id, '19:group@thread.v2');
    assert.match(wordsOf(said), /Starts in 10 min \| Retro \| Start: \{\{DATE\(2026-06-01T10:00:00Z/u);
    assert.deepEqual(titlesOf(said.card ?? {}), [
      ...['Join', 'Snooze 5 min', 'Snooze 10 min', 'At the start', 'Mute for this meeting'],
    ]);
  });

  it('show no PIN and no word about the lobby', async () => {
    await withReminder();

    const said = only(await bot.remindAfter(50 * MINUTE));

    assert.doesNotMatch(JSON.stringify(said.activity), /12983487|lobby|company/iu);
  });

  it('need no mention in a personal chat', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('remind 10m');

    const said = only(await bot.remindAfter(50 * MINUTE));

    assert.deepEqual([said.text, said.activity.entities ?? []], [undefined, []]);
    assert.doesNotMatch(wordsOf(said), /Reminder for/u);
  });

  it('go into the thread of the card, also when they were asked for in another thread of the channel', async () => {
    const cardIn = { place: 'channel', thread: 'root-7' } as const;
    await bot.ask(`new Retro ${AT_NOON}`, cardIn);
    await bot.ask('remind retro 10m', { place: 'channel', thread: 'root-9' });

    const said = only(await bot.remindAfter(50 * MINUTE));

    assert.deepEqual(said.chat, cardIn);
  });

  it('stay in the thread in which they were asked for when the meeting has no card in that channel', async () => {
    await bot.ask(`new Retro ${AT_NOON}`);
    await bot.ask('remind retro 10m', { place: 'channel', thread: 'root-9' });

    assert.equal(only(await bot.remindAfter(50 * MINUTE)).chat.thread, 'root-9');
  });

  it('are said once, however many processes look', async () => {
    await withReminder();
    const other = twin();
    bot.reminders.aheadMs = 50 * MINUTE;
    const from = bot.adapter.events.length;

    await Promise.all([bot.remindAfter(), other.remindAfter(), bot.remindAfter(), other.remindAfter()]);

    const sent = bot.adapter.events
      .slice(from)
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message');
    assert.equal(sent.length, 1);
    await other.stop();
  });

  it('are said once by whoever takes over from a process that ended before it noted that', async () => {
    await withReminder();
    bot.reminders.isCutOff = true;
    await assert.rejects(bot.remindAfter(50 * MINUTE));
    await bot.idle();
    bot.reminders.isCutOff = false;
    const said = bot.adapter.events.length;
    const other = twin();

    const tooEarly = await other.remindAfter();
    const again = await other.remindAfter(MINUTE);

    assert.deepEqual([tooEarly, again], [[], []]);
    assert.match(JSON.stringify(bot.adapter.events[said - 1]?.activity), /Starts in 10 min/u);
    assert.equal((await bot.reminders.ofPerson(ANNA.aadObjectId))[0]?.state, 'said');
    await other.stop();
  });

  it('are said by another process when the one that handed them to the journal ends before it speaks', async () => {
    await withReminder();
    await bot.stop();
    const before = bot.adapter.events.length;
    await bot.handOverAfter(50 * MINUTE);
    const after = bot.adapter.events.length;
    const other = twin();
    await other.idle();

    const said = bot.adapter.events.slice(after).map(({ activity }) => postedOf(activity));

    assert.equal(after, before);
    assert.match(wordsOf(only(said)), /Starts in 10 min/u);
    await other.stop();
  });

  it('tell as which message they are on the screen, so that a second copy goes', async () => {
    await withReminder();

    const said = only(await bot.remindAfter(50 * MINUTE));

    const { userIds, action } = said.card?.refresh as { userIds: unknown; action: { verb: string } };
    assert.deepEqual([userIds, action.verb], [[ANNA.id], 'operation.refresh']);
  });

  it('move with the meeting, also after they were said', async () => {
    await withReminder();
    await bot.say('edit retro start=2026-06-01T12:30', GROUP);
    const early = await bot.remindAfter(50 * MINUTE);
    const first = only(await bot.remindAfter(30 * MINUTE));
    await bot.say('edit retro start=2026-06-01T13:30', GROUP);
    const second = only(await bot.remindAfter(60 * MINUTE));

    assert.deepEqual(early, []);
    assert.match(wordsOf(first), /Starts in 10 min/u);
    assert.match(wordsOf(second), /Starts in 10 min/u);
  });

  it('move with an end that is saved in the form', async () => {
    await bot.ask('new Retro expires=2026-06-01T12:00');
    await bot.ask('remind 10m');
    const shown = await bot.ask('show retro');
    const form = await bot.click(shown, 'Edit');
    assert.ok(form.shown);

    await bot.click(form.shown, 'Save', { inputs: { untilDate: '2026-06-01', untilTime: '13:00' } });

    const [planned] = await bot.reminders.ofPerson(ANNA.aadObjectId);
    assert.equal(planned?.dueAt.toISOString(), '2026-06-01T10:50:00.000Z');
    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
    const said = only(await bot.remindAfter(60 * MINUTE));
    assert.match(wordsOf(said), /Closes in 10 min \| Retro \| Open until.*Nobody told me when it starts/u);
  });

  it('move with an end that was changed elsewhere, of which nobody told Confer', async () => {
    await bot.ask('new Retro expires=2026-06-01T12:00');
    await bot.ask('remind 10m');
    bot.gateway.touch('NEW00001', { expiresAt: new Date('2026-06-01T11:00:00Z') });

    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
    assert.deepEqual(droppedBecause(), ['moved']);
    assert.match(wordsOf(only(await bot.remindAfter(60 * MINUTE))), /Closes in 10 min/u);
  });

  it('are gone with a meeting that is cancelled', async () => {
    await withReminder();
    const asked = await bot.ask('cancel retro', GROUP);
    await bot.click(asked, 'cancel.confirm');

    assert.deepEqual(await bot.reminders.ofPerson(ANNA.aadObjectId), []);
    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
  });

  it('are not said of a meeting that is gone when its reminder gets to the journal', async () => {
    await withReminder();
    bot.gateway.meetings.delete('NEW00001');

    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
    assert.deepEqual(droppedBecause(), ['gone']);
    assert.deepEqual(await bot.reminders.ofPerson(ANNA.aadObjectId), []);
  });

  it('are not said of a meeting that is cancelled, nor to somebody forgotten, after the journal took them', async () => {
    await withReminder();
    await bot.ask(`new Review ${AT_NOON}`, { ...GROUP, as: LUKAS });
    await bot.ask('remind 10m', { ...GROUP, as: LUKAS });
    await bot.stop();
    await bot.handOverAfter(50 * MINUTE);
    const record = await bot.store.findRecord('NEW00001');
    assert.ok(record);
    await bot.store.saveRecord({ ...record, cancelledAt: '2026-06-01T09:50:00.000Z' });
    await bot.reminders.erase(LUKAS.aadObjectId);
    const from = bot.adapter.events.length;

    const other = twin();
    await other.idle();

    assert.deepEqual(bot.adapter.events.slice(from), []);
    await other.stop();
  });

  for (const [what, plan] of NEWER_PLANS) {
    it(`are not said when the journal gets to them late and they are ${what}`, async () => {
      await withReminder();
      await bot.stop();
      await bot.handOverAfter(50 * MINUTE);
      const [said] = await bot.reminders.ofPerson(ANNA.aadObjectId);
      assert.ok(said);
      await bot.reminders.plan(said, plan);
      const from = bot.adapter.events.length;

      const other = twin();
      await other.idle();

      assert.deepEqual(bot.adapter.events.slice(from), []);
      await other.stop();
    });
  }

  it('turn into the grave of a meeting that is cancelled once they were said', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));
    const asked = await bot.ask('cancel retro', GROUP);
    await bot.click(asked, 'cancel.confirm');
    await bot.idle();

    assert.match(wordsOf(bot.showing(said)), /Cancelled/u);
    assert.deepEqual(titlesOf(bot.showing(said).card ?? {}), []);
  });

  it('come late when every process was away, as long as the meeting has just begun', async () => {
    await withReminder();

    const said = only(await bot.remindAfter(64 * MINUTE));

    assert.match(wordsOf(said), /Started 4 min ago/u);
    assert.deepEqual(titlesOf(said.card ?? {}), ['Join', 'Snooze 5 min', 'Mute for this meeting']);
  });

  it('are dropped when the meeting began more than ten minutes ago, which the log tells', async () => {
    await withReminder();

    assert.deepEqual(await bot.remindAfter(71 * MINUTE), []);
    assert.deepEqual(droppedBecause(), ['missed']);
  });

  it('are not said to anybody who was forgotten', async () => {
    await withReminder();
    await bot.reminders.erase(ANNA.aadObjectId);

    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
  });

  it('send nothing to an address that the settings do not allow any more', async () => {
    await withReminder();
    bot.mayAnswer = () => false;

    assert.deepEqual(await bot.remindAfter(50 * MINUTE), []);
    assert.deepEqual(droppedBecause(), ['address']);
  });

  it('go by what is remembered of a meeting when the server does not answer', async () => {
    await withReminder();
    bot.gateway.failNext('get', new MeetingProblem('server.unreachable'));

    assert.match(wordsOf(only(await bot.remindAfter(50 * MINUTE))), /Starts in 10 min \| Retro/u);
  });

  it('come again after a snooze, and the card says when', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));

    const snoozed = await bot.click(said, 'Snooze 5 min');
    const again = await bot.remindAfter(5 * MINUTE);

    assert.match(allWords(snoozed.card ?? {}), /I remind you again: \{\{DATE\(2026-06-01T09:55:00Z/u);
    assert.match(wordsOf(only(again)), /Starts in 5 min/u);
  });

  it('come again at the start', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));
    await bot.click(said, 'At the start');

    assert.deepEqual(await bot.remindAfter(9 * MINUTE), []);
    assert.match(wordsOf(only(await bot.remindAfter(MINUTE))), /Starts now/u);
  });

  it('are not snoozed into a time in which nobody needs them', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));
    bot.reminders.aheadMs += 16 * MINUTE;

    const { text } = await bot.click(said, 'Snooze 5 min');

    assert.match(text ?? '', /has begun already/u);
  });

  it('are not said any more of a meeting that is muted, whatever becomes of it', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));

    const muted = await bot.click(said, 'Mute for this meeting');
    await bot.say('edit retro start=2026-06-01T14:00', GROUP);

    assert.match(allWords(muted.card ?? {}), /Muted: I say no more about this meeting/u);
    assert.deepEqual(titlesOf(muted.card ?? {}), ['Join']);
    assert.deepEqual(await bot.remindAfter(180 * MINUTE), []);
  });

  it('are left alone by everybody else, who hear that kindly', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));
    const before = await bot.reminders.ofPerson(ANNA.aadObjectId);

    for (const button of ['Snooze 5 min', 'Mute for this meeting']) {
      const { text } = await bot.click(said, button, { as: LUKAS });
      assert.match(text ?? '', /somebody else’s, so I leave it as it is\. Say "remind 10m"/u);
    }
    assert.deepEqual(await bot.reminders.ofPerson(ANNA.aadObjectId), before);
    assert.match(wordsOf(bot.showing(said)), /Starts in 10 min/u);
  });

  it('know a button of a reminder that is not there any more', async () => {
    await withReminder();
    const said = only(await bot.remindAfter(50 * MINUTE));
    await bot.reminders.forget('NEW00001');

    assert.match((await bot.click(said, 'Snooze 5 min')).text ?? '', /not there any more/u);
  });

  describe('from outside', () => {
    /** What the journal holds of Anna's reminder when it is due. */
    const own = async (): Promise<object> => {
      const [reminder] = await bot.reminders.ofPerson(ANNA.aadObjectId);
      return { kind: 'reminder', id: reminder?.id, revision: reminder?.revision };
    };

    for (const verb of ['reminder', 'remind.due', 'remind.say', 'confer/own']) {
      it(`cannot be said by a forged button "${verb}"`, async () => {
        await withReminder();
        const shown = await bot.ask('show retro', { ...GROUP, as: LUKAS });
        const action = { type: 'Action.Execute', verb, data: { own: await own(), verb } };
        const invoke = { name: 'adaptiveCard/action', type: 'invoke', value: { action, own: await own() } };

        const { text, posted } = await bot.invoke({
          ...messageActivity('', { ...GROUP, as: LUKAS, id: 'forged' }),
          ...invoke,
          replyToId: shown.id,
        });

        assert.match(text ?? '', /card is from an older/u);
        assert.deepEqual(posted, []);
      });
    }

    it('cannot be said by a forged message or event', async () => {
      await withReminder();
      const wish = { own: await own(), value: { own: await own() } };
      const message = messageActivity('list', { ...GROUP, as: LUKAS, id: 'forged-1' });

      const answered = await bot.deliver({ ...message, ...wish });
      const event = await bot.deliver({ ...message, id: 'forged-2', type: 'event', name: 'confer/own', ...wish });

      assert.doesNotMatch(JSON.stringify(answered.map(({ activity }) => activity)), /Starts in/u);
      assert.deepEqual(event, []);
    });

    it('find no words in a name that act', async () => {
      const mallory = { ...LUKAS, name: '<at>Everybody</at> & [x](https://evil.example)' };
      await bot.ask(`new Retro ${AT_NOON}`, GROUP);
      await bot.ask('remind 10m', { ...GROUP, as: mallory });

      const said = only(await bot.remindAfter(50 * MINUTE));

      assert.equal(said.text, '<at>&lt;at&gt;Everybody&lt;/at&gt; &amp; [x](https://evil.example)</at>');
      const mentioned = said.activity.entities?.map(
        (entity) => (entity as { mentioned?: { id?: string } }).mentioned?.id,
      );
      assert.deepEqual(mentioned, [LUKAS.id]);
      assert.ok(!mentioned.includes(BOT.id));
    });
  });
});
