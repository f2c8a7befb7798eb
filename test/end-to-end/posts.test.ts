import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { CardJson } from '../../src/cards';
import { allWords, buttonOf, inputsOf } from '../support/card-reading';
import { RunningConfer } from '../support/running-confer';

/** A message as the scripting API of the local Teams gives it. */
interface Message {
  readonly id: string;
  readonly from: { readonly role: string };
  readonly text: string;
  readonly attachments: readonly { readonly content?: unknown }[];
}

const PATIENCE_MS = 30_000;

describe('cards in two conversations of the local Teams', function () {
  this.timeout(120_000);

  let confer: RunningConfer;

  beforeEach(async () => {
    confer = await RunningConfer.start();
  });

  afterEach(async () => {
    await RunningConfer.stopAll();
  });

  const api = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const headers = { 'Content-Type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
    const response = await fetch(new URL(path, confer.page), { method, ...sent });
    assert.ok(response.ok, `${method} ${path}: ${String(response.status)}`);
    return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
  };

  const messages = async (chat: string): Promise<readonly Message[]> =>
    (await api('GET', `/api/conversations/${chat}/messages`)).messages as readonly Message[];

  const cardOf = (message: Message | undefined): CardJson => (message?.attachments[0]?.content ?? {}) as CardJson;

  /** What a bot's messages show, a line each. */
  const shownIn = async (chat: string): Promise<readonly string[]> =>
    (await messages(chat))
      .filter(({ from }) => from.role === 'bot')
      .map((message) => (message.attachments.length === 0 ? message.text : allWords(cardOf(message))));

  const until = async (chat: string, fits: (shown: readonly string[]) => boolean): Promise<readonly string[]> => {
    const latest = Date.now() + PATIENCE_MS;
    for (;;) {
      const shown = await shownIn(chat);
      if (fits(shown)) return shown;
      assert.ok(Date.now() < latest, `in ${chat}: ${JSON.stringify(shown)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  /** The chats die with the process, too, and come back as they were last written down. */
  const chatsAreKept = async (words: string): Promise<void> => {
    const file = path.join(confer.folder, 'local-teams.json');
    const latest = Date.now() + PATIENCE_MS;
    while (!(await readFile(file, 'utf8').catch(() => '')).includes(words)) {
      assert.ok(Date.now() < latest, `"${words}" is not in ${file}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  /** Says something, and waits for the message of the bot that has these words. */
  const say = async (chat: string, text: string, answer: string): Promise<Message> => {
    await api('POST', `/api/conversations/${chat}/messages`, {
      as: 'anna',
      text,
      mentionBot: chat !== 'personal-anna',
    });
    await until(chat, (shown) => shown.some((words) => words.includes(answer)));
    const said = (await messages(chat)).filter(({ from }) => from.role === 'bot');
    const found = said.filter((message) => JSON.stringify(message).includes(answer)).at(-1);
    assert.ok(found);
    return found;
  };

  const press = async (chat: string, on: Message, pressed: { button: string; inputs?: object }): Promise<void> => {
    const card = cardOf(on);
    const { verb, data } = buttonOf(card, pressed.button);
    const inputs = { ...inputsOf(card), ...pressed.inputs };
    await api('POST', `/api/conversations/${chat}/execute`, {
      ...{ as: 'anna', activityId: on.id, verb, data },
      inputs: Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== '')),
    });
  };

  /** Requests to a conversation, oldest first: `POST 201`. */
  const traffic = async (chat: string): Promise<readonly string[]> => {
    const { conversations } = (await api('GET', '/api/world')) as {
      conversations: readonly { key: string; id: string }[];
    };
    const { id = '' } = conversations.find(({ key }) => key === chat) ?? {};
    const { exchanges } = (await api('GET', '/api/traffic')) as {
      exchanges: readonly { direction: string; method: string; path: string; status: number }[];
    };
    return exchanges
      .filter(({ direction, path }) => direction === 'fromBot' && decodeURIComponent(path).includes(`/${id}/`))
      .map(({ method, status }) => `${method} ${String(status)}`);
  };

  /** A meeting with two cards in the group chat, and its form in the personal chat. */
  const cardAndForm = async (): Promise<Message> => {
    await say('budget', 'new Offsite', 'Your meeting is ready');
    const card = await say('budget', 'show Offsite', 'Offsite');
    const { data } = buttonOf(cardOf(card), 'Edit') as { data: { meetingId: string } };
    return say('personal-anna', `edit ${data.meetingId}`, 'Edit the meeting');
  };

  it('follow a change that was made in the other, and the line about it is said once', async () => {
    const form = await cardAndForm();

    await press('personal-anna', form, { button: 'Save', inputs: { subject: 'Offsite in May' } });

    const shown = await until('budget', (lines) => lines.some((line) => line.includes('changed Offsite')));
    const cards = shown.filter((line) => line.includes('changed meanwhile'));
    assert.equal(cards.length, 2);
    assert.ok(cards.every((card) => card.includes('Offsite in May')));
    assert.deepEqual(
      shown.filter((line) => line.includes('now called')),
      ['Anna Berg changed Offsite: now called Offsite in May'],
    );
  });

  it('follow although the process was killed, and the line about it is still said once', async () => {
    const form = await cardAndForm();
    await chatsAreKept('Edit the meeting');

    // The line waits three seconds for others, so that it is not said yet.
    await press('personal-anna', form, { button: 'Save', inputs: { subject: 'Offsite in May' } });
    const portOf = (address: string): string => new URL(address).port;
    const ports = {
      PORT: portOf(confer.bot),
      ...{ SIMULATOR_PORT: portOf(confer.server), LOCAL_TEAMS_PORT: portOf(confer.page) },
    };
    await confer.crash();
    confer = await RunningConfer.start({ DATA_DIR: confer.folder, ...ports });

    const isCard = (line: string): boolean => line.includes('Conference ID');
    // The simulator died with it and may have forgotten the edit: what counts is that the cards were looked after.
    await until('budget', (lines) => lines.filter(isCard).every((card) => card.includes('changed meanwhile')));
    await until('budget', (lines) => lines.some((line) => line.includes('now called')));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    assert.equal((await shownIn('budget')).filter((line) => line.includes('now called')).length, 1);
  });

  it('P-18: are sent nothing where Confer was removed, and follow when it is back', async () => {
    const form = await cardAndForm();
    await api('POST', '/api/install', { conversationId: 'budget', as: 'anna', action: 'remove' });
    const before = (await traffic('budget')).length;

    await press('personal-anna', form, { button: 'Save', inputs: { subject: 'Offsite in May' } });
    await until('personal-anna', (lines) => lines.some((line) => line.includes('Offsite in May')));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const meanwhile = (await traffic('budget')).slice(before);
    await api('POST', '/api/install', { conversationId: 'budget', as: 'anna', action: 'add' });

    assert.deepEqual(meanwhile, []);
    await until('budget', (lines) => lines.some((line) => line.includes('Offsite in May')));
  });

  it('F-30: have a result told in the personal chat when Confer was removed meanwhile', async () => {
    await say('personal-anna', 'help', 'Confer');
    await say('budget', 'help', 'Confer');
    await api('POST', '/api/faults', {
      match: { method: 'POST', path: '%40thread\\.v2|@thread\\.v2' },
      ...{ status: 403, times: 100, body: { error: { code: 'BotNotInConversationRoster', message: 'gone' } } },
    });

    await api('POST', '/api/conversations/budget/messages', { as: 'anna', text: 'new Retro', mentionBot: true });

    await until('personal-anna', (lines) => lines.some((line) => line.includes('Retro')));
    const tried = (await traffic('budget')).filter((call) => call === 'POST 403');
    assert.ok(tried.length <= 2, `${String(tried.length)} attempts`);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.equal((await shownIn('personal-anna')).filter((line) => line.includes('Retro')).length, 1);
    assert.equal((await traffic('budget')).filter((call) => call === 'POST 403').length, tried.length);
  });
});
