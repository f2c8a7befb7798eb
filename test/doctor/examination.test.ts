import assert from 'node:assert/strict';

import { Examination, type Result } from '../../src/doctor/examination';
import { type Line, ok } from '../../src/doctor/finding';

function examination({ limitMs = 1000, signal = new AbortController().signal } = {}): {
  readonly subject: Examination;
  readonly seen: Line[];
} {
  const seen: Line[] = [];
  return { subject: new Examination({ limitMs, signal, onLine: (line) => seen.push(line) }), seen };
}

describe('Examination', () => {
  it('hands what a check learned to the next one', async () => {
    const { subject, seen } = examination();

    const first = await subject.check('first', async () => Promise.resolve({ findings: [ok('found')], value: 7 }));
    await subject.after(first, 'second', async (value) => Promise.resolve({ findings: [ok(String(value + 1))] }));

    assert.deepEqual(
      seen.map(({ name, level, what }) => [name, level, what]),
      [
        ['first', 'ok', 'found'],
        ['second', 'ok', '8'],
      ],
    );
  });

  it('names the check that failed first in every line that follows from it', async () => {
    const { subject, seen } = examination();
    const unreached = async (): Promise<never> => Promise.reject(new Error('ran all the same'));

    const first = await subject.check<number>('first', async () => Promise.reject(new TypeError('broken')));
    const second = await subject.after(first, 'second', unreached);
    await subject.after(second, 'third', unreached);

    assert.deepEqual(
      seen.map(({ name, level, what }) => [name, level, what]),
      [
        ['first', 'problem', 'this check itself failed (TypeError: broken)'],
        ['second', 'not checked', 'because "first" failed'],
        ['third', 'not checked', 'because "first" failed'],
      ],
    );
  });

  it('goes on after a check that never ends, once its time is up', async () => {
    const { subject, seen } = examination({ limitMs: 20 });

    await subject.check('deaf', async () => new Promise<Result>(() => undefined));
    await subject.check('next', async () => Promise.resolve({ findings: [ok('fine')] }));

    assert.deepEqual(
      seen.map(({ name, level, what }) => [name, level, what]),
      [
        ['deaf', 'problem', 'no result after 0.02 seconds'],
        ['next', 'ok', 'fine'],
      ],
    );
  });

  it('tells the check itself that its time is up', async () => {
    const { subject } = examination({ limitMs: 20 });
    let told: AbortSignal | undefined;

    await subject.check('slow', async (signal) => {
      told = signal;
      return new Promise<Result>(() => undefined);
    });

    assert.equal(told?.aborted, true);
  });

  it('stops with the reason of its own signal', async () => {
    const stopping = new AbortController();
    const { subject, seen } = examination({ signal: stopping.signal });
    const reason = new Error('Ctrl-C');

    const running = subject.check('long', async () => new Promise<Result>(() => undefined));
    stopping.abort(reason);

    await assert.rejects(running, reason);
    assert.deepEqual(seen, []);
  });
});
