import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { type MetricDefinition, type MetricLabels, type MetricName, METRICS, type Metrics } from '../../shared/metrics';

/** Brings gauges up to date that are read and not told; called before each page. Should not throw, and not take long. */
export type Refresh = (metrics: Metrics) => Promise<void>;

/** Limits of the times that matter here: an answer within 2 s, an operation within 10 s, patience of minutes. */
const BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** A code has no more characters than this, and no other ones. */
const CODE = /^[\w.-]{1,60}$/u;

/** So many codes are told apart; there are fewer in the program. */
const MOST_CODES = 300;

/** Metrics in the text format of Prometheus, with those of the process itself. */
export class PromMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #kinds: ReadonlySet<string>;
  readonly #codes = new Set<string>();
  readonly #refresh: Refresh;

  /** @param deps - `kinds`: commands and verbs; anything else is counted as `other`. */
  constructor(deps: { kinds: readonly string[]; refresh: Refresh }) {
    this.#kinds = new Set(deps.kinds);
    this.#refresh = deps.refresh;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, { kind, help, labels }] of Object.entries<MetricDefinition>(METRICS)) {
      const options = { name, help, labelNames: Object.keys(labels), registers };
      if (kind === 'counter') this.#counters.set(name, new Counter(options));
      else if (kind === 'gauge') this.#gauges.set(name, new Gauge(options));
      else this.#histograms.set(name, new Histogram({ ...options, buckets: BUCKETS_SECONDS }));
    }
  }

  count<Name extends MetricName<'counter'>>(name: Name, labels: MetricLabels<Name>, by = 1): void {
    this.#counters.get(name)?.inc(this.#bounded(name, labels), by);
  }

  took<Name extends MetricName<'histogram'>>(name: Name, labels: MetricLabels<Name>, ms: number): void {
    this.#histograms.get(name)?.observe(this.#bounded(name, labels), Math.max(0, ms) / 1000);
  }

  set<Name extends MetricName<'gauge'>>(name: Name, labels: MetricLabels<Name>, value: number): void {
    this.#gauges.get(name)?.set(this.#bounded(name, labels), value);
  }

  /** All metrics as they are now. */
  async page(): Promise<{ readonly type: string; readonly text: string }> {
    await this.#refresh(this);
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** A series for each value would be kept for ever: no label has more than a known number of them. */
  #bounded(name: keyof typeof METRICS, labels: Readonly<Record<string, string>>): Record<string, string> {
    const allowed: MetricDefinition['labels'] = METRICS[name].labels;
    const isAllowed = (label: string, value: string): boolean => {
      const values = allowed[label] ?? [];
      if (values === 'kinds') return this.#kinds.has(value);
      return values === 'codes' ? this.#isCode(value) : values.includes(value);
    };
    return Object.fromEntries(
      Object.entries(labels).map(([label, value]) => [label, isAllowed(label, value) ? value : 'other']),
    );
  }

  #isCode(value: string): boolean {
    if (this.#codes.has(value)) return true;
    if (this.#codes.size >= MOST_CODES || !CODE.test(value)) return false;
    this.#codes.add(value);
    return true;
  }
}
