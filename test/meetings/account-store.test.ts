import assert from 'node:assert/strict';

import { AccountStore } from '../../src/meetings/account-store';
import type { MeetingRecord, Posting } from '../../src/meetings/ports';
import { storeKeepsItsContract } from '../adapters/storage/store-contract';
import { MemoryStore } from '../support/memory-store';

const RECORD: MeetingRecord = {
  ...{ id: 'IB88RLLY', kind: 'spontaneous', subject: 'Pay of Petra', createdBy: undefined },
  recordedAt: '2026-06-01T09:00:00.000Z',
};
const POSTING: Posting = { meetingId: 'IB88RLLY', conversationId: '19:group', activityId: 'posted-1', address: {} };
const ANYBODY = { personId: '*', conversationId: '19:group' };

/** One store with the parts of two people and of the service account. */
function parts(): Readonly<Record<'anna' | 'petra' | 'service', AccountStore>> {
  const store = new MemoryStore();
  return {
    anna: new AccountStore(store, 'anna'),
    petra: new AccountStore(store, '29:petra 1'),
    service: new AccountStore(store, undefined),
  };
}

describe('AccountStore', () => {
  describe('of the service account', () => {
    // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
    storeKeepsItsContract(async () => Promise.resolve(new AccountStore(new MemoryStore(), undefined)));
  });

  describe('of a person', () => {
    // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
    storeKeepsItsContract(async () => Promise.resolve(new AccountStore(new MemoryStore(), '29:anna of contoso')));
  });

  it('keeps the records of people from each other, and from the service account', async () => {
    const { anna, petra, service } = parts();

    await anna.saveRecord(RECORD);

    assert.deepEqual(await anna.records(), [RECORD]);
    for (const other of [petra, service]) {
      assert.deepEqual(await other.records(), []);
      assert.equal(await other.findRecord(RECORD.id), undefined);
    }
  });

  it('keeps what the service account knows from people', async () => {
    const { anna, service } = parts();

    await service.saveRecord(RECORD);

    assert.deepEqual(await anna.records(), []);
    assert.deepEqual(await service.records(), [RECORD]);
  });

  it('lets two people remember the same meeting, each in their way', async () => {
    const { anna, petra } = parts();

    await anna.saveRecord(RECORD);
    await petra.saveRecord({ ...RECORD, kind: 'foreign', subject: '' });

    assert.equal((await anna.findRecord(RECORD.id))?.subject, 'Pay of Petra');
    assert.equal((await petra.findRecord(RECORD.id))?.kind, 'foreign');
  });

  it('lets the cards of an account follow its own changes only', async () => {
    const { anna, petra } = parts();

    await anna.savePosting(POSTING);

    assert.deepEqual(await anna.postingsOf(POSTING.meetingId), [POSTING]);
    assert.deepEqual(await petra.postingsOf(POSTING.meetingId), []);
  });

  it('tells whoever answers a card which meeting it is about', async () => {
    const { anna, petra } = parts();

    await anna.savePosting(POSTING);

    assert.deepEqual(await petra.postingsIn('19:group'), [POSTING]);
  });

  it('gives nobody the numbers of what somebody else listed', async () => {
    const { anna, petra, service } = parts();

    await anna.saveList(ANYBODY, ['IB88RLLY']);

    assert.deepEqual([await petra.lastList(ANYBODY), await anna.lastList(ANYBODY)], [undefined, undefined]);
    await service.saveList(ANYBODY, ['IB88RLLY']);
    assert.deepEqual([await petra.lastList(ANYBODY), await service.lastList(ANYBODY)], [undefined, ['IB88RLLY']]);
  });
});
