import type { Tracer } from '../shared/tracing';
import type { VerifiedCaller } from '../shared/verified-caller';

import type { Received } from './confer-adapter';

type Receive = (activity: Readonly<Record<string, unknown>>, caller: VerifiedCaller) => Promise<Received>;

/** Begins a trace with every activity. What came with the request is no part of it: a caller has no say in our traces. */
export function tracedReceive(tracer: Tracer, receive: Receive): Receive {
  return async (activity, caller) => {
    const type = typeof activity.type === 'string' ? activity.type : undefined;
    return tracer.trace({ name: 'activity', attributes: { 'confer.activity.type': type } }, async (span) => {
      const received = await receive(activity, caller);
      span.set({ 'http.response.status_code': received.status });
      return received;
    });
  };
}
