import type { OtelTracer } from '../adapters/tracing/otel-tracer';
import { commands } from '../commands';
import type { Config } from '../config/config';
import type { Logger } from '../shared/logger';

/** What traces say of the program that makes them. */
const VERSION = '0.1.0';

/** Builds what traces, where somebody wants traces; else not even its code is loaded. Stop it last. */
export async function openTracer({ tracing }: Pick<Config, 'tracing'>, log: Logger): Promise<OtelTracer | undefined> {
  if (tracing === undefined) return undefined;
  const loaded = await import('../adapters/tracing/otel-tracer.js');
  const kinds = commands.flatMap(({ name, actions = {} }) => [name, ...Object.keys(actions)]);
  const now = (): number => performance.now();
  return new loaded.OtelTracer({ ...tracing, version: VERSION, kinds: ['message', ...kinds], log, now });
}
