import assert from 'node:assert/strict';

import { Chat, type Reply } from './support/chat';

const codeOf = ({ body }: Reply): unknown => (body.error as { code: string }).code;

describe('the connector double', () => {
  let chat: Chat;
  let personal: string;
  let launch: string;

  beforeEach(async () => {
    chat = await Chat.start();
    chat.bot.behave(async () => Promise.resolve(undefined));
    personal = encodeURIComponent(await chat.idOf('personal-anna'));
    launch = await chat.idOf('launch');
    await chat.install('personal-anna');
    await chat.install('launch');
  });

  afterEach(async () => {
    await chat.stop();
  });

  const post = async (conversation: string, activity: Record<string, unknown>): Promise<Reply> =>
    chat.connector('POST', `conversations/${conversation}/activities`, { type: 'message', ...activity });

  describe('activities', () => {
    it('are posted, changed in place and deleted', async () => {
      const { status, body } = await post(personal, { text: 'one' });
      const path = `conversations/${personal}/activities/${String(body.id)}`;
      const updated = await chat.connector('PUT', path, { type: 'message', text: 'two' });
      const [changed] = await chat.messages('personal-anna');
      const deleted = await chat.connector('DELETE', path);
      const [gone] = await chat.messages('personal-anna');

      assert.deepEqual([status, updated.status, deleted.status], [201, 200, 200]);
      assert.deepEqual(updated.body, { id: body.id });
      assert.equal(changed?.text, 'two');
      assert.equal(changed.id, body.id);
      assert.ok(changed.editedAt !== undefined);
      assert.equal(gone?.deleted, true);
      assert.equal(gone.text, '');
    });

    it('answer 404 once they are deleted', async () => {
      const { body } = await post(personal, { text: 'one' });
      const path = `conversations/${personal}/activities/${String(body.id)}`;
      await chat.connector('DELETE', path);

      const again = await chat.connector('DELETE', path);
      const update = await chat.connector('PUT', path, { type: 'message', text: 'two' });

      assert.deepEqual([again.status, codeOf(again)], [404, 'ActivityNotFoundInConversation']);
      assert.equal(update.status, 404);
    });

    it('of people cannot be changed by the bot', async () => {
      const { id } = await chat.write('personal-anna', { text: 'mine' });

      const reply = await chat.connector('PUT', `conversations/${personal}/activities/${id}`, {
        type: 'message',
        text: 'yours',
      });

      assert.equal(reply.status, 403);
    });

    it('open a thread in a channel, or go into the one that the conversation id names', async () => {
      const root = await post(launch, { text: 'root' });
      await post(encodeURIComponent(`${launch};messageid=${String(root.body.id)}`), { text: 'encoded' });
      await post(`${launch};messageid=${String(root.body.id)}`, { text: 'as is' });
      const replied = `conversations/${launch}/activities/${String(root.body.id)}`;
      await chat.connector('POST', replied, { type: 'message', text: 'by reply' });

      const threads = (await chat.messages('launch')).map(({ threadId }) => threadId);
      assert.deepEqual(threads, [root.body.id, root.body.id, root.body.id, root.body.id]);
    });

    it('of type typing are shown and not kept', async () => {
      const stream = await fetch(new URL('/api/events', chat.teams.url));
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      const { status } = await chat.connector('POST', `conversations/${personal}/activities`, { type: 'typing' });

      let heard = '';
      while (!heard.includes('data:')) heard += (await reader?.read())?.value ?? '';
      await reader?.cancel();

      assert.equal(status, 201);
      assert.match(heard, /"type":"typing"/);
      assert.deepEqual(await chat.messages('personal-anna'), []);
    });

    it('are refused when they are too big, empty or of an unknown type', async () => {
      const big = await post(personal, { text: 'x'.repeat(60_000) });
      const empty = await post(personal, {});
      const unknown = await post(personal, { type: 'trace', text: 'x' });

      assert.deepEqual([big.status, codeOf(big)], [413, 'MessageSizeTooBig']);
      assert.deepEqual([empty.status, codeOf(empty)], [400, 'BadSyntax']);
      assert.deepEqual([unknown.status, codeOf(unknown)], [400, 'BadSyntax']);
    });
  });

  describe('conversations', () => {
    it('that do not exist, cannot exist or lack the bot answer as Teams does', async () => {
      const missing = await post('a:nobody', { text: 'x' });
      const malformed = await post('nonsense', { text: 'x' });
      const foreign = await post(encodeURIComponent(await chat.idOf('budget')), { text: 'x' });
      const noThread = await post(`${launch};messageid=17`, { text: 'x' });

      assert.deepEqual([missing.status, codeOf(missing)], [404, 'ConversationNotFound']);
      assert.deepEqual([malformed.status, codeOf(malformed)], [400, 'BadSyntax']);
      assert.deepEqual([foreign.status, codeOf(foreign)], [403, 'BotNotInConversationRoster']);
      assert.deepEqual([noThread.status, codeOf(noThread)], [404, 'ConversationNotFound']);
    });

    it('with one person are opened by member and tenant', async () => {
      const { body: world } = await chat.request('GET', '/api/world');
      const [, lukas] = world.people as [unknown, { id: string }];
      const members = [{ id: lukas.id }];

      const opened = await chat.connector('POST', 'conversations', { members, tenantId: world.tenantId });
      const stranger = await chat.connector('POST', 'conversations', { members: [{ id: '29:x' }] });
      const noTenant = await chat.connector('POST', 'conversations', { members });

      assert.equal(opened.status, 201);
      assert.equal(opened.body.id, await chat.idOf('personal-lukas'));
      assert.equal(stranger.status, 400);
      assert.equal(noTenant.status, 400);
    });

    it('in a channel are opened as a new thread', async () => {
      const opened = await chat.connector('POST', 'conversations', {
        isGroup: true,
        channelData: { channel: { id: launch } },
        activity: { type: 'message', text: 'news' },
      });

      const [message] = await chat.messages('launch');
      assert.equal(opened.status, 201);
      assert.equal(opened.body.activityId, message?.id);
      assert.equal(opened.body.id, `${launch};messageid=${String(message?.id)}`);
    });
  });

  describe('what it lacks', () => {
    it('answers 501 and names it', async () => {
      const reply = await chat.connector('POST', `conversations/${personal}/attachments`, {});

      assert.equal(reply.status, 501);
      assert.match((reply.body.error as { message: string }).message, /attachments/);
    });
  });

  describe('faults', () => {
    const fault = async (body: Record<string, unknown>): Promise<Reply> => chat.request('POST', '/api/faults', body);

    it('answer the next calls that fit, then serve again', async () => {
      await fault({ match: { method: 'post', path: '/activities$' }, times: 2, status: 429, retryAfter: 3 });

      const members = await chat.connector('GET', `conversations/${personal}/members`);
      const replies = [await post(personal, { text: '1' }), await post(personal, { text: '2' })];
      const served = await post(personal, { text: '3' });

      assert.equal(members.status, 200);
      assert.deepEqual(
        replies.map(({ status, headers }) => [status, headers.get('retry-after')]),
        [
          [429, '3'],
          [429, '3'],
        ],
      );
      assert.equal(served.status, 201);
    });

    it('drop the connection before or after the call took effect', async () => {
      await fault({ drop: 'before' });
      await assert.rejects(post(personal, { text: 'before' }));
      await fault({ drop: 'after' });
      await assert.rejects(post(personal, { text: 'after' }));

      assert.deepEqual(
        (await chat.messages('personal-anna')).map(({ text }) => text),
        ['after'],
      );
    });

    it('are refused when they make no sense, and can be cleared', async () => {
      const bad = await fault({ drop: 'sideways' });
      await fault({ status: 500 });
      await chat.request('DELETE', '/api/faults');

      assert.equal(bad.status, 400);
      assert.equal((await post(personal, { text: 'x' })).status, 201);
    });
  });
});
