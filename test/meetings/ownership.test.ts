import assert from 'node:assert/strict';

import {
  checkKnown,
  handedTo,
  isSamePerson,
  leadersWith,
  mayChange,
  mayGiveAway,
  notOwner,
  notSharedWith,
  ownershipOf,
  sharedWith,
} from '../../src/meetings/ownership';
import { ANNA, LUKAS, PETRA } from '../support/chat';

const [anna, lukas, petra] = [ANNA, LUKAS, PETRA].map(({ aadObjectId: id, name }) => ({ id, name })) as [P, P, P];
type P = Readonly<{ id: string; name: string }>;

const NOBODYS = { owner: undefined, coOwners: [] };
const SHARED = { owner: anna, coOwners: [lukas] };

/** Rules with these administrators. */
function rules(...administrators: readonly P[]) {
  return { administrators: administrators.map(({ id }) => id), directoryOnly: true };
}

describe('ownership', () => {
  it('is of whoever asked for the meeting until it is given to somebody else', () => {
    const record = { id: 'A', kind: 'scheduled', subject: '', recordedAt: '', createdBy: anna } as const;

    assert.deepEqual(ownershipOf(record), { owner: anna, coOwners: [] });
    assert.deepEqual(ownershipOf({ ...record, owner: lukas, coOwners: [petra] }), { owner: lukas, coOwners: [petra] });
    assert.deepEqual(ownershipOf(undefined), NOBODYS);
  });

  it('lets the owner, co-owners and administrators change a meeting, and nobody else', () => {
    assert.deepEqual(
      [anna, lukas, petra].map((person) => mayChange(person, SHARED, rules())),
      [true, true, false],
    );
    assert.equal(mayChange(petra, SHARED, rules(petra)), true);
  });

  it('lets the owner and administrators alone give it away', () => {
    assert.deepEqual(
      [anna, lukas, petra].map((person) => mayGiveAway(person, SHARED, rules(petra))),
      [true, false, true],
    );
  });

  it('leaves a meeting without an owner to administrators, and to everybody where there are none', () => {
    assert.equal(mayChange(lukas, NOBODYS, rules()), true);
    assert.equal(mayChange(lukas, NOBODYS, rules(petra)), false);
    assert.equal(mayChange(petra, NOBODYS, rules(petra)), true);
    assert.equal(mayGiveAway(lukas, NOBODYS, rules()), false);
  });

  it('keeps a meeting with co-owners only for them', () => {
    assert.equal(mayChange(petra, { owner: undefined, coOwners: [lukas] }, rules()), false);
  });

  it('knows people by id whatever its case, and not by name', () => {
    assert.equal(isSamePerson(anna, { id: anna.id.toUpperCase() }), true);
    assert.equal(mayChange({ ...petra, name: anna.name }, SHARED, rules()), false);
  });

  it('knows nobody without a directory identity, but in local mode', () => {
    const anonymous = { id: '29:anonymous', name: 'Anna Berger' };

    assert.throws(() => {
      checkKnown(anonymous, rules());
    }, /signIn\.unknownPerson/u);
    checkKnown(anonymous, { administrators: [], directoryOnly: false });
    checkKnown(anna, rules());
  });

  it('goes over whole: the old owner keeps nothing, the new one is no co-owner any more', () => {
    assert.deepEqual(handedTo(lukas, { owner: anna, coOwners: [petra, lukas] }), { owner: lukas, coOwners: [petra] });
  });

  it('is shared once with each person, and never with the owner', () => {
    assert.deepEqual(sharedWith(petra, SHARED).coOwners, [lukas, petra]);
    assert.equal(sharedWith(lukas, SHARED), SHARED);
    assert.equal(sharedWith(anna, SHARED), SHARED);
    assert.deepEqual(notSharedWith(lukas, SHARED).coOwners, []);
  });

  it('adds an address to those who lead once, whatever its case', () => {
    assert.deepEqual(leadersWith(['Anna@contoso.com'], 'anna@contoso.com'), ['Anna@contoso.com']);
    assert.deepEqual(leadersWith(undefined, 'anna@contoso.com'), ['anna@contoso.com']);
    assert.deepEqual(leadersWith(['lukas@contoso.com'], undefined), ['lukas@contoso.com']);
  });

  it('names in a refusal whom to ask', () => {
    const { code, facts } = notOwner({ subject: 'Retro' }, SHARED);

    assert.deepEqual([code, facts], ['meeting.notOwner', { subject: 'Retro', owner: anna.name, coOwners: lukas.name }]);
  });
});
