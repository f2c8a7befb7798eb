import assert from 'node:assert/strict';

import { deadline, DeadlineError } from '../../src/shared/abort';
import { AppError } from '../../src/shared/app-error';
import { isLoopback } from '../../src/shared/loopback';
import { newReference } from '../../src/shared/reference';
import { defineTexts } from '../../src/shared/texts';

class SampleError extends AppError {
  readonly code = 'sample';
}

/** Resolves with the reason when a signal aborts. */
async function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(signal.reason);
    });
  });
}

describe('shared', () => {
  it('deadline aborts with its own reason when the time is over', async () => {
    // A deadline must not keep the process alive; the test has to.
    const alive = setTimeout(() => undefined, 1000);
    const { signal } = deadline(1, new AbortController().signal);

    const reason = await aborted(signal);
    clearTimeout(alive);

    assert.ok(reason instanceof DeadlineError);
    assert.equal(reason.code, 'deadline');
  });

  it('deadline aborts with the reason of its parent before', () => {
    const parent = new AbortController();
    const { signal, done } = deadline(60_000, parent.signal);
    const reason = new SampleError('stopping');

    parent.abort(reason);
    done();

    assert.equal(signal.reason, reason);
  });

  it('deadline is aborted at once under a parent that is', () => {
    const { signal, done } = deadline(60_000, AbortSignal.abort(new SampleError('x')));
    done();

    assert.equal(signal.aborted, true);
  });

  it('deadline makes Node warn of no leak, however many there are at once', async () => {
    const warnings: unknown[] = [];
    const note = (warning: unknown): void => {
      warnings.push(warning);
    };
    process.on('warning', note);
    const parent = new AbortController();

    const all = Array.from({ length: 50 }, () => deadline(60_000, parent.signal));
    await new Promise(setImmediate);
    for (const { done } of all) done();
    process.off('warning', note);

    assert.deepEqual(warnings, []);
  });

  it('an error has the name of its class, and a cause only when there is one', () => {
    const cause = new SampleError('inner');

    assert.equal(new SampleError('x').name, 'SampleError');
    assert.equal('cause' in new SampleError('x'), false);
    assert.equal(new SampleError('x', { cause }).cause, cause);
  });

  it('a reference can be read out, and is not the one before', () => {
    const references = Array.from({ length: 500 }, () => newReference());

    assert.equal(new Set(references).size, 500);
    for (const reference of references) assert.match(reference, /^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/u);
  });

  it('texts come in the nearest language, else in English', () => {
    const texts = defineTexts({ en: { hello: 'Hello' } });

    for (const locale of ['en', 'en-GB', 'EN-us', 'de-AT', '', '-', 'constructor', '__proto__']) {
      assert.equal(texts(locale).hello, 'Hello', locale);
    }
  });

  it('knows the names of this machine', () => {
    const local = ['localhost', '[::1]', '127.0.0.1', '127.255.0.3'];
    const other = ['127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0', '10.0.0.1', '[::]', '', '128.0.0.1'];

    assert.deepEqual(
      local.filter((host) => !isLoopback(host)),
      [],
    );
    assert.deepEqual(
      other.filter((host) => isLoopback(host)),
      [],
    );
  });
});
