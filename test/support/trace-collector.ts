import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One span as it was received. */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 2: an error. */
  readonly status: number;
  readonly statusMessage: string | undefined;
  /** `service.name` and what else is said of the program. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** The parts of OTLP/JSON that are read. Source: opentelemetry-proto, trace.proto. */
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface WireSpan extends Pick<CollectedSpan, 'name' | 'kind' | 'traceId' | 'spanId'> {
  readonly parentSpanId?: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly unknown[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A collector of OpenTelemetry that keeps what it gets over OTLP/HTTP. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** Everything that came, as it came: request lines, headers and bodies. */
  readonly raw: string[] = [];
  /** The status of every answer. */
  status = 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request).then(() => {
        response.writeHead(this.status, { 'Content-Type': 'application/json' });
        response.end('{}');
      });
    });
  }

  static async start(): Promise<TraceCollector> {
    const collector = new TraceCollector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  /** What OTEL_EXPORTER_OTLP_ENDPOINT is set to. */
  get endpoint(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The span that this one is a part of. */
  parentOf({ parentSpanId }: CollectedSpan): CollectedSpan | undefined {
    return this.spans.find(({ spanId }) => spanId === parentSpanId);
  }

  async #take(request: IncomingMessage): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.raw.push(`${request.method ?? ''} ${request.url ?? ''}`, JSON.stringify(request.headers), body);
    if (this.status !== 200 || request.url !== '/v1/traces') return;
    for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { name, kind, traceId, spanId, parentSpanId = '', attributes, status } = span;
        this.spans.push({
          ...{ name, kind, traceId, spanId, parentSpanId, attributes: recordOf(attributes) },
          ...{ status: status.code ?? 0, statusMessage: status.message, resource: recordOf(resource.attributes) },
        });
      }
    }
  }
}

function recordOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
