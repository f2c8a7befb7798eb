import assert from 'node:assert/strict';

import { Chat, type ShownMessage } from './support/chat';
import { type BotReply, cardReply } from './support/small-bot';

describe('Action.Execute', () => {
  let chat: Chat;
  let card: ShownMessage;

  beforeEach(async () => {
    chat = await Chat.start({ fetchTimeoutMs: 300 });
    await chat.write('personal-anna', { text: 'form' });
    const found = (await chat.messages('personal-anna')).at(-1);
    assert.ok(found);
    card = found;
  });

  afterEach(async () => {
    await chat.stop();
  });

  const execute = async (verb: string, data: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
    const click = { as: 'anna', activityId: card.id, verb, data };
    const { body } = await chat.request('POST', '/api/conversations/personal-anna/execute', click);
    return body;
  };

  it('sends an adaptiveCard/action invoke', async () => {
    await execute('save', { subject: 'Budget' });

    const [invoke] = chat.bot.ofType('invoke');
    assert.equal(invoke?.name, 'adaptiveCard/action');
    assert.equal(invoke.replyToId, card.id);
    assert.deepEqual(invoke.value, {
      action: { type: 'Action.Execute', verb: 'save', data: { subject: 'Budget' } },
      trigger: 'manual',
    });
  });

  it('answers with the card that takes the place of the clicked one', async () => {
    const outcome = await execute('save', { subject: 'Budget' });

    assert.equal(outcome.kind, 'card');
    const after = (await chat.messages('personal-anna', 'anna')).find(({ id }) => id === card.id);
    assert.equal((after?.attachments[0]?.content as { fallbackText: string }).fallbackText, 'Budget');
  });

  it('takes back nothing of a first day that began while the bot was thinking', async () => {
    let answer: (reply: BotReply) => void = () => undefined;
    chat.bot.behave(async () => new Promise((resolve) => (answer = resolve)));
    const running = execute('save');
    await chat.bot.waitFor(({ type }) => type === 'invoke');
    await chat.request('DELETE', '/api/state');

    answer(cardReply('Too late'));

    assert.equal((await running).kind, 'card');
    assert.deepEqual(await chat.messages('personal-anna'), []);
  });

  it('hands on a message and leaves the card alone', async () => {
    assert.deepEqual(await execute('note'), { kind: 'message', text: 'Noted.' });

    const after = (await chat.messages('personal-anna')).find(({ id }) => id === card.id);
    assert.deepEqual(after, card);
  });

  it('says what the bot says about its error', async () => {
    assert.deepEqual(await execute('break'), { kind: 'error', detail: 'It broke.' });
  });

  it('is an error when the answer is neither a card nor a message', async () => {
    chat.bot.behave(async () => Promise.resolve({ status: 200, body: { statusCode: 200, type: 'unheard-of' } }));

    assert.deepEqual(await execute('save'), {
      kind: 'error',
      detail: 'The bot’s answer holds neither a card nor a message.',
    });
  });

  it('is an error when the bot does not answer in time', async () => {
    chat.bot.behave(async () => new Promise(() => undefined));

    assert.match(String((await execute('save')).detail), /^The bot did not answer within/);
  });

  it('is refused for a card that is not there', async () => {
    const click = { as: 'anna', activityId: '1', verb: 'save' };
    const { status } = await chat.request('POST', '/api/conversations/personal-anna/execute', click);

    assert.equal(status, 404);
  });
});
