import assert from 'node:assert/strict';
import { AsyncResource } from 'node:async_hooks';

import { OtelTracer } from '../../../src/adapters/tracing/otel-tracer';
import { NotYetError } from '../../../src/journal/errors';
import { MeetingProblem } from '../../../src/meetings/errors';
import type { Tracer } from '../../../src/shared/tracing';
import { RecordingLogger } from '../../support/recording-logger';
import { TraceCollector } from '../../support/trace-collector';

const ACTIVITY = { name: 'activity', attributes: {} } as const;
const OPERATION = 'ABCDEFGHJKMNPQRSTVWX';

describe('OtelTracer', () => {
  let collector: TraceCollector;
  let log: RecordingLogger;
  let tracer: OtelTracer;
  let others: OtelTracer;

  beforeEach(async () => {
    collector = await TraceCollector.start();
    log = new RecordingLogger();
    [tracer, others] = [newTracer(), newTracer()];
  });

  afterEach(async () => {
    await Promise.all([tracer.stop(), others.stop()]);
    await collector.stop();
  });

  function newTracer(url = `${collector.endpoint}/v1/traces`): OtelTracer {
    const options = { url, headers: { 'x-key': 'k' }, serviceName: 'confer', version: '1.2.3', kinds: ['new'] };
    return new OtelTracer({ ...options, log, now: () => 0 });
  }

  /** The spans of both, when they have ended. */
  async function sent(): Promise<TraceCollector['spans']> {
    await Promise.all([tracer.stop(), others.stop()]);
    return collector.spans;
  }

  async function traceparentOf(one: Tracer): Promise<string | undefined> {
    return one.trace(ACTIVITY, async () => Promise.resolve(one.traceparent));
  }

  it('sends what has ended, with the name of the service and the headers it was given', async () => {
    await tracer.trace({ name: 'activity', attributes: { 'confer.activity.type': 'message' } }, async (span) => {
      span.set({ 'http.response.status_code': 200 });
      return Promise.resolve();
    });

    const [span] = await sent();

    assert.deepEqual([span?.name, span?.kind, span?.parentSpanId, span?.status], ['POST /api/messages', 2, '', 0]);
    assert.deepEqual(span?.attributes, { 'confer.activity.type': 'message', 'http.response.status_code': 200 });
    assert.deepEqual([span.resource['service.name'], span.resource['service.version']], ['confer', '1.2.3']);
    assert.match(collector.raw.join('\n'), /"x-key":"k"/u);
  });

  it('goes on with a trace in another process, as its child', async () => {
    const parent = await traceparentOf(tracer);

    await others.trace({ name: 'operation', attributes: { 'confer.step': 'perform' }, parent }, async () => {
      others.begin('ucwa', { 'http.request.method': 'POST', 'url.template': '/ucwa/*/me' })?.end();
      return Promise.resolve();
    });

    const spans = await sent();
    const [activity, operation, request] = ['POST /api/messages', 'operation perform', 'POST /ucwa/*/me'].map((name) =>
      spans.find((span) => span.name === name),
    );
    assert.match(parent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/u);
    assert.deepEqual([operation?.parentSpanId, request?.parentSpanId], [activity?.spanId, operation?.spanId]);
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  });

  for (const parent of ['', 'nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'ff-x-y-z']) {
    it(`begins a trace of its own where it cannot understand the one before: "${parent}"`, async () => {
      await tracer.trace({ ...ACTIVITY, parent }, async () => Promise.resolve());

      const [span] = await sent();

      assert.equal(span?.parentSpanId, '');
    });
  }

  it('does not record what was not to be recorded', async () => {
    const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

    const onward = await tracer.trace({ ...ACTIVITY, parent }, async () => Promise.resolve(tracer.traceparent));

    assert.match(onward ?? '', /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/u);
    assert.deepEqual(await sent(), []);
  });

  it('counts nothing as a part of work that is over, nor of none', async () => {
    let goesOn: (() => unknown) | undefined;
    await tracer.trace(ACTIVITY, async () => {
      goesOn = AsyncResource.bind(() => [tracer.begin('ucwa', {}), tracer.traceparent]);
      return Promise.resolve();
    });

    assert.deepEqual(goesOn?.(), [undefined, undefined]);
    assert.deepEqual([tracer.begin('ucwa', {}), tracer.traceparent], [undefined, undefined]);
  });

  it('shows how work failed by the code of its error, and lets the error through', async () => {
    const problem = new MeetingProblem('server.unreachable', { cause: 'pool fe1.contoso.com said: secret' });
    const failing = tracer.trace({ name: 'operation', attributes: {} }, async () => Promise.reject(problem));

    await assert.rejects(failing, problem);
    const [span] = await sent();

    assert.deepEqual(
      [span?.status, span?.statusMessage, span?.attributes['confer.code']],
      [2, undefined, problem.code],
    );
    assert.doesNotMatch(collector.raw.join('\n'), /secret/u);
  });

  it('does not take work that has to wait for failed', async () => {
    const waiting = tracer.trace({ name: 'operation', attributes: {} }, async () =>
      Promise.reject(new NotYetError('a server does not answer', 1000)),
    );

    await assert.rejects(waiting, NotYetError);
    const [span] = await sent();

    assert.deepEqual([span?.status, span?.attributes['confer.code']], [0, 'journal.notYet']);
  });

  it('A-30: lets nothing through but words of the program', async () => {
    const hostile = 'Budget review of anna@contoso.com';
    const attributes = {
      ...{ 'confer.step': hostile, 'confer.kind': hostile, 'confer.operation': hostile, 'confer.reference': hostile },
      ...{ 'confer.attempt': Number.NaN, 'confer.code': hostile, [hostile]: hostile },
    };
    await tracer.trace({ name: 'operation', attributes }, async (span) => {
      span.set({ 'confer.reference': '7K3M-Q2XP', 'confer.operation': OPERATION, 'confer.attempt': 2 });
      tracer.begin('ucwa', { 'url.template': `/${hostile}`, 'http.request.method': hostile })?.end(hostile);
      return Promise.resolve();
    });

    const spans = await sent();
    const operation = spans.find(({ name }) => name === 'operation other');

    assert.deepEqual(operation?.attributes, {
      ...{ 'confer.step': 'other', 'confer.kind': 'other', 'confer.reference': '7K3M-Q2XP' },
      ...{ 'confer.operation': OPERATION, 'confer.attempt': 2 },
    });
    assert.equal(spans.length, 2);
    assert.doesNotMatch(collector.raw.join('\n'), /Budget|anna/u);
  });

  it('says that the collector refuses, and ends well', async () => {
    collector.status = 400;
    await tracer.trace(ACTIVITY, async () => Promise.resolve());
    await others.trace(ACTIVITY, async () => Promise.resolve());

    await sent();

    assert.deepEqual(
      log.records.map(({ level, event, fields }) => [level, event, fields]),
      Array(2).fill(['warn', 'traces.notSent', { reason: 'OTLPExporterError' }]),
    );
  });

  it('ends in a few seconds when the collector is away', async function () {
    this.timeout(10_000);
    const away = newTracer('http://127.0.0.1:9/v1/traces');
    await away.trace(ACTIVITY, async () => Promise.resolve());

    const startedAt = performance.now();
    await away.stop();

    assert.ok(performance.now() - startedAt < 5000);
    assert.equal(log.records[0]?.event, 'traces.notSent');
  });
});
