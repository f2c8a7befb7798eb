import assert from 'node:assert/strict';

import type { Activity, ConversationReference } from 'botbuilder';

import { activityAt, placeToTell } from '../../src/bot/reminder-place';
import type { Posting } from '../../src/meetings/ports';
import { ANNA, BOT, type Chat, messageActivity } from '../support/chat';

const CHANNEL = '19:channel@thread.tacv2';

const said = (chat: Chat): Activity => messageActivity('remind 10m', chat) as Activity;

const cardAt = (conversationId: string): Posting => ({
  ...{ meetingId: 'M1', conversationId, activityId: '1', address: { user: { id: '29:lukas' } } },
});

describe('the place of a reminder', () => {
  it('is where the person wrote', () => {
    for (const place of ['personal', 'groupChat'] as const) {
      const activity = said({ place });

      const { conversationId, address } = placeToTell(activity, [cardAt('19:elsewhere@thread.v2')]);

      const { conversation, user, bot, activityId } = address as ConversationReference;
      assert.deepEqual([conversationId, conversation.id], [activity.conversation.id, activity.conversation.id]);
      assert.deepEqual([user?.id, bot.id, activityId], [ANNA.id, BOT.id, undefined]);
    }
  });

  it('is the thread of the newest card in the same channel, and of no other channel', () => {
    const activity = said({ place: 'channel', thread: '9' });
    const cards = [`${CHANNEL};messageid=3`, `${CHANNEL};messageid=5`, '19:other@thread.tacv2;messageid=7'].map(cardAt);

    const { conversationId, address } = placeToTell(activity, cards);

    assert.equal(conversationId, `${CHANNEL};messageid=5`);
    assert.equal((address as ConversationReference).conversation.id, `${CHANNEL};messageid=5`);
    assert.equal((address as ConversationReference).user?.id, ANNA.id);
  });

  it('is the own thread when the meeting has a card there', () => {
    const cards = [`${CHANNEL};messageid=9`, `${CHANNEL};messageid=12`].map(cardAt);

    assert.equal(placeToTell(said({ place: 'channel', thread: '9' }), cards).conversationId, `${CHANNEL};messageid=9`);
  });

  it('becomes an activity that is no message and no click', () => {
    const { address } = placeToTell(said({ place: 'groupChat', locale: 'de-DE' }), []);

    const activity = activityAt(JSON.parse(JSON.stringify(address)), 'Asia/Kathmandu');

    assert.deepEqual([activity.type, activity.text, activity.value], ['event', undefined, undefined]);
    assert.deepEqual([activity.from.aadObjectId, activity.recipient.id], [ANNA.aadObjectId, BOT.id]);
    assert.deepEqual([activity.locale, activity.localTimezone], ['de-DE', 'Asia/Kathmandu']);
    assert.equal(activity.conversation.conversationType, 'groupChat');
  });
});
