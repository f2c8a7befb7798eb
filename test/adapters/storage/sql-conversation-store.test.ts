import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlConversationStore } from '../../../src/adapters/storage/sql-conversation-store';
import { SqlMeetingStore } from '../../../src/adapters/storage/sql-meeting-store';
import { SqlPostStore } from '../../../src/adapters/storage/sql-post-store';
import type { SeenConversation } from '../../../src/posts/ports';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const DAY = 24 * 60 * 60 * 1000;

function seen(conversationId: string, over: Partial<SeenConversation> = {}): SeenConversation {
  return {
    ...{ conversationId, personId: undefined, teamId: undefined },
    ...{ serviceUrl: 'https://smba.trafficmanager.net/emea/', address: { conversation: conversationId } },
    ...over,
  };
}

describe('SqlConversationStore', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let store: SqlConversationStore;
      let now = 1_780_000_000_000;

      before(async () => {
        home = await newHome();
        database = await openMigrated(home);
      });

      beforeEach(async () => {
        for (const table of ['conversations', 'card_updates', 'cards'] as const) {
          await database.db.deleteFrom(table).execute();
        }
        now = 1_780_000_000_000;
        store = new SqlConversationStore(database, () => now);
      });

      after(async () => {
        await database.close();
        await home.remove();
      });

      it('knows where a conversation is', async () => {
        await store.seen(seen('a:1'));

        assert.deepEqual(await store.find('a:1'), {
          conversationId: 'a:1',
          address: { conversation: 'a:1' },
          serviceUrl: 'https://smba.trafficmanager.net/emea/',
          deadBecause: undefined,
        });
        assert.equal(await store.find('a:2'), undefined);
      });

      it('F-42: takes a new service address with the next activity of the conversation', async () => {
        await store.seen(seen('a:1'));

        await store.seen(seen('a:1', { serviceUrl: 'https://smba.trafficmanager.net/amer/' }));

        assert.equal((await store.find('a:1'))?.serviceUrl, 'https://smba.trafficmanager.net/amer/');
      });

      it('writes nothing when an activity tells nothing new, but for once a day', async () => {
        await store.seen(seen('a:1', { address: 'first' }));

        now += DAY - 1;
        await store.seen(seen('a:1', { address: 'second' }));
        const within = await store.find('a:1');
        now += 1;
        await store.seen(seen('a:1', { address: 'third' }));

        assert.deepEqual([within?.address, (await store.find('a:1'))?.address], ['first', 'third']);
      });

      it('keeps a conversation dead until somebody writes there', async () => {
        await store.seen(seen('a:1'));
        await store.died('a:1', 'BotNotInConversationRoster');
        await store.died('never seen', 'ConversationNotFound');

        now += DAY;
        const dead = [await store.find('a:1'), await store.find('never seen')];
        await store.seen(seen('a:1'));

        assert.deepEqual(
          dead.map((known) => known?.deadBecause),
          ['BotNotInConversationRoster', 'ConversationNotFound'],
        );
        assert.equal((await store.find('a:1'))?.deadBecause, undefined);
      });

      it('lets the cards that rested in a conversation follow when it is heard of again', async () => {
        const posts = new SqlPostStore(database, () => now);
        const where = { activityId: '1', meetingId: 'M1', personId: 'anna', address: null };
        await store.seen(seen('a:1'));
        await posts.want({
          cards: [
            { ...where, conversationId: 'a:1' },
            { ...where, conversationId: 'a:2' },
          ],
          ...{ lines: [], gatherMs: 0 },
        });
        await store.died('a:1', 'MessageWritesBlocked');
        for (const card of await posts.claimCards('one', { leaseMs: 1, most: 10 })) await posts.parkCard(card);

        await store.seen(seen('a:1'));

        const due = await posts.claimCards('one', { leaseMs: 1, most: 10 });
        assert.deepEqual(
          due.map(({ conversationId }) => conversationId),
          ['a:1'],
        );
      });

      it('forgets the addresses of a team that Confer was removed from, and of no other', async () => {
        await store.seen(seen('19:a;messageid=1', { teamId: 'T1' }));
        await store.seen(seen('19:b;messageid=1', { teamId: 'T1' }));
        await store.seen(seen('19:c;messageid=1', { teamId: 'T2' }));

        await store.left({ conversationId: '19:a', teamId: 'T1' });

        const known = await Promise.all(
          ['19:a', '19:a;messageid=1', '19:b;messageid=1', '19:c;messageid=1'].map(async (id) => store.find(id)),
        );
        assert.deepEqual(
          known.map((one) => [one?.deadBecause, one?.address === undefined, one?.serviceUrl === undefined]),
          [
            ['removed', true, true],
            ['removed', true, true],
            ['removed', true, true],
            [undefined, false, false],
          ],
        );
      });

      it('finds the conversations of a team alive when Confer is added again', async () => {
        await store.seen(seen('19:a;messageid=1', { teamId: 'T1' }));
        await store.left({ conversationId: '19:a', teamId: 'T1' });

        await store.joined('T1');

        assert.equal((await store.find('19:a;messageid=1'))?.deadBecause, undefined);
      });

      it('knows the living personal chat of somebody', async () => {
        await store.seen(seen('a:old', { personId: 'anna' }));
        now += 1;
        await store.seen(seen('a:new', { personId: 'anna' }));
        await store.seen(seen('a:ben', { personId: 'ben' }));

        const newest = await store.personalChatOf('anna');
        await store.died('a:new', 'ConversationBlockedByUser');

        assert.equal(newest?.conversationId, 'a:new');
        assert.equal((await store.personalChatOf('anna'))?.conversationId, 'a:old');
        assert.equal(await store.personalChatOf('nobody'), undefined);
      });

      it('forgets conversations in which nobody wrote for long and that show no meeting', async () => {
        const meetings = new SqlMeetingStore(database, () => new Date(now));
        await store.seen(seen('quiet'));
        await store.seen(seen('with a card'));
        await meetings.savePosting({ meetingId: 'M1', conversationId: 'with a card', activityId: '1', address: null });
        now += 2 * DAY;
        await store.seen(seen('busy'));

        await store.forget(DAY);

        const rows = await database.db.selectFrom('conversations').select('conversation_id').execute();
        assert.deepEqual(rows.map((row) => row.conversation_id).sort(), ['busy', 'with a card']);
      });
    });
  }
});
