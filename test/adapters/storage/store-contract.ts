import assert from 'node:assert/strict';

import type { MeetingRecord, MeetingStore, Posting } from '../../../src/meetings/ports';

const RECORD: MeetingRecord = {
  id: 'IB88RLLY',
  kind: 'scheduled',
  subject: 'Quarterly',
  createdBy: { id: 'anna', name: 'Anna' },
  recordedAt: '2026-06-01T09:00:00.000Z',
  joinUrl: 'https://meet.contoso.com/confer/IB88RLLY',
};

const ANNA = { id: 'anna', name: 'Anna' };
const BEN = { id: 'ben', name: 'Ben', address: 'ben@contoso.com' };

const HERE = { personId: 'anna', conversationId: 'a:1' };
const THERE = { personId: 'anna', conversationId: 'a:2' };

function posting(activityId: string, over: Partial<Posting> = {}): Posting {
  return { meetingId: 'IB88RLLY', conversationId: 'a:1', activityId, address: { serviceUrl: 'x' }, ...over };
}

/** Names that mean something to JavaScript objects and nothing to a store. */
const ODD_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];

/** What every implementation of {@link MeetingStore} must do. Call inside a `describe`. */
// eslint-disable-next-line mocha/no-exports -- shared by the tests of every store
export function storeKeepsItsContract(open: () => Promise<MeetingStore>): void {
  it('knows nothing at first', async () => {
    const store = await open();

    assert.deepEqual(
      [
        await store.findRecord('IB88RLLY'),
        await store.lastList(HERE),
        await store.last(HERE),
        await store.outcome('key'),
        await store.records(),
        await store.postingsOf('IB88RLLY'),
        await store.postingsIn('a:1'),
      ],
      [undefined, undefined, undefined, undefined, [], [], []],
    );
  });

  it('gives back what was saved, the newest under each name', async () => {
    const store = await open();
    await store.saveRecord(RECORD);
    await store.saveRecord({ ...RECORD, subject: 'Renamed' });
    await store.saveList(HERE, ['A', 'B']);
    await store.saveLast(HERE, 'A');
    await store.saveOutcome('key', 'A');

    assert.equal((await store.findRecord('IB88RLLY'))?.subject, 'Renamed');
    assert.equal((await store.records()).length, 1);
    assert.deepEqual(await store.lastList(HERE), ['A', 'B']);
    assert.equal(await store.last(HERE), 'A');
    assert.equal(await store.outcome('key'), 'A');
  });

  it('keeps viewpoints apart', async () => {
    const store = await open();
    await store.saveLast(HERE, 'A');
    await store.saveLast({ personId: 'anna a:1', conversationId: '' }, 'B');

    assert.equal(await store.last(HERE), 'A');
    assert.equal(await store.last(THERE), undefined);
  });

  it('has one posting for a message, in the order they were made', async () => {
    const store = await open();
    await store.savePosting(posting('1'));
    await store.savePosting(posting('2', { meetingId: 'OTHER' }));
    await store.savePosting(posting('1', { conversationId: 'a:2' }));
    await store.savePosting(posting('1', { meetingId: 'OTHER' }));

    assert.deepEqual(
      (await store.postingsIn('a:1')).map(({ activityId, meetingId }) => [activityId, meetingId]),
      [
        ['2', 'OTHER'],
        ['1', 'OTHER'],
      ],
    );
    assert.deepEqual(
      (await store.postingsOf('IB88RLLY')).map(({ conversationId }) => conversationId),
      ['a:2'],
    );
  });

  it('changes whose meeting it is for the first of two who do it at once, and for nobody without a record', async () => {
    const store = await open();
    await store.saveRecord({ ...RECORD, owner: ANNA });
    const from = { owner: ANNA, coOwners: [] };
    const to = { owner: BEN, coOwners: [ANNA] };

    const changed = [
      await store.saveOwnership('IB88RLLY', { from, to }),
      await store.saveOwnership('IB88RLLY', { from, to: { owner: ANNA, coOwners: [BEN] } }),
      await store.saveOwnership('OTHER', { from: { owner: undefined, coOwners: [] }, to }),
    ];

    assert.deepEqual(changed, [true, false, false]);
    const { owner, coOwners, createdBy } = (await store.findRecord('IB88RLLY')) ?? {};
    assert.deepEqual([owner, coOwners, createdBy], [BEN, [ANNA], RECORD.createdBy]);
  });

  it('gives a meeting an owner that had none, and takes the last co-owner away', async () => {
    const store = await open();
    await store.saveRecord({ ...RECORD, createdBy: undefined });
    const none = { owner: undefined, coOwners: [] };
    const shared = { owner: BEN, coOwners: [ANNA] };

    assert.equal(await store.saveOwnership('IB88RLLY', { from: none, to: shared }), true);
    assert.equal(await store.saveOwnership('IB88RLLY', { from: none, to: none }), false);
    assert.equal(await store.saveOwnership('IB88RLLY', { from: shared, to: { owner: BEN, coOwners: [] } }), true);

    assert.deepEqual((await store.findRecord('IB88RLLY'))?.owner, BEN);
    assert.equal((await store.findRecord('IB88RLLY'))?.coOwners?.length ?? 0, 0);
  });

  it('leaves whose meeting it is alone when the rest of a record is saved', async () => {
    const store = await open();
    await store.saveRecord({ ...RECORD, owner: ANNA });
    const stale = await store.findRecord('IB88RLLY');
    assert.ok(stale);
    const to = { owner: BEN, coOwners: [] };
    await store.saveOwnership('IB88RLLY', { from: { owner: ANNA, coOwners: [] }, to });

    await store.saveRecord({ ...stale, subject: 'Renamed' });

    const { owner, subject } = (await store.findRecord('IB88RLLY')) ?? {};
    assert.deepEqual([owner, subject], [BEN, 'Renamed']);
  });

  it('changes when a meeting begins, which nothing else does', async () => {
    const store = await open();
    const [ten, eleven] = ['2026-06-01T10:00:00.000Z', '2026-06-01T11:00:00.000Z'];
    await store.saveRecord({ ...RECORD, startsAt: ten });
    const stale = await store.findRecord('IB88RLLY');
    assert.ok(stale);

    await store.saveStart('IB88RLLY', eleven);
    await store.saveRecord({ ...stale, subject: 'Renamed' });
    const moved = await store.findRecord('IB88RLLY');
    await store.saveStart('IB88RLLY', undefined);
    await store.saveStart('OTHER', eleven);

    assert.deepEqual([stale.startsAt, moved?.startsAt, moved?.subject], [ten, eleven, 'Renamed']);
    assert.equal((await store.findRecord('IB88RLLY'))?.startsAt, undefined);
    assert.equal(await store.findRecord('OTHER'), undefined);
  });

  it('forgets a posting', async () => {
    const store = await open();
    await store.savePosting(posting('1'));
    await store.savePosting(posting('2'));

    await store.removePosting({ conversationId: 'a:1', activityId: '1' });

    assert.deepEqual(
      (await store.postingsIn('a:1')).map(({ activityId }) => activityId),
      ['2'],
    );
  });

  for (const name of ODD_NAMES) {
    it(`takes "${name}" for a name like any other`, async () => {
      const store = await open();
      const viewpoint = { personId: name, conversationId: name };

      assert.deepEqual(
        [await store.findRecord(name), await store.outcome(name), await store.last(viewpoint)],
        [undefined, undefined, undefined],
      );
      await store.saveRecord({ ...RECORD, id: name });
      await store.saveOutcome(name, 'made');
      assert.equal((await store.findRecord(name))?.subject, 'Quarterly');
      assert.equal(await store.outcome(name), 'made');
    });
  }
}
