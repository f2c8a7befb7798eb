import assert from 'node:assert/strict';

import { withSpans } from '../../../src/adapters/ucwa-meetings/trace';
import { noTracer, type Tracer } from '../../../src/shared/tracing';

const REQUEST = { id: 'r-1', attempt: 1, method: 'POST', url: 'https://fe1.contoso.com/ucwa/oauth/v1/*/me' };
const POLL = {
  id: 'r-2',
  attempt: 1,
  method: 'GET',
  url: 'https://fe1.contoso.com/ucwa/oauth/v1/applications/*/events',
};

describe('withSpans', () => {
  let said: unknown[];
  let tracer: Tracer;

  beforeEach(() => {
    said = [];
    tracer = {
      ...noTracer,
      begin: (name, attributes) => {
        said.push([name, attributes]);
        return { set: (more) => said.push(more), end: (code) => said.push(code) };
      },
    };
  });

  it('makes a span of a request and its answer, without the host', () => {
    const hooks = withSpans({}, tracer);

    hooks.onRequest?.(REQUEST);
    hooks.onResponse?.({ ...REQUEST, status: 201, elapsedMs: 5 });

    const attributes = { 'http.request.method': 'POST', 'url.template': '/ucwa/oauth/v1/*/me' };
    assert.deepEqual(said, [['ucwa', attributes], { 'http.response.status_code': 201 }, undefined]);
  });

  it('keeps tries of one request apart, and says how one failed', () => {
    const hooks = withSpans({}, tracer);

    hooks.onRequest?.(REQUEST);
    hooks.onFailure?.({ ...REQUEST, elapsedMs: 5, code: 'transport.timeout', ambiguous: true });
    hooks.onRequest?.({ ...REQUEST, attempt: 2 });
    hooks.onResponse?.({ ...REQUEST, attempt: 2, status: 503, elapsedMs: 5 });

    const attributes = { 'http.request.method': 'POST', 'url.template': '/ucwa/oauth/v1/*/me' };
    assert.deepEqual(said, [
      ['ucwa', attributes],
      'transport.timeout',
      ['ucwa', { ...attributes, 'http.request.resend_count': 1 }],
      { 'http.response.status_code': 503 },
      'http.503',
    ]);
  });

  it('shows a request that was never sent', () => {
    withSpans({}, tracer).onFailure?.({ ...REQUEST, elapsedMs: 0, code: 'circuitOpen', ambiguous: false });

    assert.deepEqual([said.length, said.at(-1)], [2, 'circuitOpen']);
  });

  it('leaves held requests for events out', () => {
    const hooks = withSpans({}, tracer);

    hooks.onRequest?.(POLL);
    hooks.onResponse?.({ ...POLL, status: 200, elapsedMs: 180_000 });
    hooks.onFailure?.({ ...POLL, elapsedMs: 1, code: 'aborted', ambiguous: true });

    assert.deepEqual(said, []);
  });

  it('goes on telling whoever else listens', () => {
    const heard: string[] = [];
    const hooks = withSpans(
      {
        onRequest: () => heard.push('request'),
        onResponse: () => heard.push('response'),
        onFailure: () => heard.push('failure'),
        onQueued: () => heard.push('queued'),
      },
      tracer,
    );

    hooks.onQueued?.({ ...REQUEST, waiting: 1 });
    hooks.onRequest?.(REQUEST);
    hooks.onResponse?.({ ...REQUEST, status: 200, elapsedMs: 1 });
    hooks.onFailure?.({ ...REQUEST, elapsedMs: 1, code: 'aborted', ambiguous: true });

    assert.deepEqual(heard, ['queued', 'request', 'response', 'failure']);
  });
});
