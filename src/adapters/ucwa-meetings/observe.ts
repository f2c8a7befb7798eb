import type { Logger } from '../../shared/logger';
import { type Metrics, resultOf } from '../../shared/metrics';
import { noTracer, type Tracer } from '../../shared/tracing';
import type { BreakerInfo, UcwaHooks } from '../../ucwa';

import { CutPolls } from './cut-polls';
import { isPoll } from './polls';
import { withSpans } from './trace';

/** Logs and counts what the UCWA clients of this process do. Servers and event channels are counted over all accounts. */
export class UcwaObserver {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  readonly #tracer: Tracer;
  /** Requests that are held, by their ids. */
  readonly #polls = new Set<string>();
  readonly #breakers = new Map<string, BreakerInfo['state']>();

  constructor(deps: { log: Logger; metrics: Metrics; now: () => number; tracer?: Tracer | undefined }) {
    this.#log = deps.log.child({ part: 'ucwa' });
    this.#metrics = deps.metrics;
    this.#now = deps.now;
    this.#tracer = deps.tracer ?? noTracer;
  }

  /** Hooks for one account. */
  hooks(): UcwaHooks {
    const hooks = this.#observingHooks();
    return this.#tracer === noTracer ? hooks : withSpans(hooks, this.#tracer);
  }

  #observingHooks(): UcwaHooks {
    const log = this.#log;
    const metrics = this.#metrics;
    const channel = this.#channel();
    const cuts = new CutPolls(log);
    return {
      onQueued: () => {
        metrics.count('confer_ucwa_queued_total', {});
      },
      onRequest: (info) => {
        if (isPoll(info)) channel.began(info.id);
      },
      onResponse: (info) => {
        const { method, status, elapsedMs } = info;
        log.debug('ucwa.response', { method, status, elapsedMs });
        if (!isPoll(info)) {
          metrics.took('confer_ucwa_request_seconds', { method, result: resultOf(status) }, elapsedMs);
          return;
        }
        channel.ended(info.id, true);
        if (status < 500) cuts.answered();
        else cuts.ended(elapsedMs);
      },
      onFailure: (info) => {
        const { method, url, code, elapsedMs } = info;
        log.debug('ucwa.failure', { method, url, code, elapsedMs });
        metrics.count('confer_ucwa_failures_total', { code });
        const result = code === 'aborted' ? code : 'failed';
        if (isPoll(info)) {
          channel.ended(info.id, false);
          if (code !== 'aborted') cuts.ended(elapsedMs);
        } else metrics.took('confer_ucwa_request_seconds', { method, result }, elapsedMs);
      },
      onRetry: ({ method, attempt, delayMs, reason }) => {
        log.info('ucwa.retry', { method, attempt, delayMs, reason });
        metrics.count('confer_ucwa_repeats_total', { method });
      },
      onEvents: ({ events }) => {
        metrics.count('confer_ucwa_events_total', {}, events.length);
      },
      onState: ({ state, reason }) => {
        log[reason === 'link.untrusted' ? 'warn' : 'info']('ucwa.state', { state, reason });
        metrics.count('confer_ucwa_sessions_total', { state });
      },
      onBreaker: (info) => {
        this.#breaker(info);
      },
    };
  }

  /** Every account at the server is told of it; once is enough. */
  #breaker({ origin, state, reason, retryAfterMs }: BreakerInfo): void {
    if ((this.#breakers.get(origin) ?? 'closed') === state) return;
    this.#log.warn('ucwa.breaker', { origin, state, reason, retryAfterMs });
    if (state === 'closed') this.#breakers.delete(origin);
    else this.#breakers.set(origin, state);
    const states = [...this.#breakers.values()];
    for (const shown of ['open', 'half-open'] as const) {
      this.#metrics.set('confer_ucwa_breakers', { state: shown }, states.filter((one) => one === shown).length);
    }
  }

  /** The event channel of one account. */
  #channel(): { began(id: string): void; ended(id: string, isAnswered: boolean): void } {
    let answeredAt: number | undefined;
    const show = (): void => {
      this.#metrics.set('confer_ucwa_polls', {}, this.#polls.size);
    };
    return {
      began: (id) => {
        if (answeredAt !== undefined) this.#metrics.took('confer_ucwa_poll_gap_seconds', {}, this.#now() - answeredAt);
        answeredAt = undefined;
        this.#polls.add(id);
        show();
      },
      ended: (id, isAnswered) => {
        answeredAt = isAnswered ? this.#now() : undefined;
        this.#polls.delete(id);
        show();
      },
    };
  }
}
