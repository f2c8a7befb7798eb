import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { type MetricDefinition, METRICS } from '../../src/shared/metrics';

describe('metrics', () => {
  it('are explained in docs/operations.md, with their labels', () => {
    const rows = readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `(confer_\w+)`\s*\| ([^|]*?)\s*\|/gmu);

    assert.deepEqual(
      [...rows].map(([, name, labels = '']) => [name, labels.replaceAll(/[`\s]/gu, '')]),
      Object.entries<MetricDefinition>(METRICS).map(([name, { labels }]) => [name, Object.keys(labels).join(',')]),
    );
  });

  it('are all counted somewhere', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'shared/metrics.ts')
      .map((file) => readFileSync(`src/${file}`, 'utf8'))
      .join('');

    assert.deepEqual(
      Object.keys(METRICS).filter((name) => !sources.includes(`'${name}'`)),
      [],
    );
  });

  it('have names as Prometheus wants them', () => {
    for (const [name, { kind }] of Object.entries<MetricDefinition>(METRICS)) {
      assert.equal(name.endsWith('_total'), kind === 'counter', name);
      assert.ok(kind !== 'histogram' || name.endsWith('_seconds'), name);
    }
  });
});
