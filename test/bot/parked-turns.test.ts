import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { type ParkedTurn, ParkedTurns } from '../../src/bot/parked-turns';

/** A turn that waits. */
function turn(text: string): ParkedTurn {
  return { activity: { text } as Activity, asked: new Set(['any']) };
}

describe('ParkedTurns', () => {
  it('give a turn out once', () => {
    const parked = new ParkedTurns(() => new Date(0));
    parked.park('anna', turn('list'));

    assert.equal(parked.take('anna')?.activity.text, 'list');
    assert.equal(parked.take('anna'), undefined);
  });

  it('keep the newest of each person', () => {
    const parked = new ParkedTurns(() => new Date(0));
    parked.park('anna', turn('list'));
    parked.park('anna', turn('start'));

    assert.equal(parked.take('anna')?.activity.text, 'start');
  });

  it('forget after ten minutes', () => {
    let now = 0;
    const parked = new ParkedTurns(() => new Date(now));
    parked.park('anna', turn('list'));
    parked.park('lukas', turn('list'));

    now = 600_000;
    assert.ok(parked.take('anna'));
    now = 600_001;
    assert.equal(parked.take('lukas'), undefined);
  });

  it('forget the oldest at the limit', () => {
    const parked = new ParkedTurns(() => new Date(0), 2);
    for (const person of ['anna', 'lukas', 'petra']) parked.park(person, turn(person));

    assert.deepEqual(
      ['anna', 'lukas', 'petra'].map((person) => parked.take(person)?.activity.text),
      [undefined, 'lukas', 'petra'],
    );
  });
});
