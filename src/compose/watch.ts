import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleepFor } from 'node:timers/promises';

import { PromMetrics } from '../adapters/metrics/prom-metrics';
import { DatabasePulse } from '../adapters/storage/pulse';
import type { Storage } from '../adapters/storage/storage';
import { REMINDER_KIND } from '../bot/reminder-sweeper';
import { commands } from '../commands';
import type { Config } from '../config/config';
import { createMetricsServer } from '../http/metrics-server';
import { Readiness, type ReadinessCheck } from '../http/readiness';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import { StartError } from '../shared/start-error';

/** What is watched. */
export interface WatchParts {
  readonly store: Storage;
  readonly log: Logger;
  /** How many lines of the log were thrown away so far. */
  readonly droppedLines?: (() => number) | undefined;
  /** Further things that must be well. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  readonly stopping: AbortSignal;
}

/** What tells how the process is. */
export interface Watch {
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Begins to look, and to give metrics away. @returns where; undefined when nobody wants them. @throws StartError. */
  begin(): Promise<string | undefined>;
  stop(): void;
}

/** Builds what tells how the process is: metrics where they are wanted, readiness always. */
export function openWatch(settings: Pick<Config, 'metrics'>, parts: WatchParts): Watch {
  const { store, log, checks, stopping } = parts;
  const pulse = pulseOf(store, log);
  const readiness = new Readiness({
    running: () => !stopping.aborted,
    database: () => pulse.isWell,
    clock: () => pulse.clock.isRight,
    ...checks,
  });
  const metrics = settings.metrics === undefined ? undefined : metricsOf(parts, { readiness, pulse });
  let server: Server | undefined;
  return {
    metrics: metrics ?? noMetrics,
    readiness,
    begin: async () => {
      void pulse.run(stopping);
      if (metrics === undefined || settings.metrics === undefined) return undefined;
      server = createMetricsServer({ page: metrics.page.bind(metrics), log });
      return listen(server, settings.metrics);
    },
    stop: () => {
      server?.close();
      server?.closeAllConnections();
    },
  };
}

function pulseOf(store: Storage, log: Logger): DatabasePulse {
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> =>
    sleepFor(ms, undefined, { signal, ref: false });
  const clock = { now: () => performance.now(), wallNow: () => Date.now(), sleep };
  return new DatabasePulse({ ping: store.ping.bind(store), log, clock });
}

function metricsOf(
  { store, droppedLines = () => 0 }: WatchParts,
  { readiness, pulse }: { readonly readiness: Readiness; readonly pulse: DatabasePulse },
): PromMetrics {
  let counted = 0;
  const refresh = async (metrics: Metrics): Promise<void> => {
    const dropped = droppedLines();
    metrics.set('confer_ready', {}, readiness.report().status === 'ready' ? 1 : 0);
    metrics.set('confer_clock_offset_seconds', {}, pulse.clock.offByMs / 1000);
    metrics.count('confer_log_lines_dropped_total', {}, dropped - counted);
    counted = dropped;
    // What cannot be known must not look like what was known last.
    const unknown = { operations: Number.NaN, oldestMs: Number.NaN };
    const { operations, oldestMs } = await store.journal.backlog().catch(() => unknown);
    metrics.set('confer_journal_operations', {}, operations);
    metrics.set('confer_journal_oldest_seconds', {}, oldestMs / 1000);
    const unsaid = await store.posts.waiting().catch(() => ({ cards: Number.NaN, lines: Number.NaN }));
    metrics.set('confer_card_updates_waiting', {}, unsaid.cards);
    metrics.set('confer_announcements_waiting', {}, unsaid.lines);
  };
  const kinds = commands.flatMap(({ name, actions = {} }) => [name, ...Object.keys(actions)]);
  return new PromMetrics({ kinds: ['message', REMINDER_KIND, ...kinds], refresh });
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const message = `METRICS_PORT ${String(port)} at METRICS_BIND_ADDRESS ${host} cannot be used (${code}).`;
    throw new StartError(message, { cause: error });
  }
  const { port: actual } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(actual)}/metrics`;
}
