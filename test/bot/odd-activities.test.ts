import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { BotHarness } from '../support/bot-harness';
import { BOT, messageActivity } from '../support/chat';
import { short } from '../support/short';

const TYPES = [
  ...['message', 'conversationUpdate', 'invoke', 'installationUpdate', 'messageReaction', 'messageUpdate'],
  ...['messageDelete', 'event', 'typing', 'endOfConversation', 'command', 'handoff', 'something.new'],
];

/** Properties only a broken or hostile client sends like this. */
const ODD = [
  { membersAdded: [null] },
  { membersAdded: 'x' },
  { membersAdded: { length: 1 } },
  { membersRemoved: [null] },
  { reactionsAdded: [null] },
  { recipient: null },
  { recipient: undefined, membersAdded: [BOT] },
  { entities: 'x' },
  { entities: [{ type: 'mention' }, { type: 'mention', mentioned: null, text: 5 }] },
  { attachments: 'x' },
  { attachments: [null, { content: { a: 1 } }] },
  { value: 5 },
  { value: [] },
  { name: {} },
  { channelData: 'x' },
  { channelData: { eventType: 'channelDeleted' } },
  { channelData: { eventType: 'teamArchived', team: 5 } },
  { conversation: { id: 'a:1', conversationType: 5, isGroup: 'x', tenantId: {} } },
  { from: { id: '29:x', name: { first: 'x' }, aadObjectId: [] } },
  { id: undefined },
  { locale: 'x'.repeat(1000) },
  { localTimezone: {} },
  { replyToId: {} },
].map((raw) => ({ title: short(raw), raw }));

describe('an odd activity', () => {
  for (const { title, raw } of ODD) {
    it(`A-26: does nothing to meetings and gets words at most: ${title}`, async () => {
      for (const type of TYPES) {
        const bot = new BotHarness();
        const activity = { ...messageActivity('', { id: 'odd-1' }), type, ...raw } as unknown as Partial<Activity>;

        await assert.doesNotReject(bot.deliver(activity), type);

        assert.deepEqual(bot.gateway.calls, []);
      }
    });
  }
});
