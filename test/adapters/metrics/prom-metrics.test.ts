import assert from 'node:assert/strict';

import { PromMetrics } from '../../../src/adapters/metrics/prom-metrics';
import { METRICS, type Metrics } from '../../../src/shared/metrics';

function metricsWith(refresh: (metrics: Metrics) => void = () => undefined): PromMetrics {
  return new PromMetrics({
    kinds: ['new', 'edit.save'],
    refresh: async (metrics) => {
      refresh(metrics);
      return Promise.resolve();
    },
  });
}

/** The lines of one metric. */
async function linesOf(metrics: PromMetrics, name: string): Promise<string[]> {
  const { text } = await metrics.page();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('PromMetrics', () => {
  it('shows what was counted, by its labels', async () => {
    const metrics = metricsWith();

    metrics.count('confer_operations_ended_total', { kind: 'new', outcome: 'done' });
    metrics.count('confer_operations_ended_total', { kind: 'new', outcome: 'done' }, 2);

    assert.deepEqual(await linesOf(metrics, 'confer_operations_ended_total'), [
      'confer_operations_ended_total{kind="new",outcome="done"} 3',
    ]);
  });

  it('shows times in seconds', async () => {
    const metrics = metricsWith();

    metrics.took('confer_operation_age_seconds', { kind: 'edit.save' }, 1500);

    const lines = await linesOf(metrics, 'confer_operation_age_seconds');
    assert.ok(lines.includes('confer_operation_age_seconds_sum{kind="edit.save"} 1.5'));
    assert.ok(lines.includes('confer_operation_age_seconds_bucket{le="1",kind="edit.save"} 0'));
    assert.ok(lines.includes('confer_operation_age_seconds_bucket{le="2",kind="edit.save"} 1'));
  });

  it('asks for what is read and not told, before each page', async () => {
    let operations = 0;
    const metrics = metricsWith((all) => {
      operations += 1;
      all.set('confer_journal_operations', {}, operations);
    });

    await metrics.page();

    assert.deepEqual(await linesOf(metrics, 'confer_journal_operations'), ['confer_journal_operations 2']);
  });

  it('P-23: has no label that people or other servers choose', async () => {
    const metrics = metricsWith();
    for (let number = 0; number < 1000; number += 1) {
      const chosen = `anna${String(number)}@contoso.com`;
      metrics.count('confer_operations_ended_total', { kind: chosen, outcome: chosen });
      metrics.count('confer_problems_total', { code: chosen });
      metrics.took('confer_ucwa_request_seconds', { method: chosen, result: chosen }, 1);
    }

    const { text } = await metrics.page();

    assert.doesNotMatch(text, /anna/u);
    assert.match(text, /confer_problems_total\{code="other"\} 1000/u);
    assert.match(text, /confer_operations_ended_total\{kind="other",outcome="other"\} 1000/u);
  });

  it('keeps no more than so many codes', async () => {
    const metrics = metricsWith();
    for (let number = 0; number < 1000; number += 1) {
      metrics.count('confer_problems_total', { code: `code.${String(number)}` });
    }

    assert.equal((await linesOf(metrics, 'confer_problems_total')).length, 301);
  });

  it('has every metric, and those of the process', async () => {
    const { text, type } = await metricsWith().page();

    assert.match(type, /^text\/plain; version=0\.0\.4/u);
    for (const name of Object.keys(METRICS)) assert.match(text, new RegExp(`^# TYPE ${name} `, 'mu'));
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
    ]) {
      assert.match(text, new RegExp(`^${name} `, 'mu'));
    }
  });
});
