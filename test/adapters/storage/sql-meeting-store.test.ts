import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlMeetingStore } from '../../../src/adapters/storage/sql-meeting-store';
import type { MeetingRecord } from '../../../src/meetings/ports';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';
import { MemoryStore } from '../../support/memory-store';

import { storeKeepsItsContract } from './store-contract';

const NOW = new Date('2026-06-01T09:00:00Z');

const FULL: MeetingRecord = {
  id: 'IB88RLLY',
  kind: 'foreign',
  subject: 'Überprüfung 🙂 "quoted" \'; drop table meetings; --',
  createdBy: { id: 'anna', name: 'Anna' },
  owner: { id: 'lukas', name: 'Lukas', address: 'lukas@contoso.com' },
  coOwners: [
    { id: 'petra', name: 'Petra "P" \\ %' },
    { id: 'ben', name: 'Ben', address: 'ben@contoso.com' },
  ],
  recordedAt: '2026-06-01T09:00:00.000Z',
  joinUrl: 'https://meet.contoso.com/confer/IB88RLLY',
  conferenceUri: 'sip:anna@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY',
  conferenceId: '917823',
  expiresAt: '2026-07-01T09:00:00.000Z',
  startsAt: '2026-06-30T09:00:00.000Z',
  cancelledAt: '2026-06-02T09:00:00.000Z',
  cancelledBy: { id: 'ben', name: 'Ben' },
  organizer: 'Anna Berg',
  access: 'everyone',
};

describe('stores of meetings', () => {
  describe('MemoryStore, the tests’ own', () => {
    // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
    storeKeepsItsContract(async () => Promise.resolve(new MemoryStore()));
  });

  for (const { name, newHome } of engines) {
    describe(`SqlMeetingStore on ${name}`, function () {
      this.timeout(20_000);
      let home: DatabaseHome;
      let open: Database[] = [];

      beforeEach(async () => {
        home = await newHome();
      });

      afterEach(async () => {
        await Promise.all(open.map(async (database) => database.close()));
        open = [];
        await home.remove();
      });

      const openStore = async (): Promise<SqlMeetingStore> => {
        const database = await openMigrated(home);
        open.push(database);
        return new SqlMeetingStore(database, () => NOW);
      };

      // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
      storeKeepsItsContract(openStore);

      it('gives back every property of a record, and none that was not there', async () => {
        const store = await openStore();
        const bare: MeetingRecord = {
          ...{ id: 'B', kind: 'scheduled', subject: '' },
          createdBy: undefined,
          recordedAt: '',
        };

        await store.saveRecord(FULL);
        await store.saveRecord(bare);

        assert.deepEqual(await store.findRecord('IB88RLLY'), FULL);
        assert.deepEqual(JSON.parse(JSON.stringify(await store.findRecord('B'))), {
          ...{ id: 'B', kind: 'scheduled', subject: '', recordedAt: '' },
        });
      });

      it('remembers everything after it was opened again', async () => {
        const store = await openStore();
        const address = { user: { id: '29:x' }, tags: ['a', 1, null] };
        await store.saveRecord(FULL);
        await store.savePosting({ meetingId: 'A', conversationId: 'a:1', activityId: '1', address, passing: true });
        await open.pop()?.close();

        const again = await openStore();

        assert.deepEqual(await again.records(), [FULL]);
        assert.deepEqual(await again.postingsOf('A'), [
          { meetingId: 'A', conversationId: 'a:1', activityId: '1', address, passing: true },
        ]);
      });

      it('keeps every one of many saves that come at once', async () => {
        const store = await openStore();

        await Promise.all(
          Array.from({ length: 100 }, async (_, index) => {
            const activityId = String(index % 10);
            await store.savePosting({ meetingId: String(index), conversationId: 'a:1', activityId, address: null });
          }),
        );

        const postings = await store.postingsIn('a:1');
        assert.deepEqual(postings.map(({ activityId }) => activityId).sort(), Array.from('0123456789'));
      });

      it('gives a one-time key to one of many who ask at once, and again when it was given back', async () => {
        const store = await openStore();

        const claimed = await Promise.all(Array.from({ length: 20 }, async () => store.claim('welcome a:1')));
        const late = await store.claim('welcome a:1');
        await store.release('welcome a:1');

        assert.equal(claimed.filter(Boolean).length, 1);
        assert.deepEqual([late, await store.claim('welcome a:1')], [false, true]);
      });

      it('lets a failed transaction leave nothing behind', async () => {
        const store = await openStore();
        await store.savePosting({ meetingId: 'A', conversationId: 'a:1', activityId: '1', address: null });
        const unwritable = { meetingId: 1n as unknown as string, conversationId: 'a:1', activityId: '1', address: 1n };

        await assert.rejects(store.savePosting(unwritable));

        assert.equal((await store.postingsIn('a:1')).length, 1);
        await store.saveOutcome('next', 'works');
        assert.equal(await store.outcome('next'), 'works');
      });
    });
  }
});
