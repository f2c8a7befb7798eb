import assert from 'node:assert/strict';

import { UcwaObserver } from '../../../src/adapters/ucwa-meetings/observe';
import { RecordingLogger } from '../../support/recording-logger';
import { RecordingMetrics } from '../../support/recording-metrics';

const ORIGIN = 'https://pool01.contoso.com';
const POLL = { attempt: 1, method: 'GET', url: `${ORIGIN}/ucwa/v1/applications/*/events` };
const READ = { id: 'r', attempt: 1, method: 'GET', url: `${ORIGIN}/ucwa/v1/applications/*/onlineMeetings` };

class Stage {
  readonly metrics = new RecordingMetrics();
  readonly log = new RecordingLogger();
  time = 0;
  readonly observer = new UcwaObserver({ log: this.log, metrics: this.metrics, now: () => this.time });
}

describe('UcwaObserver', () => {
  it('counts requests by method and class of their status', () => {
    const { observer, metrics } = new Stage();
    const hooks = observer.hooks();

    hooks.onResponse?.({ ...READ, status: 204, elapsedMs: 20 });
    hooks.onResponse?.({ ...READ, status: 503, elapsedMs: 30 });
    hooks.onFailure?.({ ...READ, elapsedMs: 40, code: 'transport.timeout', ambiguous: false });
    hooks.onFailure?.({ ...READ, elapsedMs: 50, code: 'aborted', ambiguous: false });

    assert.deepEqual(metrics.times, {
      'confer_ucwa_request_seconds method=GET result=2xx': [20],
      'confer_ucwa_request_seconds method=GET result=5xx': [30],
      'confer_ucwa_request_seconds method=GET result=failed': [40],
      'confer_ucwa_request_seconds method=GET result=aborted': [50],
    });
    assert.equal(metrics.counts['confer_ucwa_failures_total code=transport.timeout'], 1);
  });

  it('counts the polls that are held over all accounts, and takes none for a slow request', () => {
    const { observer, metrics } = new Stage();
    const [anna, lukas] = [observer.hooks(), observer.hooks()];

    anna.onRequest?.({ ...POLL, id: 'a' });
    lukas.onRequest?.({ ...POLL, id: 'l' });
    const both = metrics.values.confer_ucwa_polls;
    anna.onResponse?.({ ...POLL, id: 'a', status: 200, elapsedMs: 180_000 });
    const one = metrics.values.confer_ucwa_polls;
    lukas.onFailure?.({ ...POLL, id: 'l', elapsedMs: 1, code: 'aborted', ambiguous: false });

    assert.deepEqual([both, one, metrics.values.confer_ucwa_polls], [2, 1, 0]);
    assert.deepEqual(metrics.times, {});
  });

  it('measures for how long nobody listens to an event channel', () => {
    const stage = new Stage();
    const hooks = stage.observer.hooks();

    hooks.onRequest?.({ ...POLL, id: '1' });
    hooks.onResponse?.({ ...POLL, id: '1', status: 200, elapsedMs: 5 });
    stage.time = 120;
    hooks.onRequest?.({ ...POLL, id: '2' });

    assert.deepEqual(stage.metrics.times, { confer_ucwa_poll_gap_seconds: [120] });
  });

  it('shows a breaker once, however many accounts tell of it', () => {
    const { observer, metrics, log } = new Stage();
    const [anna, lukas] = [observer.hooks(), observer.hooks()];
    const shown = (): unknown => ({ ...metrics.values });

    for (const hooks of [anna, lukas]) hooks.onBreaker?.({ origin: ORIGIN, state: 'open', retryAfterMs: 30_000 });
    const open = shown();
    for (const hooks of [anna, lukas]) hooks.onBreaker?.({ origin: ORIGIN, state: 'half-open' });
    const tried = shown();
    for (const hooks of [anna, lukas]) hooks.onBreaker?.({ origin: ORIGIN, state: 'closed' });

    const [ofOpen, ofHalf] = ['confer_ucwa_breakers state=open', 'confer_ucwa_breakers state=half-open'] as const;
    assert.deepEqual(open, { [ofOpen]: 1, [ofHalf]: 0 });
    assert.deepEqual(tried, { [ofOpen]: 0, [ofHalf]: 1 });
    assert.deepEqual(shown(), { [ofOpen]: 0, [ofHalf]: 0 });
    assert.equal(log.of('ucwa.breaker').length, 3);
  });

  it('counts repetitions, waiting, events and sessions', () => {
    const { observer, metrics } = new Stage();
    const hooks = observer.hooks();

    hooks.onRetry?.({ ...READ, delayMs: 10, reason: 'transport.reset' });
    hooks.onQueued?.({ ...READ, waiting: 3 });
    hooks.onEvents?.({ id: 'r', events: ['conversation updated', 'lobby added'] });
    hooks.onState?.({ state: 'running' });

    assert.deepEqual(metrics.counts, {
      'confer_ucwa_repeats_total method=GET': 1,
      confer_ucwa_queued_total: 1,
      confer_ucwa_events_total: 2,
      'confer_ucwa_sessions_total state=running': 1,
    });
  });

  it('A-16: warns of a session that ended because the server pointed elsewhere, and of no other', () => {
    const { observer, log } = new Stage();
    const hooks = observer.hooks();

    hooks.onState?.({ state: 'application-lost', reason: 'link.untrusted' });
    hooks.onState?.({ state: 'application-lost', reason: 'application.gone' });

    assert.deepEqual(
      log.of('ucwa.state').map(({ level, fields }) => [level, fields.reason]),
      [
        ['warn', 'link.untrusted'],
        ['info', 'application.gone'],
      ],
    );
  });

  it('F-23: warns once that somebody cuts held requests off, again when it worked in between', () => {
    const { observer, log } = new Stage();
    const hooks = observer.hooks();
    const cut = (elapsedMs: number): void => {
      hooks.onFailure?.({
        ...POLL,
        id: 'p',
        elapsedMs,
        code: 'transport.reset',
        networkCode: 'ECONNRESET',
        ambiguous: true,
      });
    };
    const warned = (): number => log.of('ucwa.pollsCut').length;

    const counts = [60_010, 60_020, 60_030, 60_040, 60_050].map((elapsedMs) => {
      cut(elapsedMs);
      return warned();
    });
    hooks.onResponse?.({ ...POLL, id: 'p', status: 200, elapsedMs: 12 });
    for (let time = 0; time < 3; time += 1) hooks.onResponse?.({ ...POLL, id: 'p', status: 504, elapsedMs: 60_000 });

    assert.deepEqual([...counts, warned()], [0, 0, 1, 1, 1, 2]);
    assert.deepEqual(log.of('ucwa.pollsCut')[0]?.fields.elapsedMs, 60_030);
  });

  it('F-23: does not warn of a server that is down, silent or slow to say nothing, nor when we end a request', () => {
    const { observer, log } = new Stage();
    const hooks = observer.hooks();

    for (const [code, elapsedMs] of [
      ['transport.reset', 20],
      ['transport.timeout', 210_000],
      ['aborted', 60_000],
    ] as const) {
      for (let time = 0; time < 5; time += 1) {
        hooks.onFailure?.({ ...POLL, id: 'p', elapsedMs, code, ambiguous: true });
      }
    }

    assert.deepEqual(log.of('ucwa.pollsCut'), []);
  });
});
