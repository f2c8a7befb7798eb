import assert from 'node:assert/strict';

import { Conversations } from '../../src/bot/conversations';
import { PostImpossibleError } from '../../src/journal/errors';
import { MemoryPosts } from '../support/memory-posts';
import { RecordingLogger } from '../support/recording-logger';

const SERVICE_URL = 'https://smba.trafficmanager.net/emea/';
const BOT = { id: '28:confer' };

function activity(over: object = {}): Readonly<Record<string, unknown>> {
  return {
    ...{ type: 'message', serviceUrl: SERVICE_URL, recipient: BOT },
    from: { id: '29:anna', aadObjectId: 'anna' },
    conversation: { id: 'a:1', conversationType: 'personal' },
    ...over,
  };
}

const IN_TEAM = {
  conversation: { id: '19:general;messageid=1', conversationType: 'channel' },
  channelData: { team: { id: 'T1' } },
};

const REMOVALS = [
  { title: 'its installation is removed', over: { type: 'installationUpdate', action: 'remove' } },
  {
    title: 'its installation is removed by an upgrade',
    over: { type: 'installationUpdate', action: 'remove-upgrade' },
  },
  { title: 'it is no member any more', over: { type: 'conversationUpdate', membersRemoved: [BOT] } },
];

const ODD = [
  {},
  { conversation: null },
  { conversation: { id: 5 } },
  { serviceUrl: 7 },
  { from: undefined },
  { channelData: 'x' },
  { type: 'conversationUpdate', membersRemoved: [null, 5, { id: {} }] },
].map((over) => ({ over, title: JSON.stringify(over) }));

describe('Conversations', () => {
  let memory: MemoryPosts;
  let log: RecordingLogger;
  let conversations: Conversations;
  let allowed: (serviceUrl: unknown) => boolean;

  beforeEach(() => {
    memory = new MemoryPosts();
    log = new RecordingLogger();
    allowed = () => true;
    const mayAnswer = (serviceUrl: unknown): boolean => allowed(serviceUrl);
    conversations = new Conversations({ store: memory.conversations, mayAnswer, log });
  });

  it('know whose personal chat it is', async () => {
    await conversations.see(activity());

    assert.equal((await conversations.personalChatOf('anna'))?.conversationId, 'a:1');
  });

  it('take a group chat for nobody’s', async () => {
    await conversations.see(activity({ conversation: { id: '19:x', conversationType: 'groupChat' } }));

    assert.equal(await conversations.personalChatOf('anna'), undefined);
    assert.doesNotMatch(JSON.stringify(await memory.conversations.find('19:x')), /anna/u);
  });

  for (const { title, over } of REMOVALS) {
    it(`F-30: forget the addresses of a team when ${title}`, async () => {
      await conversations.see(activity(IN_TEAM));

      await conversations.see(activity({ ...IN_TEAM, ...over, conversation: { id: '19:general' } }));

      const known = await memory.conversations.find('19:general;messageid=1');
      assert.deepEqual([known?.address, known?.deadBecause], [undefined, 'removed']);
    });
  }

  it('leave a conversation alive that somebody else left', async () => {
    await conversations.see(activity({ type: 'conversationUpdate', membersRemoved: [{ id: '29:ben' }] }));

    assert.equal(await conversations.isDead('a:1'), false);
  });

  it('speak again in a team that it was added to once more', async () => {
    await conversations.see(activity(IN_TEAM));
    await conversations.see(activity({ ...IN_TEAM, type: 'installationUpdate', action: 'remove' }));

    await conversations.see(
      activity({ ...IN_TEAM, type: 'installationUpdate', action: 'add', conversation: { id: '19:general' } }),
    );

    assert.equal(await conversations.isDead('19:general;messageid=1'), false);
  });

  it('refuse to speak where nothing can be said, and to an address that the settings do not allow', async () => {
    await conversations.see(activity());
    const reference = { serviceUrl: SERVICE_URL, conversation: { id: 'a:1' } as never };
    const there = await conversations.addressOf(reference);
    allowed = () => false;
    const notAllowed = await conversations.addressOf(reference);
    allowed = () => true;
    await conversations.died('a:1', 'ConversationBlockedByUser');

    assert.equal(there?.serviceUrl, SERVICE_URL);
    assert.equal(notAllowed, undefined);
    await assert.rejects(conversations.addressOf(reference), PostImpossibleError);
  });

  it('remember no address that the settings do not allow', async () => {
    allowed = () => false;

    await conversations.see(activity());

    assert.equal(await memory.conversations.find('a:1'), undefined);
  });

  for (const { title, over } of ODD) {
    it(`learn nothing wrong from ${title}, and never fail`, async () => {
      await conversations.see(activity(over));

      assert.equal(log.of('conversation.notSeen').length, 0);
      assert.equal(await conversations.isDead('a:1'), false);
    });
  }

  it('let an answer go out where it was asked for while the database is away or hangs', async () => {
    const reference = { serviceUrl: SERVICE_URL, conversation: { id: 'a:1' } as never };
    const away = {
      find: async () => Promise.reject(new TypeError('away')),
      seen: async () => new Promise(() => undefined),
    };
    conversations = new Conversations({ store: away as never, mayAnswer: () => true, log });

    await conversations.see(activity());
    const address = await conversations.addressOf(reference);

    assert.deepEqual(address, reference);
    assert.equal(log.of('conversation.notSeen').length, 1);
  });
});
