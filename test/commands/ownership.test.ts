import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import type { OwnershipRules } from '../../src/meetings/ownership';
import { BotHarness } from '../support/bot-harness';
import { allWords, wordsIn } from '../support/card-reading';
import { ANNA, LUKAS, PETRA, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { MEMBERS } from '../support/owners';

const ANYBODY_ELSE = { administrators: [], directoryOnly: true };
const PETRA_LOOKS_AFTER = { administrators: [PETRA.aadObjectId], directoryOnly: true };

/** A bot with a meeting that Anna asked for, and its card. */
async function withMeeting(ownership: OwnershipRules = ANYBODY_ELSE): Promise<{ bot: BotHarness; card: Posted }> {
  const bot = new BotHarness({ ownership, members: MEMBERS });
  return { bot, card: await bot.ask('new Retro', { as: ANNA, place: 'groupChat' }) };
}

/** What a card says, and what is behind it on the server. */
function subjectOf(bot: BotHarness): string | undefined {
  return bot.gateway.meetings.get('NEW00001')?.subject;
}

/** Somebody without an identity in the directory: anonymous, or from outside of Teams. */
const ANONYMOUS = { id: '29:visitor', name: 'Anna Berger' } as typeof ANNA;

const GUEST = { id: '29:guest', aadObjectId: 'a0000000-0000-0000-0000-000000000009', name: 'Gil' };

describe('ownership of meetings', () => {
  it('is shown beside the organizer, and the owner leads the meeting', async () => {
    const { bot, card } = await withMeeting();

    assert.match(allWords(card.card ?? {}), /Owner \| Anna Berger · organized by Confer/u);
    assert.doesNotMatch(allWords(card.card ?? {}), /Asked for by/u);
    assert.deepEqual(bot.gateway.inputs('create'), [{ subject: 'Retro', leaders: ['anna@contoso.com'] }]);
  });

  it('does not name the owner twice among those who lead', async () => {
    const bot = new BotHarness({ members: MEMBERS });

    const form = await bot.ask('new');
    await bot.click(form, 'Create', { inputs: { subject: 'Retro', leaders: 'Anna@contoso.com, lukas@contoso.com' } });

    assert.deepEqual(bot.gateway.meetings.get('NEW00001')?.leaders, ['anna@contoso.com', 'lukas@contoso.com']);
  });

  it('is kept also when the server does not know the address, and the meeting is made once', async () => {
    const bot = new BotHarness({ members: MEMBERS });
    bot.gateway.failNext('create', new MeetingProblem('server.rejected', { facts: { parameters: 'leaders' } }));

    const { card } = await bot.ask('new Retro');

    assert.match(allWords(card ?? {}), /Owner \| Anna Berger/u);
    assert.deepEqual(bot.gateway.inputs('create'), [
      { subject: 'Retro', leaders: ['anna@contoso.com'] },
      { subject: 'Retro' },
    ]);
    assert.equal(bot.gateway.meetings.size, 1);
  });

  it('says what the server did not take when it was not the owner', async () => {
    const bot = new BotHarness({ members: MEMBERS });
    bot.gateway.failNext('create', new MeetingProblem('server.rejected', { facts: { parameters: 'subject' } }), 2);

    const { text } = await bot.ask('new Retro');

    assert.match(text ?? '', /did not accept this: Subject/u);
  });

  it('goes without the address when Teams does not tell it', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('new Retro');

    assert.match(allWords(card ?? {}), /Owner \| Anna Berger/u);
    assert.deepEqual(bot.gateway.inputs('create'), [{ subject: 'Retro' }]);
  });

  it('keeps everybody else from changing or cancelling, by word and by click, and names the owner', async () => {
    const { bot, card } = await withMeeting();
    const chat = { as: LUKAS, place: 'groupChat' } as const;

    const answers = [
      (await bot.ask('edit retro', chat)).text,
      (await bot.ask('cancel retro', chat)).text,
      (await bot.click(card, 'Edit', chat)).text,
      (await bot.click(card, 'Cancel meeting', chat)).text,
    ];

    for (const text of answers) assert.match(text ?? '', /belongs to Anna Berger\. Nothing was changed\./u);
    assert.match(allWords(bot.showing(card).card ?? {}), /Retro/u);
    assert.deepEqual([bot.gateway.count('update'), bot.gateway.count('remove')], [0, 0]);
    assert.equal(bot.log.of('meeting.refused').length, 4);
  });

  it('keeps others from sending a form or a question that somebody entitled has opened', async () => {
    const { bot, card } = await withMeeting();
    const form = await bot.click(card, 'Edit');
    const question = await bot.click(card, 'Cancel meeting');
    assert.ok(form.shown && question.shown);

    const saved = await bot.click(form.shown, 'Save', { as: LUKAS, inputs: { subject: 'Mine' } });
    const confirmed = await bot.click(question.shown, 'Yes, cancel it', { as: LUKAS });

    assert.match(saved.text ?? '', /belongs to Anna Berger/u);
    assert.match(confirmed.text ?? '', /belongs to Anna Berger/u);
    assert.equal(subjectOf(bot), 'Retro');
  });

  it('lets administrators change and cancel', async () => {
    const { bot, card } = await withMeeting(PETRA_LOOKS_AFTER);

    const form = await bot.click(card, 'Edit', { as: PETRA });
    assert.ok(form.shown);
    const saved = await bot.click(form.shown, 'Save', { as: PETRA, inputs: { subject: 'Review' } });

    assert.match(allWords(saved.card ?? {}), /Saved \| Review/u);
  });

  it('leaves meetings that Confer did not make to administrators, where there are any', async () => {
    const open = new BotHarness({ gateway: new FakeGateway(meeting()) });
    const closed = new BotHarness({ gateway: new FakeGateway(meeting()), ownership: PETRA_LOOKS_AFTER });

    const allowed = await open.ask('cancel quarterly', { as: LUKAS });
    const refused = await closed.ask('cancel quarterly', { as: LUKAS });
    const asked = await closed.ask('cancel quarterly', { as: PETRA });

    assert.match(allWords(allowed.card ?? {}), /Cancel this meeting\?/u);
    assert.match(refused.text ?? '', /do not know whose meeting that is, so only an administrator/u);
    assert.match(allWords(asked.card ?? {}), /Cancel this meeting\?/u);
  });

  it('A-24: and P-25: believes nothing that card data says of people, and nothing about meetings of others', async () => {
    const { bot } = await withMeeting();
    const own = await bot.ask('new Mine', { as: LUKAS });
    const form = await bot.click(own, 'Edit', { as: LUKAS });
    const question = await bot.click(own, 'Cancel meeting', { as: LUKAS });
    assert.ok(form.shown && question.shown);
    const forged = {
      ...{ meetingId: 'NEW00001', from: ANNA, userId: ANNA.aadObjectId, person: ANNA, by: ANNA, organizer: ANNA.name },
      ...{ owner: ANNA, createdBy: ANNA, ownership: { administrators: [LUKAS.aadObjectId] } },
    };

    const saved = await bot.click(form.shown, 'Save', { as: LUKAS, inputs: { ...forged, subject: 'Stolen' } });
    const cancelled = await bot.click(question.shown, 'Yes, cancel it', { as: LUKAS, inputs: forged });

    assert.match(saved.text ?? '', /belongs to Anna Berger/u);
    assert.match(cancelled.text ?? '', /belongs to Anna Berger/u);
    assert.equal(subjectOf(bot), 'Retro');
    assert.equal(bot.gateway.count('remove'), 0);
    assert.deepEqual(
      bot.log.of('meeting.refused').map(({ fields }) => [fields.meetingId, fields.by]),
      [
        ['NEW00001', LUKAS.aadObjectId],
        ['NEW00001', LUKAS.aadObjectId],
      ],
    );
  });

  it('P-25: is of whoever sent the form, not of whom its data names', async () => {
    const bot = new BotHarness({ members: MEMBERS });
    const form = await bot.ask('new');

    const forged = { from: PETRA, userId: PETRA.aadObjectId, person: PETRA, organizer: 'petra@contoso.com' };
    const answer = await bot.click(form, 'Create', { as: LUKAS, inputs: { ...forged, subject: 'Retro' } });

    assert.match(allWords(answer.card ?? {}), /Owner \| Lukas Hoff/u);
    assert.deepEqual(bot.gateway.meetings.get('NEW00001')?.leaders, ['lukas@contoso.com']);
  });

  it('A-25: refuses people whom the directory does not know, also under the name of the owner', async () => {
    const { bot, card } = await withMeeting();
    const chat = { as: ANONYMOUS, place: 'groupChat' } as const;

    const answers = [
      (await bot.click(card, 'Edit', chat)).text,
      (await bot.click(card, 'Cancel meeting', chat)).text,
      (await bot.ask('new Mine', chat)).text,
      (await bot.ask('start Mine', chat)).text,
    ];

    for (const text of answers) assert.match(text ?? '', /cannot tell who you are in your organization/u);
    assert.deepEqual([bot.gateway.count('create'), bot.gateway.count('start')], [1, 0]);
  });

  it('A-25: lets them in local mode, where nobody has an identity', async () => {
    const bot = new BotHarness({ ownership: { administrators: [], directoryOnly: false } });

    const { card } = await bot.ask('new Mine', { as: ANONYMOUS });

    assert.match(allWords(card ?? {}), /Owner \| Anna Berger/u);
  });

  it('A-25: refuses guests, where Teams says that they are', async () => {
    const member = { aadObjectId: GUEST.aadObjectId, name: 'Gil', userPrincipalName: 'gil_x#EXT#@contoso.com' };
    const bot = new BotHarness({ members: new Map([[GUEST.id, member]]), gateway: new FakeGateway(meeting()) });

    const made = await bot.ask('new Mine', { as: GUEST });
    const question = await bot.ask('cancel quarterly');
    const cancelled = await bot.click(question, 'Yes, cancel it', { as: GUEST });

    for (const { text } of [made, cancelled]) assert.match(text ?? '', /You are a guest here/u);
    assert.deepEqual([bot.gateway.count('create'), bot.gateway.count('remove')], [0, 0]);
  });

  it('A-45: reads the policy again, so that a form edited to let everybody in is refused', async () => {
    const { bot, card } = await withMeeting();
    const form = await bot.click(card, 'Edit');
    assert.ok(form.shown);

    const saved = await bot.click(form.shown, 'Save', { inputs: { access: 'everyone', lobby: 'everyone' } });

    assert.match(allWords(saved.card ?? {}), /does not allow that choice/u);
    assert.equal(bot.gateway.count('update'), 0);
  });

  it('holds for a meeting that was started on the spot, too', async () => {
    const bot = new BotHarness({ members: MEMBERS });

    const { card } = await bot.ask('start Standup');

    assert.deepEqual(wordsIn(card ?? {}).includes('Anna Berger · organized by Confer'), true);
  });
});
