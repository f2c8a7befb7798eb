import assert from 'node:assert/strict';

import { cardActionOf } from '../../src/bot/card-action';
import { commands } from '../../src/commands';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { messageActivity } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { short } from '../support/short';

const VERBS = commands.flatMap(({ actions = {} }) => Object.keys(actions));

/** Values no honest client sends. */
const ODD = [null, 0, true, '', 'x', '__proto__', 'constructor', [], ['x'], {}, { a: 1 }, 'y'.repeat(100_000)] as const;

/** Every name that any handler reads. */
const FIELDS = [
  ...['meetingId', 'formId', 'zone', 'base', 'colliding', 'command', 'args', 'page'],
  ...['subject', 'description', 'untilDate', 'untilTime', 'attendees', 'leaders'],
  ...['presenters', 'access', 'phoneAllowed', 'phoneSkipsLobby', 'announcements'],
] as const;

const UNKNOWN_VERBS = [
  '',
  'edit',
  'edit.nothing',
  'nothing.edit',
  'constructor',
  '__proto__',
  'edit.__proto__',
  'toString.call',
];

/** Invokes whose envelope is broken. */
const BROKEN = [undefined, null, 'x', 5, [], {}, { action: null }, { action: 'x' }, { action: { verb: 5 } }].map(
  (value) => ({
    title: short(value),
    value,
  }),
);

function invoke(verb: string, data: unknown, id: string) {
  const { text, ...envelope } = messageActivity('', { id });
  assert.equal(text, '');
  const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' };
  return { ...envelope, type: 'invoke', name: 'adaptiveCard/action', replyToId: 'card-1', value };
}

describe('a pressed button', function () {
  this.timeout(10_000);

  for (const verb of VERBS) {
    it(`A-26: never crashes or changes another meeting with odd data: ${verb}`, async () => {
      const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
      const before = structuredClone(bot.gateway.meetings.get('IB88RLLY'));

      for (const data of [...ODD, ...FIELDS.flatMap((field) => ODD.map((value) => ({ [field]: value })))]) {
        const answer = await bot.invoke(invoke(verb, data, bot.nextId()));
        assert.equal(answer.status, 200, short(data));
      }

      assert.deepEqual(bot.gateway.meetings.get('IB88RLLY'), before);
      assert.deepEqual(bot.log.of('turn.failed'), []);
    });

    it(`A-26: keeps the meeting when every field is odd at once: ${verb}`, async () => {
      const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
      const before = structuredClone(bot.gateway.meetings.get('IB88RLLY'));

      for (const value of ODD) {
        const data = { ...Object.fromEntries(FIELDS.map((field) => [field, value])), meetingId: 'IB88RLLY' };
        await bot.invoke(invoke(verb, data, bot.nextId()));
      }

      const isMeantToCancel = verb === 'cancel.confirm';
      assert.deepEqual(bot.gateway.meetings.get('IB88RLLY'), isMeantToCancel ? undefined : before);
      assert.deepEqual(bot.log.of('turn.failed'), []);
    });
  }

  for (const verb of UNKNOWN_VERBS) {
    it(`A-26: of a card that is too old, or of none, does nothing and says so: "${verb}"`, async () => {
      const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });

      const answer = await bot.invoke(invoke(verb, { meetingId: 'IB88RLLY' }, bot.nextId()));

      assert.match(answer.text ?? '', /That card is from an older version/u);
      assert.deepEqual(bot.gateway.calls, []);
    });
  }

  for (const { title, value } of BROKEN) {
    it(`A-26: is refused when it is none: ${title}`, async () => {
      const bot = new BotHarness();

      const answer = await bot.invoke({ ...invoke('x', {}, 'i-1'), value });

      assert.equal(answer.status, 400);
      assert.deepEqual(bot.adapter.events.length, 1);
    });
  }

  it('is answered as not implemented when it is an invoke of another kind', async () => {
    const bot = new BotHarness();

    const answer = await bot.invoke({ ...invoke('x', {}, 'i-1'), name: 'composeExtension/query' });

    assert.equal(answer.status, 501);
  });

  it('does not run a command that is none, and runs help for none', async () => {
    const bot = new BotHarness();

    const odd = await bot.invoke(invoke('help.run', { command: 'constructor' }, 'i-1'));
    const none = await bot.invoke(invoke('help.run', {}, 'i-2'));

    assert.match(odd.text ?? '', /older version/u);
    assert.match(allWords(none.posted[0]?.card ?? {}), /This is what I can do/u);
  });

  it('A-26: of Action.Submit with an unknown verb says so, and does nothing', async () => {
    const bot = new BotHarness();

    const [reply] = await bot.deliver({ ...messageActivity('', { id: 'm-1' }), value: { verb: 'gone.old' } });

    assert.match(reply?.text ?? '', /older version/u);
  });

  it('of Action.Submit without a verb is read as the words it came with', () => {
    assert.equal(cardActionOf({ type: 'message', text: 'help', value: { anything: 1 } }), undefined);
    assert.equal(cardActionOf({ type: 'message', text: 'help', value: [1] }), undefined);
  });
});
