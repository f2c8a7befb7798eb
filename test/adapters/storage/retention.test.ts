import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { erasePersonData, readPersonData } from '../../../src/adapters/storage/person-data';
import { forgetWhatIsOver, retention } from '../../../src/adapters/storage/retention';
import { SqlConversationStore } from '../../../src/adapters/storage/sql-conversation-store';
import { SqlMeetingStore } from '../../../src/adapters/storage/sql-meeting-store';
import { SqlOperationStore } from '../../../src/adapters/storage/sql-operation-store';
import { SqlParking } from '../../../src/adapters/storage/sql-parking';
import { SqlPostStore } from '../../../src/adapters/storage/sql-post-store';
import { SqlQuotas } from '../../../src/adapters/storage/sql-quotas';
import { SqlReminderStore } from '../../../src/adapters/storage/sql-reminder-store';
import { SqlSeenPeople } from '../../../src/adapters/storage/sql-seen-people';
import type { MeetingRecord } from '../../../src/meetings/ports';
import type { LineWanted } from '../../../src/posts/ports';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const ANNA = { id: 'anna-oid', name: 'Anna Berg' };
const BEN = { id: 'ben-oid', name: 'Ben Ott' };
const MAY = new Date('2026-05-01T09:00:00Z');
const JUNE = new Date('2026-06-01T09:00:00Z');

function record(id: string, over: Partial<MeetingRecord> = {}): MeetingRecord {
  return { id, kind: 'scheduled', subject: id, createdBy: ANNA, recordedAt: MAY.toISOString(), ...over };
}

