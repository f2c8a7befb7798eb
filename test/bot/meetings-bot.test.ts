import assert from 'node:assert/strict';

import { DeadlineError } from '../../src/shared/abort';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { ANNA, BOT, LUKAS, messageActivity } from '../support/chat';
import { deferred } from '../support/deferred';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

/** The same words, as different clients deliver them. */
const CLOTHED = (
  [
    '<at>Confer</at> start Retro',
    '<p><at>Confer</at>&nbsp;start Retro</p>',
    'start Retro <at>Confer</at>',
    '<div>\n<at>Confer</at>&nbsp;<b>start</b> Retro</div>',
    '\u00A0<at>Confer</at>\u00A0\u00A0start\u00A0Retro\u200B',
    '<at>Confer</at> START Retro',
    '<at>Confer</at> /start “Retro”',
  ] as const
).map((text) => ({ title: JSON.stringify(text), text }));

/** Mentions of the bot whose entity is missing, or does not repeat the text letter by letter. */
const HALF_MARKED = (
  [
    ['<at>Confer</at> start Retro', undefined],
    ['<at id="0">Confer</at>&nbsp;start Retro', undefined],
    ['<p><at id="0">Confer</at>&nbsp;start Retro</p>', [{ type: 'mention', mentioned: BOT, text: '<at>Confer</at>' }]],
    ['<div><at>Meeting helper</at> start Retro</div>', undefined],
    ['start Retro <at>confer</at>', []],
    ['@Confer start Retro', undefined],
  ] as const
).map(([text, entities]) => ({ title: JSON.stringify(text), text, entities }));

const ODD_CLIENTS = [
  { name: 'zone', raw: { localTimezone: 'Mars/Olympus' } },
  { name: 'locale', raw: { locale: '§§' } },
  { name: 'client info', raw: { entities: [null, 5, { type: 'clientInfo', timezone: 7 }] } },
] as const;

