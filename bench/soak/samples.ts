import type { Product } from '../stage/product';

/** What is watched, and in which unit. With several processes: the sum, or of what is the same or a wait, the largest. */
export const measures = {
  rss: { title: 'memory (RSS)', unit: 'MiB', of: 'all' },
  heap: { title: 'heap in use', unit: 'MiB', of: 'all' },
  collected: { title: 'heap, garbage collected', unit: 'MiB', of: 'all' },
  resources: { title: 'timers, sockets and the like', unit: '', of: 'all' },
  descriptors: { title: 'open descriptors', unit: '', of: 'all' },
  loopLag: { title: 'event loop lag, p99', unit: 'ms', of: 'worst' },
  operations: { title: 'operations open', unit: '', of: 'worst' },
  pollGap: { title: 'gap between polls, mean', unit: 'ms', of: 'worst' },
  polls: { title: 'held polls', unit: '', of: 'all' },
} as const;

/** One of {@link measures}. */
export type Measure = keyof typeof measures;

/** What was measured at a time; what could not be is missing. */
export interface Sample {
  /** Since the beginning. */
  readonly atMs: number;
  readonly values: Readonly<Partial<Record<Measure, number>>>;
}

const mebi = 1024 * 1024;

/** Reads what the processes of the product say of themselves. */
export class Sampler {
  readonly #products: readonly Product[];
  readonly #startedAt = performance.now();
  /** Sum and number of gaps, by process, when last looked at. */
  readonly #gaps = new Map<Product, { readonly sum: number; readonly count: number }>();

  constructor(products: readonly Product[]) {
    this.#products = products;
  }

  /** @param collects - lets go of garbage first; only then the heap tells of leaks. */
  async sample(collects: boolean, signal: AbortSignal): Promise<Sample> {
    const atMs = performance.now() - this.#startedAt;
    const each = await Promise.all(this.#products.map(async (product) => this.#of(product, collects, signal)));
    const values = Object.entries(measures).flatMap(([measure, { of }]) => {
      const known = each.flatMap((one) => one[measure as Measure] ?? []);
      const value = of === 'all' ? known.reduce((sum, one) => sum + one, 0) : Math.max(...known);
      return known.length === 0 ? [] : [[measure, value] as const];
    });
    return { atMs, values: Object.fromEntries(values) };
  }

  async #of(product: Product, collects: boolean, signal: AbortSignal): Promise<Sample['values']> {
    const page = readMetrics(await product.metrics(signal));
    const gaps = { sum: page.get('confer_ucwa_poll_gap_seconds_sum') ?? 0, count: page.get(gapCount) ?? 0 };
    const before = this.#gaps.get(product) ?? { sum: 0, count: 0 };
    this.#gaps.set(product, gaps);
    const collected = collects ? await collectedIn(product, signal) : {};
    return definedOnly({
      rss: inMebi(page.get('process_resident_memory_bytes')),
      heap: inMebi(page.get('nodejs_heap_size_used_bytes')),
      resources: page.get('nodejs_active_resources_total'),
      descriptors: page.get('process_open_fds'),
      loopLag: inMilliseconds(page.get('nodejs_eventloop_lag_p99_seconds')),
      operations: page.get('confer_journal_operations'),
      polls: page.get('confer_ucwa_polls'),
      pollGap: gaps.count > before.count ? ((gaps.sum - before.sum) / (gaps.count - before.count)) * 1000 : undefined,
      ...collected,
    });
  }
}

const gapCount = 'confer_ucwa_poll_gap_seconds_count';

/** Collecting holds the process up: the lag that this makes is thrown away. */
async function collectedIn(product: Product, signal: AbortSignal): Promise<Sample['values']> {
  const { heapBytes } = await product.collect(signal);
  await product.metrics(signal);
  return { collected: heapBytes / mebi };
}

/** Reads the values without labels of a page of Prometheus. */
export function readMetrics(page: string): ReadonlyMap<string, number> {
  const lines = page.matchAll(/^(\w+) (\S+)$/gmu);
  return new Map(Array.from(lines, ([, name = '', value]) => [name, Number(value)] as const));
}

function inMebi(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / mebi;
}

function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function definedOnly(values: Readonly<Partial<Record<Measure, number | undefined>>>): Sample['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}
