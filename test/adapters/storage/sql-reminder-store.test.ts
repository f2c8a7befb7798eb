import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlReminderStore } from '../../../src/adapters/storage/sql-reminder-store';
import type { NewReminder } from '../../../src/meetings/reminder-store';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const LEASE = 30_000;
const START = 1_780_000_000_000;

function wanted(over: Partial<NewReminder> = {}): NewReminder {
  return {
    personId: 'anna',
    meetingId: 'M1',
    conversationId: 'a:1',
    address: { conversation: { id: 'a:1' } },
    zone: 'Europe/Berlin',
    lead: 'PT10M',
    countsTo: 'start',
    meetingAt: new Date(START + 600_000),
    dueAt: new Date(START),
    state: 'waiting',
    ...over,
  };
}

describe('SqlReminderStore', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let store: SqlReminderStore;
      let now = START;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        store = new SqlReminderStore(database, () => now);
        now = START;
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      it('keeps a reminder as it was wanted', async () => {
        const kept = await store.save(wanted());

        const { id, revision, ...rest } = kept;
        assert.deepEqual(rest, wanted());
        assert.equal(revision, 1);
        assert.match(id, /^[0-9a-f]{32}$/u);
        assert.deepEqual(await store.find(id), kept);
        assert.deepEqual(await store.findOf('anna', 'M1'), kept);
        assert.equal(await store.findOf('ben', 'M1'), undefined);
      });

      it('has one for a person and a meeting: another takes its place, with the same id', async () => {
        const first = await store.save(wanted());
        const second = await store.save(wanted({ lead: 'PT30M', conversationId: 'a:2' }));

        assert.deepEqual([second.id, second.revision, second.lead], [first.id, 2, 'PT30M']);
        assert.deepEqual(await store.ofMeeting('M1'), [second]);
      });

      it('does not touch what the person has, or does not want, when it comes by itself', async () => {
        const own = await store.save(wanted({ lead: 'PT30M' }));
        const unwanted = await store.save(wanted({ meetingId: 'M2', state: 'off' }));

        for (const meetingId of ['M1', 'M2', 'M3']) await store.saveFirst(wanted({ meetingId }));

        assert.deepEqual(await store.find(own.id), own);
        assert.deepEqual(await store.find(unwanted.id), unwanted);
        assert.equal((await store.findOf('anna', 'M3'))?.state, 'waiting');
      });

      it('makes a new plan over the one that was read, and over no other', async () => {
        const read = await store.save(wanted());
        const dueAt = new Date(START + 60_000);

        const planned = await store.plan(read, { dueAt });
        const tooLate = await store.plan(read, { state: 'off' });

        assert.deepEqual(planned, { ...read, dueAt, revision: 2 });
        assert.equal(tooLate, undefined);
        assert.deepEqual(await store.find(read.id), planned);
      });

      it('gives what is due, longest first, and once to all who look', async () => {
        await store.save(wanted({ meetingId: 'LATER', dueAt: new Date(START + 1) }));
        await store.save(wanted({ meetingId: 'SECOND' }));
        await store.save(wanted({ meetingId: 'FIRST', dueAt: new Date(START - 1) }));
        await store.save(wanted({ meetingId: 'OFF', state: 'off' }));

        const taken = [];
        for (let time = 0; time < 4; time += 1) taken.push((await store.claim(LEASE))?.meetingId);

        assert.deepEqual(taken, ['FIRST', 'SECOND', undefined, undefined]);
      });

      it('gives each to one of many who look at the same time', async () => {
        const ids = Array.from({ length: 12 }, (_, index) => `M${String(index)}`);
        for (const meetingId of ids) await store.save(wanted({ meetingId }));

        const looking = Array.from({ length: 20 }, async () => store.claim(LEASE));
        const taken = (await Promise.all(looking)).flatMap((found) => (found === undefined ? [] : [found.meetingId]));
        for (let more = await store.claim(LEASE); more !== undefined; more = await store.claim(LEASE)) {
          taken.push(more.meetingId);
        }

        assert.deepEqual(taken.toSorted(), ids.toSorted());
      });

      it('gives it again when whoever took it did not come back', async () => {
        const kept = await store.save(wanted());
        await store.claim(LEASE);
        const during = await store.dueIn();

        now += LEASE;
        const again = await store.claim(LEASE);

        assert.equal(during, LEASE);
        assert.deepEqual(again, kept);
      });

      it('gives nothing that was said, until there is a new plan', async () => {
        const kept = await store.save(wanted());
        await store.claim(LEASE);
        await store.said(kept);
        const none = [await store.claim(LEASE), await store.dueIn()];

        const said = await store.find(kept.id);
        assert.ok(said);
        await store.plan(said, { state: 'waiting', dueAt: new Date(now) });

        assert.deepEqual(none, [undefined, undefined]);
        assert.equal((await store.claim(LEASE))?.revision, 2);
      });

      it('does not take a new plan for said that was made meanwhile', async () => {
        const kept = await store.save(wanted());
        await store.claim(LEASE);
        await store.plan(kept, { dueAt: new Date(START + 5000) });

        await store.said(kept);

        assert.deepEqual([(await store.find(kept.id))?.state, await store.dueIn()], ['waiting', 5000]);
      });

      it('forgets the reminders of a meeting', async () => {
        await store.save(wanted());
        await store.save(wanted({ personId: 'ben' }));
        await store.save(wanted({ meetingId: 'M2' }));

        assert.equal(await store.forget('M1'), 2);
        assert.deepEqual(await store.ofMeeting('M1'), []);
        assert.equal((await store.ofPerson('anna')).length, 1);
      });

      it('keeps what somebody wants of all reminders, one wish without the other', async () => {
        const before = await store.wishesOf('anna');
        await store.saveWishes('anna', { lead: 'PT10M', zone: 'Europe/Berlin' });
        await store.saveWishes('anna', { isMuted: true });
        const both = await store.wishesOf('anna');
        await store.saveWishes('anna', { lead: undefined });

        assert.deepEqual(before, { lead: undefined, zone: undefined, isMuted: false });
        assert.deepEqual(both, { lead: 'PT10M', zone: 'Europe/Berlin', isMuted: true });
        assert.deepEqual(await store.wishesOf('anna'), { lead: undefined, zone: 'Europe/Berlin', isMuted: true });
      });

      it('goes by the clock of the database', async () => {
        const real = new SqlReminderStore(database);
        await real.save(wanted({ dueAt: new Date(Date.now() - 60_000) }));
        await real.save(wanted({ meetingId: 'M2', dueAt: new Date(Date.now() + 3_600_000) }));

        assert.equal((await real.claim(LEASE))?.meetingId, 'M1');
        assert.equal(await real.claim(LEASE), undefined);
        assert.ok(Math.abs((await real.now()).getTime() - Date.now()) < 60_000);
      });
    });
  }
});
