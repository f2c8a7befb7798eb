import type { Metrics } from '../../src/shared/metrics';

/** Keeps what was counted: `name label=value` with the sum, the last value, or every time in milliseconds. */
export class RecordingMetrics implements Metrics {
  readonly counts: Record<string, number> = {};
  readonly times: Record<string, number[]> = {};
  readonly values: Record<string, number> = {};

  count(name: string, labels: object, by = 1): void {
    const key = keyOf(name, labels);
    this.counts[key] = (this.counts[key] ?? 0) + by;
  }

  took(name: string, labels: object, ms: number): void {
    (this.times[keyOf(name, labels)] ??= []).push(ms);
  }

  set(name: string, labels: object, value: number): void {
    this.values[keyOf(name, labels)] = value;
  }
}

function keyOf(name: string, labels: object): string {
  return [name, ...Object.entries(labels).map(([label, value]) => `${label}=${String(value)}`)].join(' ');
}
