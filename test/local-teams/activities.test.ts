import assert from 'node:assert/strict';

import { Chat } from './support/chat';
import { type WireActivity } from './support/small-bot';

describe('activities that the bot gets', () => {
  let chat: Chat;

  beforeEach(async () => {
    chat = await Chat.start();
  });

  afterEach(async () => {
    await chat.stop();
  });

  const spoken = (): WireActivity => {
    const [activity] = chat.bot.ofType('message');
    assert.ok(activity);
    return activity;
  };

  it('tell who wrote what, where and in which time zone', async () => {
    const sent = await chat.write('personal-anna', { text: 'hello\n<b>' });

    const activity = spoken();
    assert.equal(activity.id, sent.id);
    assert.equal(activity.text, 'hello\n<b>');
    assert.equal(activity.channelId, 'msteams');
    assert.equal(activity.textFormat, 'plain');
    assert.equal(activity.serviceUrl, chat.teams.serviceUrl);
    assert.equal(activity.localTimezone, 'Europe/Berlin');
    assert.match(String(activity.localTimestamp), /\+0[12]:00$/);
    assert.equal(Date.parse(String(activity.localTimestamp)), Date.parse(String(activity.timestamp)));
    assert.deepEqual(activity.recipient, { id: '28:confer', name: 'Confer' });
    assert.deepEqual(activity.attachments, [{ contentType: 'text/html', content: '<p>hello<br>&lt;b&gt;</p>' }]);
    assert.equal(activity.conversation.conversationType, 'personal');
    assert.match(activity.conversation.id, /^a:/);
    assert.deepEqual(activity.entities, [
      { type: 'clientInfo', locale: 'en-GB', country: 'DE', platform: 'Web', timezone: 'Europe/Berlin' },
    ]);
  });

  it('greet a new conversation once, before its first message', async () => {
    await chat.write('budget', { text: 'hello', mentionBot: true });
    await chat.write('budget', { text: 'again', mentionBot: true });

    assert.deepEqual(
      chat.bot.activities.map(({ type }) => type),
      ['conversationUpdate', 'installationUpdate', 'message', 'message'],
    );
    const [update, installation] = chat.bot.activities;
    assert.deepEqual(update?.membersAdded, [{ id: '28:confer', name: 'Confer' }]);
    assert.equal(installation?.action, 'add');
  });

  it('install a team in its General channel, whichever channel is opened', async () => {
    await chat.install('launch');

    const [update] = chat.bot.ofType('conversationUpdate');
    const general = await chat.idOf('general');
    assert.equal(update?.conversation.id, general);
    assert.equal(update.channelData.eventType, 'teamMemberAdded');
    assert.deepEqual(update.channelData.settings, { selectedChannel: { id: general } });
  });

  it('stay away from groups and channels unless the bot is mentioned', async () => {
    await chat.write('budget', { text: 'just us' });
    await chat.write('launch', { text: 'hello @Lukas Holm' });

    assert.deepEqual(chat.bot.activities, []);
  });

  it('carry mentions as tags, entities and HTML', async () => {
    await chat.write('budget', { text: '@Confer start with @Lukas Holm & co' });

    const activity = spoken();
    assert.equal(activity.text, '<at>Confer</at> start with <at>Lukas Holm</at> & co');
    const mentions = (activity.entities as { type: string; mentioned?: { name: string }; text?: string }[])
      .filter(({ type }) => type === 'mention')
      .map(({ mentioned, text }) => [mentioned?.name, text]);
    assert.deepEqual(mentions, [
      ['Confer', '<at>Confer</at>'],
      ['Lukas Holm', '<at>Lukas Holm</at>'],
    ]);
    const [{ content }] = activity.attachments as [{ content: string }];
    assert.match(
      content,
      /^<p><span itemtype="http:\/\/schema.skype.com\/Mention" itemscope="" itemid="0">Confer<\/span>&nbsp;start/,
    );
    assert.match(content, /&amp; co<\/p>$/);
  });

  it('name the thread of a channel in the conversation id', async () => {
    const root = await chat.write('launch', { text: 'plan', mentionBot: true });
    await chat.write('launch', { text: 'more', mentionBot: true, threadId: root.id, as: 'lukas' });

    const launch = await chat.idOf('launch');
    const ids = chat.bot.ofType('message').map(({ conversation }) => conversation.id);
    assert.deepEqual(ids, [`${launch};messageid=${root.id}`, `${launch};messageid=${root.id}`]);
    assert.deepEqual(spoken().channelData.channel, { id: launch });
    const threads = (await chat.messages('launch')).map(({ threadId }) => threadId);
    assert.deepEqual(new Set(threads), new Set([root.id]));
  });

  it('quote the message that is replied to', async () => {
    const first = await chat.write('personal-anna', { text: 'old <words>' });
    await chat.write('personal-anna', { text: 'new words', replyTo: first.id });

    const [, activity] = chat.bot.ofType('message');
    const [{ content }] = activity?.attachments as [{ content: string }];
    assert.equal(activity?.text, 'new words');
    assert.match(content, new RegExp(`itemtype="http://schema.skype.com/Reply" itemid="${first.id}"`));
    assert.match(content, /<p itemprop="preview">old<\/p>|&lt;words&gt;/);
    assert.match(content, /<p>new words<\/p>$/);
  });

  it('carry Action.Submit as a message with value and without text', async () => {
    await chat.write('launch', { text: 'form', mentionBot: true });
    const card = (await chat.messages('launch')).find(({ attachments }) => attachments.length > 0);
    assert.ok(card);

    await chat.request('POST', '/api/conversations/launch/submit', {
      as: 'lukas',
      activityId: card.id,
      data: { kind: 'submit' },
      inputs: { subject: 'Budget' },
    });

    const click = chat.bot.ofType('message').at(-1);
    assert.deepEqual(click?.value, { kind: 'submit', subject: 'Budget' });
    assert.equal(click.replyToId, card.id);
    assert.equal('text' in click, false);
    assert.match(click.conversation.id, new RegExp(`;messageid=${String(card.threadId)}$`));
  });

  it('say that the bot was removed, after which the connector refuses it', async () => {
    await chat.install('budget');
    await chat.request('POST', '/api/install', { conversationId: 'budget', as: 'anna', action: 'remove' });

    const update = chat.bot.ofType('conversationUpdate').at(-1);
    assert.deepEqual(update?.membersRemoved, [{ id: '28:confer', name: 'Confer' }]);
    const { status, body } = await chat.connector('GET', `conversations/${update.conversation.id}/members`);
    assert.equal(status, 403);
    assert.equal((body.error as { code: string }).code, 'BotNotInConversationRoster');
  });

  it('leave a note at the message when the bot refuses or is gone', async () => {
    chat.bot.behave(async ({ type }) => Promise.resolve({ status: type === 'message' ? 500 : 200 }));
    const refused = await chat.write('personal-anna', { text: 'hello' });
    await chat.bot.stop();
    const lost = await chat.write('personal-anna', { text: 'hello?' });

    assert.equal(refused.deliveryFailure, 'The bot answered with status 500.');
    assert.match(lost.deliveryFailure ?? '', /^The bot at 127\.0\.0\.1:\d+ cannot be reached\.$/);
  });
});
