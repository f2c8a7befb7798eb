import assert from 'node:assert/strict';

import {
  EventChannelTakenError,
  UcwaAuthenticationError,
  UcwaCircuitOpenError,
  UcwaError,
  UcwaNotFoundError,
  UcwaResponseError,
  UcwaTransportError,
} from '../../src/ucwa';
import type { HttpAnswer } from '../../src/ucwa/answer';
import type { EventPackage } from '../../src/ucwa/resources/event-package';
import { type EventChannelParts, runEventChannel } from '../../src/ucwa/session/event-channel';

import { FastClock } from './support/pool';

const origin = 'https://pool.contoso.com';
const eventsUrl = new URL(`${origin}/app/events?ack=1`);

type Step = { status?: number; headers?: Record<string, string>; body?: unknown } | Error;

const next = (ack: number, more: Record<string, unknown> = {}): Step => ({
  body: { _links: { next: { href: `/app/events?ack=${String(ack)}` } }, ...more },
});
const error = (status: number, subcode: string, headers: Record<string, string> = {}): Step => ({
  status,
  headers,
  body: { code: 'X', subcode },
});
const reset = new UcwaTransportError('GET', { kind: 'reset', ambiguous: true, networkCode: 'ECONNRESET' });

/** Runs the channel against scripted answers until they are used up, and tells what it asked and how it ended. */
async function run(
  steps: Step[],
  changes: Partial<EventChannelParts> = {},
): Promise<{ asked: string[]; packages: EventPackage[]; slept: number[]; end: unknown }> {
  const asked: string[] = [];
  const packages: EventPackage[] = [];
  const clock = new FastClock();
  const stopping = new AbortController();
  const parts: EventChannelParts = {
    clock,
    poll: async (url, _timeoutMs, signal) => {
      asked.push(url.search);
      const step = steps.shift();
      if (step === undefined) stopping.abort(new RangeError('script is over'));
      signal.throwIfAborted();
      if (step === undefined || step instanceof Error) throw step ?? new RangeError('never');
      return Promise.resolve(answerOf(url, step));
    },
    resolve: (href, base) => new URL(href, base),
    readEventsUrl: async () => Promise.resolve(new URL(`${origin}/app/events?ack=again`)),
    hasMoved: async () => Promise.resolve(false),
    onPackage: (eventPackage) => packages.push(eventPackage),
    ...changes,
  };
  const end = await runEventChannel(parts, eventsUrl, stopping.signal).catch((reason: unknown) => reason);
  return { asked, packages, slept: clock.slept, end };
}

function answerOf(url: URL, step: Exclude<Step, Error>): HttpAnswer {
  return {
    method: 'GET',
    url,
    status: step.status ?? 200,
    headers: { 'content-type': 'application/json', ...step.headers },
    text: JSON.stringify(step.body),
    sentAt: Date.now(),
    receivedAt: Date.now(),
  };
}

