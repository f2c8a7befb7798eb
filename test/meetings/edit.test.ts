import assert from 'node:assert/strict';

import fc from 'fast-check';

import { changedByPerson, collisionsWith, fingerprints, pick, sameValue } from '../../src/meetings/edit';
import { type MeetingChanges, SETTING_NAMES, type SettingName } from '../../src/meetings/meeting';
import { meeting } from '../support/meetings';

const SAME: readonly (readonly [MeetingChanges[SettingName], MeetingChanges[SettingName], string])[] = [
  ['a\r\nb', 'a\nb', 'line ends'],
  [' x ', 'x', 'blanks around'],
  [['a@x.com', 'b@x.com'], ['B@x.com', 'a@x.com', 'a@x.com'], 'order, case and repeats of people'],
  [new Date('2026-12-24T17:00:00Z'), new Date('2026-12-24T17:00:59Z'), 'seconds'],
];

const DIFFERENT: readonly (readonly [MeetingChanges[SettingName], MeetingChanges[SettingName], string])[] = [
  ['x', 'X', 'letter case of words'],
  ['', undefined, 'nothing and not said'],
  [[], '', 'nobody and nothing'],
  [['a@x.com'], 'a@x.com', 'people and words'],
  [['a@x.com', 'b@x.com'], ['a@x.com'], 'one person more'],
  [new Date('2026-12-24T17:00:00Z'), new Date('2026-12-24T17:01:00Z'), 'minutes'],
];

/** What one person and somebody else make of the same properties. */
const someChanges = fc.record(
  {
    subject: fc.constantFrom('Quarterly sales numbers', 'A', 'B'),
    description: fc.constantFrom('We look at the numbers.', 'A', 'B'),
    access: fc.constantFrom('company' as const, 'locked' as const, 'invited' as const),
    attendees: fc.constantFrom(['anna@contoso.com', 'lukas@contoso.com'], [], ['eva@contoso.com']),
  },
  { requiredKeys: [] },
);

describe('edit', () => {
  for (const [left, right, what] of SAME) {
    it(`takes for the same: ${what}`, () => {
      assert.equal(sameValue(left, right), true);
    });
  }

  for (const [left, right, what] of DIFFERENT) {
    it(`tells apart: ${what}`, () => {
      assert.equal(sameValue(left, right), false);
    });
  }

  it('marks every property with a few letters that do not give it away', () => {
    const marks = fingerprints(meeting());

    assert.deepEqual(Object.keys(marks).sort(), [...SETTING_NAMES].sort());
    for (const mark of Object.values(marks)) assert.match(mark, /^[\w-]{10}$/u);
  });

  it('never loses a change: each property ends as mine, theirs, or a question', () => {
    fc.assert(
      fc.property(someChanges, someChanges, (mine, theirs) => {
        const before = meeting();
        const base = fingerprints(before);
        const current = { ...before, ...theirs };
        const values = { ...before, ...mine };

        const changed = changedByPerson(values, base);
        const collisions = collisionsWith(current, { values, changed, base });
        const merged = { ...current, ...pick(values, changed) };

        for (const name of SETTING_NAMES) {
          const byMe = !sameValue(values[name], before[name]);
          const byThem = !sameValue(current[name], before[name]);
          const agree = sameValue(values[name], current[name]);
          assert.equal(collisions.includes(name), byMe && byThem && !agree);
          if (!collisions.includes(name)) assert.ok(sameValue(merged[name], byMe ? values[name] : current[name]));
        }
      }),
    );
  });
});
