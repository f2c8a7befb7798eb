import assert from 'node:assert/strict';

import { type BreakerInfo, UcwaCircuitOpenError } from '../../../src/ucwa';
import { CircuitBreaker, type Finding, type Permit } from '../../../src/ucwa/politeness/circuit-breaker';

const origin = 'https://pool.contoso.com';
const down: Finding = { health: 'down', code: 'transport.refused' };
const up: Finding = { health: 'up' };
const unsaid: Finding = { health: 'unsaid' };

describe('CircuitBreaker', () => {
  let now: number;
  let told: BreakerInfo[];
  let breaker: CircuitBreaker;

  beforeEach(() => {
    now = 0;
    told = [];
    breaker = new CircuitBreaker({
      origin,
      failures: 3,
      openMs: 30_000,
      now: () => now,
      tell: (info) => told.push(info),
    });
  });

  function send(...findings: Finding[]): void {
    for (const finding of findings) breaker.settle(breaker.admit(false), finding);
  }

  function refusalOf(isPoll = false): UcwaCircuitOpenError {
    try {
      breaker.admit(isPoll);
    } catch (error) {
      if (error instanceof UcwaCircuitOpenError) return error;
    }
    return assert.fail('It should have refused');
  }

  it('opens after so many failures in a row, and says for how long and why', () => {
    send(down, down, down);

    now = 10_000;
    const error = refusalOf();
    assert.deepEqual([error.retryAfterMs, error.lastFailure, error.status], [20_000, 'transport.refused', undefined]);
    assert.match(error.message, /pool\.contoso\.com.*transport\.refused/);
    assert.deepEqual(told, [{ origin, state: 'open', retryAfterMs: 30_000, reason: 'transport.refused' }]);
    assert.throws(() => {
      breaker.assertMayPass();
    }, UcwaCircuitOpenError);
  });

  it('stays closed when something works in between, and takes no notice of what says nothing', () => {
    send(down, down, up, down, down, unsaid, up, down, down);

    assert.deepEqual(told, []);
    send(unsaid, down);
    assert.equal(told.length, 1);
  });

  it('stays open as long as a 503 asks, within reason', () => {
    send(down, down, { health: 'down', code: 'http.503', status: 503, retryAfterMs: 120_000 });
    assert.deepEqual([refusalOf().retryAfterMs, refusalOf().status], [120_000, 503]);

    now = 120_000;
    send({ health: 'down', retryAfterMs: 86_400_000 });
    assert.equal(refusalOf().retryAfterMs, 300_000);
  });

  it('tries the server with one request, and goes on when it works', () => {
    send(down, down, down);
    now = 30_000;

    const probe = breaker.admit(false);
    assert.equal(refusalOf().retryAfterMs, 1_000);
    assert.equal(refusalOf(true).retryAfterMs, 1_000);
    breaker.settle(probe, up);
    send(up, up);

    assert.deepEqual(
      told.map(({ state }) => state),
      ['open', 'half-open', 'closed'],
    );
  });

  it('needs as many failures as before to open once more', () => {
    send(down, down, down);
    now = 30_000;
    send(up, down, down);

    assert.equal(told.at(-1)?.state, 'closed');
  });

  it('opens again when the try fails', () => {
    send(down, down, down);
    now = 30_000;
    send(down);

    assert.equal(refusalOf().retryAfterMs, 30_000);
  });

  it('lets the next one try when a try was given up', () => {
    send(down, down, down);
    now = 30_000;
    send(unsaid);

    assert.equal(breaker.admit(false).isProbe, true);
  });

  it('never tries with a P-GET', () => {
    send(down, down, down);
    now = 30_000;

    assert.equal(refusalOf(true).retryAfterMs, 0);
    assert.equal(breaker.admit(false).isProbe, true);
  });

  it('lets the ends of what was sent before it opened decide nothing', () => {
    const early: Permit[] = [breaker.admit(false), breaker.admit(false)];
    send(down, down, down);
    for (const permit of early) breaker.settle(permit, up);
    assert.equal(refusalOf().retryAfterMs, 30_000);

    now = 30_000;
    send(up);
    for (const permit of early) breaker.settle(permit, down);
    send(down, down);
    assert.equal(told.at(-1)?.state, 'closed');
  });
});
