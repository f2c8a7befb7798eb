import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { MovableClock, Timers } from '../../src/simulator/timers';

const HOUR_MS = 3_600_000;

describe('simulator timers', () => {
  const timers = new Timers(1);

  afterEach(() => {
    timers.stop();
  });

  it('run what is due when time is let pass, in order of their time', () => {
    const ran: string[] = [];
    timers.after(2000, () => ran.push('second'));
    timers.after(1000, () => ran.push('first'));
    timers.after(9000, () => ran.push('too late'));

    timers.advance(3000);

    assert.deepEqual(ran, ['first', 'second']);
  });

  it('count the time passed for those that are not due yet', () => {
    const ran: string[] = [];
    timers.after(9000, () => ran.push('late'));

    timers.advance(5000);
    const early = [...ran];
    timers.advance(4000);

    assert.deepEqual([early, ran], [[], ['late']]);
  });

  it('let the rest run by themselves once the remaining time is over', async () => {
    const ran = new Promise((resolve) =>
      timers.after(HOUR_MS, () => {
        resolve('by itself');
      }),
    );

    timers.advance(HOUR_MS - 1);

    // The timers do not keep the process alive, this one does.
    assert.equal(await Promise.race([ran, pause(1500, 'never')]), 'by itself');
  });

  it('do not run what was cancelled by one that ran before', () => {
    const ran: string[] = [];
    timers.after(1000, () => {
      cancel();
    });
    const cancel = timers.after(2000, () => ran.push('cancelled'));

    timers.advance(3000);

    assert.deepEqual(ran, []);
  });

  it('run what is scheduled meanwhile after its own delay', () => {
    const ran: string[] = [];
    timers.after(1000, () => timers.after(1000, () => ran.push('chained')));

    timers.advance(HOUR_MS);

    assert.deepEqual(ran, []);
  });

  it('scale what passes like what is waited for', () => {
    const scaled = new Timers(0.5);
    const ran: string[] = [];
    scaled.after(1000, () => ran.push('due'));
    scaled.after(9000, () => ran.push('not due'));

    scaled.advance(1000);
    scaled.stop();

    assert.deepEqual(ran, ['due']);
  });

  it('leave real pauses alone', async () => {
    let over = false;
    const ended = timers.realPause(40).then(() => {
      over = true;
    });

    timers.advance(HOUR_MS);
    await Promise.resolve();
    const overAtOnce = over;
    await Promise.all([ended, pause(60)]);

    assert.deepEqual([overAtOnce, over], [false, true]);
  });

  it('have a clock that goes on from where it was put', () => {
    let now = 1000;
    const clock = new MovableClock({ now: () => now });

    clock.advance(500);
    clock.advance(250);
    now += 10;

    assert.deepEqual([clock.now(), clock.aheadMs], [1760, 750]);
  });
});
