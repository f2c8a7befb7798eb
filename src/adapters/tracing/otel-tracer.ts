import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

import { type Context, ROOT_CONTEXT, type Span as OtelSpan, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';

import type { Logger } from '../../shared/logger';
import {
  type Span,
  type SpanAttributes,
  type SpanDefinition,
  type SpanName,
  SPANS,
  type TracedWork,
  type Tracer,
} from '../../shared/tracing';

import { AttributeFilter } from './bounded-attributes';
import { formatTraceparent, parseTraceparent } from './traceparent';

/** Where spans are sent, and under which name. */
export interface TracingOptions {
  /** Full URL, as `https://collector.contoso.com:4318/v1/traces`. */
  readonly url: string;
  /** Secrets, most of the time. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly version: string;
  /** Commands and verbs. */
  readonly kinds: readonly string[];
  readonly log: Logger;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
}

/** A collector that hangs must not keep the process from ending. */
const EXPORT_LIMIT_MS = 2500;

/** A collector that is away is mentioned this often. */
const COMPLAIN_EVERY_MS = 60_000;

/** `ExportResultCode.SUCCESS` of @opentelemetry/core, which is not worth a dependency. */
const SUCCESS = 0;

const KINDS = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/**
 * Traces by the SDK of OpenTelemetry. Which span work belongs to is known here, and nothing is registered globally: a library
 * that traces by itself must not find out that somebody listens.
 */
export class OtelTracer implements Tracer {
  readonly #provider: TracerProvider;
  readonly #tracer: ReturnType<TracerProvider['getTracer']>;
  readonly #filter: AttributeFilter;
  readonly #current = new AsyncLocalStorage<OpenSpan>();

  constructor(options: TracingOptions) {
    const { url, headers, serviceName, version, kinds } = options;
    const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_LIMIT_MS });
    this.#filter = new AttributeFilter(kinds);
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': serviceName,
        'service.version': version,
        'service.instance.id': randomUUID(),
      }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new ComplainingExporter(exporter, options),
          exportTimeoutMillis: EXPORT_LIMIT_MS,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('confer', version);
  }

  async trace<Name extends SpanName, Result>(
    { name, attributes, parent }: TracedWork<Name>,
    work: (span: Span<Name>) => Promise<Result>,
  ): Promise<Result> {
    const above = parseTraceparent(parent);
    const context = above === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above);
    const span = this.#open(name, attributes, context);
    try {
      const result = await this.#current.run(span, async () => work(span));
      span.end();
      return result;
    } catch (error) {
      span.end(codeOf(error));
      throw error;
    }
  }

  begin<Name extends SpanName>(name: Name, attributes: SpanAttributes<Name>): Span<Name> | undefined {
    const current = this.#current.getStore();
    if (current?.isOpen !== true) return undefined;
    return this.#open(name, attributes, trace.setSpan(ROOT_CONTEXT, current.span));
  }

  get traceparent(): string | undefined {
    const current = this.#current.getStore();
    return current?.isOpen === true ? formatTraceparent(current.span.spanContext()) : undefined;
  }

  /** Sends what has ended so far. Resolves in a few seconds, also when the collector does not answer. */
  async stop(): Promise<void> {
    // What failed was said when it did.
    await this.#provider.shutdown().catch(() => undefined);
  }

  #open(name: SpanName, attributes: Readonly<Record<string, string | number | undefined>>, context: Context): OpenSpan {
    const definition: SpanDefinition = SPANS[name];
    const bounded = this.#filter.bounded(name, attributes);
    const options = { kind: KINDS[definition.kind], attributes: bounded };
    const span = this.#tracer.startSpan(definition.title(bounded), options, context);
    return new OpenSpan(span, { name, filter: this.#filter });
  }
}

/** One span, and whether it goes on. */
class OpenSpan implements Span {
  readonly span: OtelSpan;
  readonly #name: SpanName;
  readonly #filter: AttributeFilter;
  isOpen = true;

  constructor(span: OtelSpan, { name, filter }: { name: SpanName; filter: AttributeFilter }) {
    this.span = span;
    this.#name = name;
    this.#filter = filter;
  }

  set(attributes: Readonly<Record<string, string | number | undefined>>): void {
    this.span.setAttributes(this.#filter.bounded(this.#name, attributes));
  }

  end(code?: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { pauses = [] }: SpanDefinition = SPANS[this.#name];
    if (code !== undefined) {
      this.set({ 'confer.code': code });
      if (!pauses.includes(code)) this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end();
  }
}

/** Says in the log that spans cannot be sent, which the SDK keeps to itself. */
class ComplainingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Logger;
  readonly #now: () => number;
  #saidAt: number | undefined;

  constructor(exporter: SpanExporter, { log, now }: Pick<TracingOptions, 'log' | 'now'>) {
    this.#exporter = exporter;
    this.#log = log;
    this.#now = now;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.#exporter.export(spans, (result) => {
      // The SDK's words of an error may hold the address with what is secret in it: its kind is enough.
      const code: number = result.code;
      if (code !== SUCCESS) this.#complain(result.error?.name ?? 'unknown');
      done(result);
    });
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  #complain(reason: string): void {
    const now = this.#now();
    if (this.#saidAt !== undefined && now - this.#saidAt < COMPLAIN_EVERY_MS) return;
    this.#saidAt = now;
    this.#log.warn('traces.notSent', { reason });
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'internal';
}
