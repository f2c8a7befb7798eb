import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { adaptive } from './support/cards';
import { Chat } from './support/chat';
import { cardReply } from './support/small-bot';

describe('the view of a person', () => {
  let folder: string;
  let chat: Chat;
  let cardId: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-teams-'));
    chat = await Chat.start({ stateFile: join(folder, 'state.json') });
    await chat.write('budget', { text: 'form', mentionBot: true });
    cardId = (await chat.messages('budget')).at(-1)?.id ?? '';
  });

  afterEach(async () => {
    await chat.stop();
    await rm(folder, { recursive: true });
  });

  const save = async (as: string, subject: string): Promise<void> => {
    const click = { as, activityId: cardId, verb: 'save', data: { subject } };
    const { body } = await chat.request('POST', '/api/conversations/budget/execute', click);
    assert.equal(body.kind, 'card');
  };

  /** The fallback text of the card: its subject. */
  const seenBy = async (as?: string): Promise<unknown> => {
    const message = (await chat.messages('budget', as)).find(({ id }) => id === cardId);
    return (message?.attachments[0]?.content as { fallbackText: string } | undefined)?.fallbackText;
  };

  const ofBot = async (method: 'PUT' | 'DELETE', body?: unknown): Promise<void> => {
    const path = `conversations/${encodeURIComponent(await chat.idOf('budget'))}/activities/${cardId}`;
    const { status } = await chat.connector(method, path, body);
    assert.equal(status, 200);
  };

  it('is what Action.Execute answered; the others keep the card of the message', async () => {
    await save('anna', 'for Anna');

    assert.equal(await seenBy('anna'), 'for Anna');
    assert.equal(await seenBy('lukas'), 'New meeting');
    assert.equal(await seenBy(), 'New meeting');
  });

  it('is one for each person, and the last one counts', async () => {
    await save('anna', 'first');
    await save('lukas', 'for Lukas');
    await save('anna', 'second');

    assert.equal(await seenBy('anna'), 'second');
    assert.equal(await seenBy('lukas'), 'for Lukas');
  });

  it('stands in the message under the Teams id of the person', async () => {
    const { body } = await chat.request('GET', '/api/world');
    const anna = (body.people as { key: string; id: string }[]).find(({ key }) => key === 'anna');

    await save('anna', 'for Anna');

    const kept = (await chat.messages('budget')).find(({ id }) => id === cardId);
    const seen = (await chat.messages('budget', 'anna')).find(({ id }) => id === cardId);
    assert.deepEqual(kept?.views, { [anna?.id ?? '']: seen?.attachments });
    assert.equal(seen?.views, undefined);
    assert.equal(kept.editedAt, undefined);
  });

  it('gives way to an update by the bot', async () => {
    await save('anna', 'for Anna');
    await save('lukas', 'for Lukas');

    await ofBot('PUT', { type: 'message', ...adaptive({ type: 'AdaptiveCard', fallbackText: 'for all' }) });

    assert.deepEqual([await seenBy('anna'), await seenBy('lukas'), await seenBy('petra')], Array(3).fill('for all'));
    assert.doesNotMatch(JSON.stringify(await chat.messages('budget')), /for Anna|for Lukas|"views"/);
  });

  it('stands over an update that came before the answer, until the next update', async () => {
    const update = async (fallbackText: string): Promise<void> => {
      await ofBot('PUT', { type: 'message', ...adaptive({ type: 'AdaptiveCard', fallbackText }) });
    };
    chat.bot.behave(async () => {
      await update('updated');
      return cardReply('answered');
    });

    await save('anna', '');
    assert.deepEqual([await seenBy('anna'), await seenBy('lukas')], ['answered', 'updated']);

    await update('updated again');
    assert.deepEqual([await seenBy('anna'), await seenBy('lukas')], ['updated again', 'updated again']);
  });

  it('is gone with the message', async () => {
    await save('anna', 'for Anna');

    await ofBot('DELETE');

    assert.equal(await seenBy('anna'), undefined);
    assert.doesNotMatch(JSON.stringify(await chat.messages('budget')), /for Anna/);
  });

  it('sends its clicks for the message that it belongs to', async () => {
    await save('anna', 'for Anna');
    const click = { as: 'anna', activityId: cardId, verb: 'note', data: { of: 'the view' } };

    await chat.request('POST', '/api/conversations/budget/execute', click);

    const invoke = chat.bot.ofType('invoke').at(-1);
    assert.equal(invoke?.replyToId, cardId);
    assert.deepEqual((invoke.value as { action: { data: unknown } }).action.data, { of: 'the view' });
    assert.equal(await seenBy('anna'), 'for Anna');
  });

  it('is there again after a restart', async () => {
    await save('anna', 'for Anna');
    await chat.stop();

    chat = await Chat.start({ stateFile: join(folder, 'state.json') });

    assert.equal(await seenBy('anna'), 'for Anna');
    assert.equal(await seenBy('lukas'), 'New meeting');
  });

  it('can be asked for by members of the conversation only', async () => {
    const stranger = await chat.request('GET', '/api/conversations/personal-anna/messages?as=lukas');
    const nobody = await chat.request('GET', '/api/conversations/budget/messages?as=nobody');

    assert.deepEqual([stranger.status, nobody.status], [403, 400]);
  });
});