describe('what the database forgets', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let store: SqlMeetingStore;
      let now = MAY;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        now = MAY;
        store = new SqlMeetingStore(database, () => now);
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      const post = async (meetingId: string): Promise<void> =>
        store.savePosting({ meetingId, conversationId: 'a:1', activityId: meetingId, address: null });

      it('forgets a meeting 30 days after its end, with its cards, and keeps the others', async () => {
        await store.saveRecord(record('OVER', { expiresAt: '2026-05-02T09:00:00.000Z' }));
        await store.saveRecord(
          record('CANCELLED', { cancelledAt: '2026-05-01T10:00:00.000Z', expiresAt: '2027-01-01T00:00:00.000Z' }),
        );
        await store.saveRecord(record('AHEAD', { expiresAt: '2026-06-30T09:00:00.000Z' }));
        await store.saveRecord(record('JUST OVER', { expiresAt: '2026-05-02T09:00:00.001Z' }));
        for (const id of ['OVER', 'CANCELLED', 'AHEAD', 'JUST OVER', 'NEVER RECORDED']) await post(id);

        const forgotten = await forgetWhatIsOver(database, new Date('2026-06-01T09:00:00.001Z'));

        assert.equal(forgotten.meetings, 2);
        assert.deepEqual((await store.records()).map(({ id }) => id).sort(), ['AHEAD', 'JUST OVER']);
        assert.deepEqual((await store.postingsIn('a:1')).map(({ meetingId }) => meetingId).sort(), [
          'AHEAD',
          'JUST OVER',
        ]);
      });

      it('forgets what "last" and "#2" meant, and one-time keys, but not who it is on the server', async () => {
        const viewpoint = { personId: ANNA.id, conversationId: 'a:1' };
        await store.saveList(viewpoint, ['A']);
        await store.saveLast(viewpoint, 'A');
        await store.saveOutcome('form 1', 'A');
        await store.saveOutcome('ucwa endpointId', 'id');

        await forgetWhatIsOver(database, new Date(JUNE.getTime() + 1));

        assert.deepEqual(
          [await store.lastList(viewpoint), await store.last(viewpoint), await store.outcome('form 1')],
          [undefined, undefined, undefined],
        );
        assert.equal(await store.outcome('ucwa endpointId'), 'id');
      });

      const remind = async (personId: string, meetingAt: Date): Promise<void> => {
        const times = { lead: 'PT10M', countsTo: 'start', meetingAt, dueAt: meetingAt, state: 'waiting' } as const;
        const place = { conversationId: 'a:1', address: { user: { id: personId } }, zone: 'UTC' };
        const meetingId = meetingAt.toISOString();
        await new SqlReminderStore(database).save({ personId, meetingId, ...place, ...times });
      };

      it('forgets reminders 30 days after their meeting', async () => {
        await remind(ANNA.id, MAY);
        await remind(ANNA.id, JUNE);

        await forgetWhatIsOver(database, new Date(JUNE.getTime() + 1));

        const left = await new SqlReminderStore(database).ofPerson(ANNA.id);
        assert.deepEqual(
          left.map(({ meetingAt }) => meetingAt),
          [JUNE],
        );
      });

      const wish = async (personId: string): Promise<void> => {
        await database.db
          .insertInto('person_settings')
          .values({ person_id: personId, reminder_lead: 'PT10M' })
          .execute();
      };

      it('tells everything it knows of a person, and nothing of another', async () => {
        await store.saveRecord(record('HERS'));
        await store.saveRecord(record('CANCELLED BY HER', { createdBy: BEN, cancelledBy: ANNA }));
        await store.saveRecord(record('GIVEN TO HER', { createdBy: BEN, owner: ANNA }));
        await store.saveRecord(record('SHARED WITH HER', { createdBy: BEN, coOwners: [BEN, ANNA] }));
        await store.saveRecord(record('HIS', { createdBy: BEN, owner: BEN, coOwners: [BEN] }));
        await store.saveLast({ personId: BEN.id, conversationId: 'a:1' }, 'HIS');
        await accept(ANNA.id);
        await accept(BEN.id);

        for (const { id } of [ANNA, BEN]) await wish(id);
        for (const { id } of [ANNA, BEN]) await remind(id, JUNE);

        const data = await readPersonData(database, ANNA.id);

        assert.deepEqual(
          data.reminders.map(({ person_id: id }) => id),
          [ANNA.id],
        );
        assert.deepEqual(
          data.settings.map(({ person_id: id }) => id),
          [ANNA.id],
        );
        assert.deepEqual(data.meetings.map(({ id }) => id).sort(), [
          ...['CANCELLED BY HER', 'GIVEN TO HER', 'HERS', 'SHARED WITH HER'],
        ]);
        assert.deepEqual([data.lists, data.lastMeetings], [[], []]);
        assert.deepEqual(
          data.operations.map(({ id }) => id),
          [`operation of ${ANNA.id}`],
        );
      });

      it('forgets a person and keeps the meetings', async () => {
        await store.saveRecord(record('HERS', { cancelledBy: ANNA, cancelledAt: MAY.toISOString() }));
        await store.saveRecord(record('HIS', { createdBy: BEN }));
        await store.saveLast({ personId: ANNA.id, conversationId: 'a:1' }, 'HERS');
        await store.saveList({ personId: ANNA.id, conversationId: 'a:1' }, ['HERS']);
        await accept(ANNA.id);
        for (const { id } of [ANNA, BEN]) await wish(id);
        for (const { id } of [ANNA, BEN]) await remind(id, JUNE);

        const count = await erasePersonData(database, ANNA.id);

        assert.equal(count, 7);
        assert.equal((await database.db.selectFrom('person_settings').selectAll().execute()).length, 1);
        const rows = await Promise.all(
          (['meetings', 'lists', 'last_meetings', 'operations', 'person_settings', 'reminders'] as const).map(
            async (table) => database.db.selectFrom(table).selectAll().execute(),
          ),
        );
        assert.doesNotMatch(JSON.stringify(rows), /anna-oid|Anna Berg/u);
        assert.equal((await store.findRecord('HERS'))?.subject, 'HERS');
        assert.deepEqual((await store.findRecord('HIS'))?.createdBy, BEN);
      });

      it('tells, forgets and erases what waits for a sign-in, and how somebody was seen', async () => {
        const parking = new SqlParking(database);
        for (const { id } of [ANNA, BEN]) {
          await parking.park({ personId: id, conversationId: 'a:1' }, { id, request: { text: `words of ${id}` } });
          await parking.ownCard(`card of ${id}`, id);
          await new SqlSeenPeople(database).save(id, { zone: 'Europe/Berlin', userId: `29:${id}` });
        }

        const { parked, signInCards, seen } = await readPersonData(database, ANNA.id);
        const count = await erasePersonData(database, ANNA.id);

        for (const told of [parked, signInCards, seen]) {
          assert.equal(told.length, 1);
          assert.match(JSON.stringify(told), /anna-oid/u);
        }
        assert.match(parked[0]?.request ?? '', /words of anna-oid/u);
        assert.equal(count, 3);
        const rows = await Promise.all(
          (['parked_turns', 'sign_in_cards', 'seen_people'] as const).map(async (table) =>
            database.db.selectFrom(table).selectAll().execute(),
          ),
        );
        assert.deepEqual(
          rows.map((each) => each.length),
          [1, 1, 1],
        );
        assert.doesNotMatch(JSON.stringify(rows), /anna-oid/u);
      });

      it('tells and forgets the cards in the personal chat of somebody, and what is to be shown on them', async () => {
        const posts = new SqlPostStore(database, () => now.getTime());
        for (const { id } of [ANNA, BEN]) {
          const address = { user: { aadObjectId: id }, conversation: { conversationType: 'personal' } };
          const [conversationId, activityId] = [`a:${id.charAt(0)}`, 'message 1'];
          const card = { meetingId: 'M1', conversationId, activityId, address };
          await store.savePosting(card);
          await posts.want({ cards: [{ ...card, personId: BEN.id }], lines: [], gatherMs: 0 });
        }
        const inTeam = { user: { aadObjectId: ANNA.id }, conversation: { conversationType: 'channel' } };
        await store.savePosting({ meetingId: 'M1', conversationId: 'a:1', activityId: 'message 1', address: inTeam });

        const { cards } = await readPersonData(database, ANNA.id);
        const count = await erasePersonData(database, ANNA.id);

        assert.deepEqual(
          cards.map((row) => row.conversation_id),
          ['a:a'],
        );
        assert.equal(count, 1);
        const kept = await database.db
          .selectFrom('cards')
          .select('conversation_id')
          .orderBy('conversation_id')
          .execute();
        assert.deepEqual(
          kept.map((row) => row.conversation_id),
          ['a:1', 'a:b'],
        );
        const updates = await database.db.selectFrom('card_updates').selectAll().execute();
        assert.deepEqual(
          updates.map((row) => row.conversation_id),
          ['a:b'],
        );
      });

      it('forgets the personal chat of somebody wherever it is named, and goes on looking for late twins', async () => {
        const { db } = database;
        for (const { id } of [ANNA, BEN]) {
          const conversationId = `a:${id}'s chat`;
          await new SqlConversationStore(database).seen({
            ...{ conversationId, personId: id, teamId: undefined, serviceUrl: 'https://x/', address: null },
          });
          await store.saveList({ personId: '*', conversationId }, ['M1']);
          await store.saveOutcome(`welcome ${conversationId}`, 'said');
          const journal = new SqlOperationStore(database, () => now.getTime());
          const operation = { id: `op ${id}`, kind: 'new', personId: id, conversationId, activityId: `activity ${id}` };
          await journal.accept({ ...operation, request: {} });
          const claimed = await journal.claim('one', 1000);
          assert.ok(claimed);
          const sweep = { marker: `ref ${id}`, keep: undefined, afterMs: 1000 };
          await journal.save(claimed, { step: 'ended', meetingId: `meeting of ${id}`, sweep });
        }

        await erasePersonData(database, ANNA.id);

        const rows = await Promise.all(
          (['conversations', 'lists', 'inbox', 'outcomes', 'operations'] as const).map(async (table) =>
            db.selectFrom(table).selectAll().execute(),
          ),
        );
        assert.deepEqual(
          rows.map((each) => each.length),
          [1, 1, 1, 1, 1],
        );
        assert.doesNotMatch(JSON.stringify(rows), /anna-oid/u);
        const sweeps = await db.selectFrom('sweeps').selectAll().orderBy('person_id').execute();
        assert.deepEqual(
          sweeps.map((row) => [row.person_id, row.kept_meeting_id]),
          [
            ['', `meeting of ${ANNA.id}`],
            [BEN.id, null],
          ],
        );
      });

      it('knows of nobody what was said, is being said by no process any more, or names who is forgotten', async () => {
        const line = (id: string, by: { readonly id: string }) => ({
          ...{ id, conversationId: 'a:1', group: JSON.stringify(['a:1', 'M1', by.id]), address: { user: by } },
          content: { kind: 'change', change: { by } },
        });
        const posts = new SqlPostStore(database, () => now.getTime());
        const want = async (...lines: LineWanted[]): Promise<void> => posts.want({ cards: [], lines, gatherMs: 0 });
        await want(line('said', ANNA));
        await posts.endLines(await posts.claimLines('one', 1000));
        await want(line('left', ANNA));
        await posts.aboutToSay(await posts.claimLines('one', 1000));
        now = new Date(MAY.getTime() + 3_600_001);

        await posts.forget(retention.postsMs);

        const kept = await database.db.selectFrom('lines').selectAll().execute();
        assert.equal(kept.length, 2);
        assert.doesNotMatch(JSON.stringify(kept), /anna-oid|Anna Berg/u);

        await want(line('hers', ANNA), line('his', BEN));
        assert.equal(await erasePersonData(database, ANNA.id), 1);

        assert.deepEqual(
          (await posts.claimLines('one', 1000)).map(({ id }) => id),
          ['his'],
        );
      });

      it('forgets what waited too long for a sign-in, and whom nobody has seen for a month', async () => {
        const long = retention.seenMs + 1;
        const then = (): number => Date.now() - long;
        await new SqlParking(database, then).park(
          { personId: ANNA.id, conversationId: 'a:1' },
          { id: 'p', request: {} },
        );
        await new SqlSeenPeople(database, then).save(ANNA.id, { zone: 'Europe/Berlin' });
        await new SqlQuotas(database, then).take([{ key: 'k', most: 1, windowMs: 1 }]);

        await forgetWhatIsOver(database, JUNE);

        const rows = await Promise.all(
          (['parked_turns', 'seen_people', 'quotas'] as const).map(async (table) =>
            database.db.selectFrom(table).selectAll().execute(),
          ),
        );
        assert.deepEqual(rows, [[], [], []]);
      });

      it('gives a meeting back to whoever asked for it when the person it was given to is forgotten', async () => {
        const hers = { ...ANNA, address: 'anna-oid@contoso.com' };
        await store.saveRecord(record('GIVEN', { createdBy: BEN, owner: hers, coOwners: [hers, BEN] }));
        await store.saveRecord(record('HIS', { createdBy: BEN, owner: BEN, coOwners: [BEN] }));

        const count = await erasePersonData(database, ANNA.id);

        assert.equal(count, 2);
        const { owner, coOwners } = (await store.findRecord('GIVEN')) ?? {};
        assert.deepEqual([owner, coOwners], [undefined, [BEN]]);
        assert.deepEqual((await store.findRecord('HIS'))?.coOwners, [BEN]);
        const rows = await database.db.selectFrom('meetings').selectAll().execute();
        assert.doesNotMatch(JSON.stringify(rows), /anna-oid/u);
      });

      const accept = async (personId: string): Promise<unknown> =>
        new SqlOperationStore(database).accept({
          ...{ id: `operation of ${personId}`, kind: 'new', personId, conversationId: 'a:1' },
          ...{ activityId: personId, request: { args: 'Q3' } },
        });
    });
  }
});
