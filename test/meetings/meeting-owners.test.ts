import assert from 'node:assert/strict';

import { MeetingOwners } from '../../src/meetings/meeting-owners';
import type { OwnershipRules } from '../../src/meetings/ownership';
import type { MeetingRecord } from '../../src/meetings/ports';
import { ANNA, LUKAS } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { MemoryStore } from '../support/memory-store';
import { RecordingLogger } from '../support/recording-logger';

const anna = { id: ANNA.aadObjectId, name: ANNA.name };
const lukas = { id: LUKAS.aadObjectId, name: LUKAS.name, address: 'lukas@contoso.com' };

const RULES: OwnershipRules = { administrators: [], directoryOnly: true };

const signal = AbortSignal.any([]);

/** Owners of one meeting that Anna asked for. */
async function owners(ownership: OwnershipRules | undefined, over: Partial<MeetingRecord> = {}) {
  const store = new MemoryStore();
  const gateway = new FakeGateway(meeting());
  await store.saveRecord({
    ...{ id: 'IB88RLLY', kind: 'scheduled', subject: 'Retro', recordedAt: '', createdBy: anna },
    ...over,
  });
  return { store, gateway, owners: new MeetingOwners({ store, gateway, log: new RecordingLogger(), ownership }) };
}

describe('MeetingOwners', () => {
  it('keep out of the way where everybody has an account of their own', async () => {
    const { owners: none, store } = await owners(undefined);

    await none.check('IB88RLLY', lukas);
    none.checkMaker({ id: '29:x', name: 'X' });

    assert.equal(none.leaderFor(lukas), undefined);
    assert.deepEqual(none.of(await store.findRecord('IB88RLLY')), { owner: undefined, coOwners: [] });
  });

  it('do not give away what is the organizer’s on the server', async () => {
    const { owners: none, gateway } = await owners(undefined);

    await assert.rejects(none.handOver({ kind: 'scheduled', meeting: meeting() }, { to: lukas, by: anna }, signal), {
      code: 'meeting.ownerIsOrganizer',
    });
    await assert.rejects(none.share('IB88RLLY', { by: anna, person: lukas, change: 'add' }), {
      code: 'meeting.ownerIsOrganizer',
    });
    assert.equal(gateway.count('update'), 0);
  });

  it('say nothing about a cancelled meeting, of which nothing is left to change', async () => {
    const { owners: some } = await owners(RULES, { cancelledAt: '2026-06-01T09:00:00Z' });

    await some.check('IB88RLLY', lukas);
  });

  it('keep a meeting of whoever asked for it so when it is shared', async () => {
    const { owners: some, store } = await owners(RULES);

    await some.share('IB88RLLY', { by: anna, person: lukas, change: 'add' });

    const { owner, coOwners } = (await store.findRecord('IB88RLLY')) ?? {};
    assert.deepEqual([owner, coOwners], [undefined, [lukas]]);
  });

  it('judge again when somebody gave the meeting away meanwhile', async () => {
    const { owners: some, store, gateway } = await owners(RULES);
    gateway.beforeNext('update', async () => {
      const none = { owner: undefined, coOwners: [] };
      await store.saveOwnership('IB88RLLY', {
        from: none,
        to: { owner: { id: 'other', name: 'Other' }, coOwners: [] },
      });
    });

    await assert.rejects(some.handOver({ kind: 'scheduled', meeting: meeting() }, { to: lukas, by: anna }, signal), {
      code: 'meeting.notOwner',
    });
    assert.equal((await store.findRecord('IB88RLLY'))?.owner?.name, 'Other');
  });

  it('give up when others never stop', async () => {
    const { owners: some, store } = await owners(RULES);
    store.saveOwnership = async () => Promise.resolve(false);

    await assert.rejects(some.share('IB88RLLY', { by: anna, person: lukas, change: 'add' }), {
      code: 'meeting.keepsChanging',
    });
  });
});
