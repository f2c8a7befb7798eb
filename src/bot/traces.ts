import type { Operation } from '../journal/operation';
import type { OperationHost } from '../journal/ports';
import { noTracer, type SpanAttributes, type Tracer } from '../shared/tracing';

import { toRequest } from './operation-request';

/** What a request in the journal keeps of the trace it belongs to. */
export function traceOf({ traceparent } = noTracer): { readonly traceparent?: string } {
  return traceparent === undefined ? {} : { traceparent };
}

/**
 * Makes a span of everything that is done for an operation. It is a child of the activity that asked, and not only linked to
 * it, whichever process does it and however late: one wish is one trace, its tries stand beside each other in it, and whether
 * it is recorded is decided once.
 */
export function tracedHost(host: OperationHost, tracer: Tracer = noTracer): OperationHost {
  if (tracer === noTracer) return host;
  const step = async <Result>(name: string, operation: Operation, work: () => Promise<Result>): Promise<Result> => {
    const { traceparent: parent, reference } = toRequest(operation.request);
    const attributes: SpanAttributes<'operation'> = {
      ...{ 'confer.step': name, 'confer.kind': operation.kind, 'confer.operation': operation.id },
      ...{ 'confer.reference': reference, 'confer.attempt': operation.attempts },
    };
    return tracer.trace({ name: 'operation', attributes, parent }, work);
  };
  return {
    perform: async (operation, guard, signal) =>
      step('perform', operation, async () => host.perform(operation, guard, signal)),
    isHeard: async (operation, signal) => host.isHeard(operation, signal),
    triesUntil: (operation) => host.triesUntil(operation),
    farewellTo: (operation) => host.farewellTo(operation),
    apologyFor: (operation, error) => host.apologyFor(operation, error),
    post: async (operation, content, signal) =>
      step('post', operation, async () => host.post(operation, content, signal)),
    update: async (operation, content, signal) =>
      step('update', operation, async () => host.update(operation, content, signal)),
    remove: async (operation, activityId, signal) =>
      step('remove', operation, async () => host.remove(operation, activityId, signal)),
    follow: async (operation, signal) => step('follow', operation, async () => host.follow(operation, signal)),
  };
}
