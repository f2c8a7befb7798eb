import type { Span, Tracer } from '../../shared/tracing';
import type { RequestInfo, UcwaHooks } from '../../ucwa';

import { isPoll } from './polls';

/**
 * Makes a span of every request, as a part of the work it was sent for. Held requests for events are nobody's part. The
 * server is told nothing of it: nothing over there reads a `traceparent`, and ids of ours are no concern of its logs.
 */
export function withSpans(hooks: UcwaHooks, tracer: Tracer): UcwaHooks {
  const open = new Map<string, Span<'ucwa'>>();
  const begin = (info: RequestInfo): Span<'ucwa'> | undefined =>
    isPoll(info)
      ? undefined
      : tracer.begin('ucwa', {
          'http.request.method': info.method,
          'url.template': new URL(info.url).pathname,
          ...(info.attempt > 1 ? { 'http.request.resend_count': info.attempt - 1 } : {}),
        });
  return {
    ...hooks,
    onRequest: (info) => {
      hooks.onRequest?.(info);
      const span = begin(info);
      if (span !== undefined) open.set(keyOf(info), span);
    },
    onResponse: (info) => {
      hooks.onResponse?.(info);
      const span = open.get(keyOf(info));
      open.delete(keyOf(info));
      span?.set({ 'http.response.status_code': info.status });
      span?.end(info.status < 400 ? undefined : `http.${String(info.status)}`);
    },
    onFailure: (info) => {
      hooks.onFailure?.(info);
      // What was never sent, because its server is left alone, is shown, too.
      const span = open.get(keyOf(info)) ?? begin(info);
      open.delete(keyOf(info));
      span?.end(info.code);
    },
  };
}

function keyOf({ id, attempt }: RequestInfo): string {
  return `${id} ${String(attempt)}`;
}