describe('runEventChannel', () => {
  it("F-15: ends at the first replacement when the application is somebody else's now", async () => {
    const { asked, slept, end } = await run([error(409, 'PGetReplaced')], {
      isStillOurs: async () => Promise.resolve(false),
    });

    assert.ok(end instanceof EventChannelTakenError);
    assert.deepEqual([asked, slept], [['?ack=1'], []]);
  });

  it('F-15: asks again after a replacement when the application is ours still', async () => {
    const { asked } = await run([error(409, 'PGetReplaced'), next(2)], {
      isStillOurs: async () => Promise.resolve(true),
    });

    assert.deepEqual(asked, ['?ack=1', '?ack=1', '?ack=2']);
  });

  it('asks the next URL before it hands out a package', async () => {
    const log: string[] = [];
    const answers = [next(2, { sender: [{ rel: 'x', href: '/', events: [] }] })];
    await run([], {
      poll: async (url, _timeoutMs, signal) => {
        log.push(`GET ${url.search}`);
        const step = answers.shift();
        if (step !== undefined && !(step instanceof Error)) return Promise.resolve(answerOf(url, step));
        return new Promise((_resolve, reject) => {
          setTimeout(() => {
            reject(new UcwaNotFoundError('GET', { status: 404, code: 'NotFound' }));
          }, 20);
          signal.throwIfAborted();
        });
      },
      readEventsUrl: async () => Promise.reject(new UcwaNotFoundError('GET', { status: 404, code: 'NotFound' })),
      onPackage: () => log.push('package'),
    });

    assert.deepEqual(log, ['GET ?ack=1', 'GET ?ack=2', 'package']);
  });

  it('hands out packages in order and ends with the reason of the signal', async () => {
    const { asked, packages, end } = await run([next(2), next(3)]);

    assert.deepEqual(asked, ['?ack=1', '?ack=2', '?ack=3']);
    assert.deepEqual(
      packages.map(({ continuation }) => continuation?.href),
      ['/app/events?ack=2', '/app/events?ack=3'],
    );
    assert.match(String(end), /script is over/);
  });

  it('keeps whatever parameters the server put into its links', async () => {
    const { asked } = await run([
      { body: { _links: { next: { href: '/app/events?key=a%2Bb%3D&ack=2&instanceId=7' } } } },
    ]);
    assert.deepEqual(asked, ['?ack=1', '?key=a%2Bb%3D&ack=2&instanceId=7']);
  });

  it('F-16: prefers resync to resume, and resume to next', async () => {
    const links = { next: { href: '?n=1' }, resume: { href: '?r=1' }, resync: { href: '?s=1' } };
    const { next: onlyNext, resume } = links;
    const { asked, packages } = await run([
      { body: { _links: links } },
      { body: { _links: { next: onlyNext, resume } } },
    ]);

    assert.deepEqual(asked, ['?ack=1', '?s=1', '?r=1']);
    assert.deepEqual(
      packages.map(({ continuation }) => continuation?.kind),
      ['resync', 'resume'],
    );
  });

  it('F-22, F-23: asks the same URL again, later and later, while the network is down', async () => {
    const html = { status: 502, headers: { 'content-type': 'text/html' }, body: 'x' };
    const { asked, slept } = await run([reset, html, reset, { status: 504, body: {} }, next(2)]);

    assert.deepEqual(asked, ['?ack=1', '?ack=1', '?ack=1', '?ack=1', '?ack=1', '?ack=2']);
    const bounds = [1_000, 2_000, 4_000, 8_000];
    assert.equal(slept.length, 4);
    slept.forEach((ms, index) => {
      const bound = bounds[index] ?? 0;
      assert.ok(ms >= bound * 0.8 && ms <= bound * 1.2, `pause ${String(index)} is ${String(ms)} ms`);
    });
  });

  it('F-22: gives up on a server that falls silent half a minute after it had to answer, and asks the same again', async () => {
    const asked: [string, number][] = [];
    const silent = new UcwaTransportError('GET', { kind: 'timeout', ambiguous: true, networkCode: 'x' });
    const poll = async (url: URL, timeoutMs: number): Promise<HttpAnswer> => {
      asked.push([url.search, timeoutMs]);
      if (asked.length < 3) return Promise.reject(silent);
      if (asked.length > 3) return Promise.reject(new UcwaAuthenticationError('invalid_grant', 'enough'));
      return Promise.resolve(answerOf(url, { body: { _links: { next: { href: '/app/events?ack=2' } } } }));
    };

    const { packages } = await run([], { poll });

    assert.deepEqual(asked, [
      ['?ack=1', 210_000],
      ['?ack=1', 210_000],
      ['?ack=1', 210_000],
      ['?ack=2', 210_000],
    ]);
    assert.equal(packages.length, 1);
  });

  it('waits as long as the server asks', async () => {
    const { slept } = await run([error(503, 'x', { 'retry-after': '17' })]);
    assert.deepEqual(slept, [17_000]);
  });

  it('F-15: asks once more after PGetReplaced, and then leaves the channel to the other', async () => {
    const once = await run([error(409, 'PGetReplaced'), next(2)]);
    assert.deepEqual([once.asked, once.slept], [['?ack=1', '?ack=1', '?ack=2'], [5_000]]);

    const twice = await run([error(409, 'PGetReplaced'), error(409, 'PGetReplaced')]);
    assert.ok(twice.end instanceof EventChannelTakenError);
  });

  it('F-12: begins anew from the application when the cursor is not accepted any more', async () => {
    for (const step of [
      error(404, 'ApplicationNotFound'),
      error(400, 'ParameterValidationFailure'),
      { body: { sender: [] } },
    ]) {
      const { asked } = await run([step]);
      assert.deepEqual(asked, ['?ack=1', '?ack=again']);
    }
  });

  it('F-12: ends when the application is gone', async () => {
    const gone = new UcwaNotFoundError('GET', { status: 404, code: 'NotFound' });
    const { end } = await run([error(404, 'ApplicationNotFound')], { readEventsUrl: async () => Promise.reject(gone) });
    assert.equal(end, gone);
  });

  it('ends on 410, except for a pool that is failing over', async () => {
    const ended = await run([error(410, 'TooManyApplications')]);
    assert.ok(ended.end instanceof UcwaResponseError && ended.end.status === 410);

    const waiting = await run([error(410, 'CannotRedirect'), next(2)]);
    assert.deepEqual(waiting.asked, ['?ack=1', '?ack=1', '?ack=2']);
    assert.ok((waiting.slept[0] ?? 0) >= 24_000);
  });

  it('F-18: ends with the third failure in a row when the user has moved to another pool', async () => {
    for (const step of [reset, error(502, 'None'), error(503, 'None')]) {
      const { asked, end } = await run([step, step, step, next(2)], { hasMoved: async () => Promise.resolve(true) });

      assert.equal(asked.length, 3);
      assert.ok(end instanceof UcwaError);
    }
  });

  it('ends at once when the server is left alone and the user has moved to another pool', async () => {
    const closed = new UcwaCircuitOpenError(origin, { retryAfterMs: 30_000, lastFailure: 'transport.reset' });

    const { asked, slept, end } = await run([closed, next(2)], { hasMoved: async () => Promise.resolve(true) });

    assert.equal(end, closed);
    assert.deepEqual([asked.length, slept.length], [1, 0]);
  });

  it('asks whether the user has moved after 30, 60 and 120 seconds of a pool that is failing over', async () => {
    const failing = error(410, 'CannotRedirect');

    const { slept, asked } = await run([failing, failing, failing, next(2)], {
      hasMoved: async () => Promise.resolve(true),
    });

    assert.equal(asked.length, 3);
    assert.deepEqual(
      slept.map((ms, index) => Math.abs(ms / (30_000 * 2 ** index) - 1) <= 0.2),
      [true, true, true],
    );
  });

  it('F-18: goes on when the user has not moved, and does not ask for failures that say nothing of the pool', async () => {
    const { asked } = await run([reset, reset, reset, reset, next(2)]);
    assert.equal(asked.length, 6);

    const busy = error(429, 'None');
    const calm = await run([busy, busy, busy, busy], { hasMoved: async () => Promise.resolve(true) });
    assert.equal(calm.asked.length, 5);
  });

  it('ends with a package that is too large to be read, which would come again and again', async () => {
    const tooLarge = new UcwaTransportError('GET', { kind: 'too-large', ambiguous: true, networkCode: 'X' });

    const { asked, end } = await run([next(2), tooLarge]);

    assert.deepEqual([asked, end], [['?ack=1', '?ack=2'], tooLarge]);
  });

  it('ends when sign-in fails', async () => {
    const refused = new UcwaAuthenticationError('invalid_grant', 'no');
    assert.equal((await run([refused])).end, refused);
  });

  it('calms down when a server answers at once and does not go on', async () => {
    const sender = [{ rel: 'communication', href: '/c', events: [{ link: { rel: 'x', href: '/x' }, type: 'added' }] }];
    const { slept } = await run(Array.from({ length: 5 }, () => next(1, { sender })));
    assert.deepEqual(slept, [100, 200, 400]);
  });

  it('calms down when a server answers at once with nothing', async () => {
    const { slept } = await run([2, 3, 4, 5, 6].map((ack) => next(ack)));
    assert.deepEqual(slept, [100, 200, 400]);
  });

  it('waits while the server is left alone, and has a GET of the application try it', async () => {
    const closed = (retryAfterMs: number): UcwaCircuitOpenError =>
      new UcwaCircuitOpenError(origin, { retryAfterMs, lastFailure: 'transport.reset' });
    let tries = 0;
    const { asked, slept } = await run([closed(30_000), closed(0), closed(1_000), closed(0), next(2)], {
      readEventsUrl: async () => {
        tries += 1;
        return tries === 1 ? Promise.reject(reset) : Promise.resolve(new URL(`${origin}/app/events?ack=other`));
      },
    });

    assert.equal(tries, 2);
    assert.deepEqual(asked, ['?ack=1', '?ack=1', '?ack=1', '?ack=1', '?ack=1', '?ack=2']); // its place is not lost
    assert.equal(slept.length, 2);
    assert.ok((slept[0] ?? 0) >= 30_000 && (slept[0] ?? 0) <= 35_000);
    assert.ok((slept[1] ?? 0) >= 1_000 && (slept[1] ?? 0) <= 2_000);
  });

  it('ends when the application is gone by the time the server works again', async () => {
    const gone = new UcwaNotFoundError('GET', { status: 404, code: 'NotFound', subcode: 'ApplicationNotFound' });
    const due = new UcwaCircuitOpenError(origin, { retryAfterMs: 0, lastFailure: 'transport.reset' });
    const { end } = await run([due], { readEventsUrl: async () => Promise.reject(gone) });

    assert.equal(end, gone);
  });
});