describe('MeetingsBot', () => {
  for (const { title, text } of CLOTHED) {
    it(`reads the words out of ${title}`, async () => {
      const bot = new BotHarness();

      await bot.ask('', { place: 'channel', raw: { text } });

      assert.deepEqual(bot.gateway.inputs('start'), ['Retro']);
    });
  }

  for (const { title, text, entities } of HALF_MARKED) {
    it(`knows its own mention in ${title}`, async () => {
      const bot = new BotHarness();

      await bot.ask('', { place: 'channel', raw: { text, entities } });

      assert.deepEqual(bot.gateway.inputs('start'), ['Retro']);
    });
  }

  it('knows its own mention when a client does not say who it is', async () => {
    const bot = new BotHarness();

    await bot.ask('', { place: 'channel', raw: { text: '<at>Confer</at> start Retro', recipient: undefined } });

    assert.deepEqual(bot.gateway.inputs('start'), ['Retro']);
  });

  it('does not take the mention of somebody else for its own', async () => {
    const bot = new BotHarness();
    const entities = [{ type: 'mention', mentioned: LUKAS, text: '<at>Lukas Hoff</at>' }];

    await bot.ask('', { place: 'channel', raw: { text: '<at>Lukas Hoff</at> start Retro', entities } });

    assert.deepEqual(bot.gateway.calls, []);
  });

  it('keeps the names of other people who are mentioned', async () => {
    const bot = new BotHarness();
    const entities = [
      { type: 'mention', mentioned: BOT, text: '<at>Confer</at>' },
      { type: 'mention', mentioned: LUKAS, text: '<at>Lukas Hoff</at>' },
    ];

    await bot.ask('', { place: 'channel', raw: { text: '<at>Confer</at> start 1:1 <at>Lukas Hoff</at>', entities } });

    assert.deepEqual(bot.gateway.inputs('start'), ['1:1 Lukas Hoff']);
  });

  it('keeps what only looks like markup', async () => {
    const bot = new BotHarness();

    await bot.ask('start a &lt;b&gt; c < d > e & f');

    assert.deepEqual(bot.gateway.inputs('start'), ['a <b> c < d > e & f']);
  });

  it('answers a message longer than it reads, and does nothing', async () => {
    const bot = new BotHarness();

    const { text } = await bot.ask(`start ${'x'.repeat(100_000)}`);

    assert.match(text ?? '', /too long for me: 100006 characters, and I read up to 28000/u);
    assert.match(text ?? '', /I have not done anything/u);
    assert.deepEqual(bot.gateway.calls, []);
  });

  for (const text of [undefined, null, 5, '', ['start']]) {
    it(`asks back when an activity has no words: ${typeof text}`, async () => {
      const bot = new BotHarness();

      const { card } = await bot.ask('', { raw: { text } });

      assert.match(allWords(card ?? {}), /How can I help\?/u);
    });
  }

  it('takes a second delivery of an activity for the first', async () => {
    const bot = new BotHarness();

    const first = await bot.say('new Retro', { id: 'same' });
    const second = await bot.say('new Retro', { id: 'same' });

    assert.deepEqual([first.length, second.length], [1, 0]);
    assert.equal(bot.gateway.count('create'), 1);
  });

  it('tells equal ids of two conversations apart', async () => {
    const bot = new BotHarness();

    await bot.say('new Retro', { id: 'same' });
    await bot.say('new Retro', { id: 'same', place: 'groupChat' });

    assert.equal(bot.gateway.count('create'), 2);
  });

  it('asks a server again that took too long, and looks first whether the meeting is there', async () => {
    const bot = new BotHarness();
    bot.gateway.failNext('create', new DeadlineError(45_000));

    assert.deepEqual(await bot.say('new Retro'), []);
    for (let rest = 0; rest < 10; rest += 1) await bot.later(10_000);

    const shown = bot.adapter.events.filter(({ activity }) => activity.type === 'message');
    assert.match(JSON.stringify(shown.at(-1)), /Your meeting is ready/u);
    assert.equal(shown.filter(({ kind }) => kind === 'sent').length, 1);
    assert.equal(bot.gateway.count('create'), 2);
    assert.ok(bot.gateway.count('findMarked') > 1);
  });

  it('gives back what is under way when the process stops, and the next one finishes it', async () => {
    const first = new BotHarness();
    const held = deferred();
    first.gateway.beforeNext('list', async () => {
      await held.promise;
    });
    await first.say('join last');
    void first.say('join quarterly');
    while (first.gateway.count('list') === 0) await new Promise(setImmediate);
    const stopped = first.stop();
    held.resolve(undefined);
    await stopped;
    assert.deepEqual(first.adapter.events.filter(({ activity }) => activity.type === 'message').length, 1);

    const { journal } = first;
    const second = new BotHarness({ journal, gateway: new FakeGateway(meeting()) });
    await second.idle();

    const [posted] = second.adapter.events.filter(({ activity }) => activity.type === 'message');
    assert.match(JSON.stringify(posted), /This meeting is open/u);
  });

  it('takes a second delivery for the first when another process gets it', async () => {
    const first = new BotHarness();
    await first.say('new Retro', { id: 'same' });
    const second = new BotHarness({ journal: first.journal, gateway: first.gateway });

    assert.deepEqual(await second.say('new Retro', { id: 'same' }), []);
    assert.equal(first.gateway.count('create'), 1);
  });

  it('P-05: lets go of a message before it is answered, however long the server takes', async () => {
    const bot = new BotHarness();
    const held = deferred();
    bot.gateway.beforeNext('list', async () => {
      await held.promise;
    });

    await bot.take(messageActivity('list', { id: 'm-1' }));
    const before = bot.said().length;
    held.resolve(undefined);
    await bot.idle();

    assert.equal(before, 0);
    assert.deepEqual(
      bot.said().map(({ card }) => allWords(card ?? {}).split(' | ')[0]),
      ['No meetings yet'],
    );
  });

  it('is idle when no turn is under way', async () => {
    const bot = new BotHarness();
    const held = deferred();
    bot.gateway.beforeNext('create', async () => {
      await held.promise;
    });

    const answer = bot.ask('new Retro');
    const order: string[] = [];
    const idle = bot.idle().then(() => order.push('idle'));
    held.resolve(undefined);
    await answer.then(() => order.push('answered'));
    await idle;

    assert.deepEqual([...order].sort(), ['answered', 'idle']);
    assert.equal(bot.gateway.count('create'), 1);
  });

  it('answers a click that is a message although its card is gone', async () => {
    const bot = new BotHarness();
    const form = await bot.ask('new');
    bot.adapter.failUpdatesOf.add(form.id);

    const [reply] = await bot.submit(form, 'Create', { inputs: { subject: 'Retro' } });

    assert.match(allWords(reply?.card ?? {}), /Your meeting is ready \| Retro/u);
  });

  it('goes on when typing cannot be shown', async () => {
    const bot = new BotHarness();
    bot.adapter.failTyping = true;

    const { card } = await bot.ask('new Retro');

    assert.match(allWords(card ?? {}), /Your meeting is ready/u);
  });

  it('answers the click although the card cannot be updated for the others', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const form = await bot.ask('edit quarterly');
    bot.adapter.failUpdatesOf.add(form.id);

    const answer = await bot.click(form, 'Save', { inputs: { subject: 'Q4' } });

    assert.match(allWords(answer.card ?? {}), /Saved \| Q4/u);
    assert.match(allWords(answer.posted[0]?.card ?? {}), /Saved \| Q4/u);
  });

  it('shows times of a form in the zone last seen when a click names none', async () => {
    const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const details = await bot.ask('show quarterly', { timezone: 'Asia/Tokyo' });

    const answer = await bot.click(details, 'Edit', { raw: { localTimezone: undefined, entities: undefined } });

    assert.match(allWords(answer.card ?? {}), /Times are in Asia\/Tokyo/u);
  });

  for (const { name, raw } of ODD_CLIENTS) {
    it(`reads on with a ${name} that is none`, async () => {
      const bot = new BotHarness();

      const { card } = await bot.ask('new', { raw });

      assert.match(allWords(card ?? {}), /Times are in/u);
    });
  }

  it('logs one line a command with the reference people see, and no words of theirs', async () => {
    const bot = new BotHarness();

    await bot.ask('new Secret merger', { as: ANNA });

    const [line] = bot.log.of('command');
    assert.deepEqual([line?.fields.command, line?.fields.place], ['new', 'personal']);
    assert.match(String(line?.fields.reference), /^[2-9A-Z]{4}-[2-9A-Z]{4}$/u);
    assert.doesNotMatch(JSON.stringify(bot.log.records), /Secret merger|Anna/u);
  });

  for (const words of ['show Secret merger', 'new Retro with secret@@merger.example', 'new Retro expires=secret']) {
    it(`logs that it could not do "${words}", and no words of theirs`, async () => {
      const bot = new BotHarness();

      await bot.ask(words);

      assert.equal(bot.log.of('turn.problem').length, 1);
      assert.doesNotMatch(JSON.stringify(bot.log.records), /secret|merger/iu);
    });
  }
});
