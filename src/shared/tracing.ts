/** What one attribute of a span may hold; anything else is left out. */
export type AttributeRule =
  /** One of these words. */
  | readonly string[]
  /** What people can ask for: commands and verbs. */
  | 'kinds'
  /** A code of this program's errors. */
  | 'codes'
  /** A whole number. */
  | 'count'
  /** A path in which only words of a protocol are left, `*` in place of anything else. */
  | 'path'
  /** Id of an operation: a digest. */
  | 'operation'
  /** What people read out. */
  | 'reference';

/** What one kind of span is. */
export interface SpanDefinition {
  readonly kind: 'server' | 'internal' | 'client';
  readonly attributes: Readonly<Record<string, AttributeRule>>;
  /** Its name, made from attributes that were let through. */
  readonly title: (attributes: Readonly<Record<string, string | number>>) => string;
  /** Codes of errors that say "not now" rather than "it failed". */
  readonly pauses?: readonly string[];
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

const ACTIVITY_TYPES = [
  ...['message', 'messageUpdate', 'messageDelete', 'messageReaction', 'invoke', 'event', 'typing'],
  ...['conversationUpdate', 'installationUpdate'],
] as const;

/**
 * Every span there is, and everything it may say: no names of people, no texts, no ids of meetings or of resources.
 * docs/operations.md lists them, and a test compares the two.
 */
export const SPANS = {
  activity: {
    kind: 'server',
    attributes: { 'confer.activity.type': ACTIVITY_TYPES, 'http.response.status_code': 'count' },
    title: () => 'POST /api/messages',
  },
  operation: {
    kind: 'internal',
    attributes: {
      'confer.step': ['perform', 'post', 'update', 'remove', 'follow'],
      'confer.kind': 'kinds',
      'confer.operation': 'operation',
      'confer.reference': 'reference',
      'confer.attempt': 'count',
      'confer.code': 'codes',
    },
    title: (attributes) => `operation ${String(attributes['confer.step'])}`,
    pauses: ['journal.notYet', 'journal.postRefused', 'stopping'],
  },
  ucwa: {
    kind: 'client',
    attributes: {
      'http.request.method': METHODS,
      'url.template': 'path',
      'http.response.status_code': 'count',
      'http.request.resend_count': 'count',
      'confer.code': 'codes',
    },
    title: (attributes) => `${String(attributes['http.request.method'])} ${String(attributes['url.template'])}`,
  },
} as const satisfies Readonly<Record<string, SpanDefinition>>;

/** Name of one kind of span. */
export type SpanName = keyof typeof SPANS;

/** What a span says. */
export type SpanAttributes<Name extends SpanName> = {
  readonly [Attribute in keyof (typeof SPANS)[Name]['attributes']]?: string | number | undefined;
};

/** A span that is under way. */
export interface Span<Name extends SpanName = SpanName> {
  set(attributes: SpanAttributes<Name>): void;
  /** @param code - of the error it ended with. */
  end(code?: string): void;
}

/** A span with what is done in it. */
export interface TracedWork<Name extends SpanName> {
  readonly name: Name;
  readonly attributes: SpanAttributes<Name>;
  /** `traceparent` of what this goes on with; a trace of its own when absent or not to be understood. */
  readonly parent?: string | undefined;
}

/** Shows how one wish of a person went through the program. Implemented in src/adapters/tracing; nothing of it ever throws. */
export interface Tracer {
  /** Does work in a span; what begins meanwhile is a part of it. An error passes through, and its code ends the span. */
  trace<Name extends SpanName, Result>(
    span: TracedWork<Name>,
    work: (span: Span<Name>) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Begins a span as a part of the work it is called from.
   *
   * @returns undefined when that is traced no more, or never was: what goes on by itself is nobody's part.
   */
  begin<Name extends SpanName>(name: Name, attributes: SpanAttributes<Name>): Span<Name> | undefined;
  /**
   * What another process needs to go on with the trace of the work this is called from; undefined when it has none.
   * Source: https://www.w3.org/TR/trace-context/#traceparent-header
   */
  readonly traceparent: string | undefined;
}

const noSpan: Span = { set: () => undefined, end: () => undefined };

/** Traces nothing. */
export const noTracer: Tracer = {
  trace: async (_span, work) => work(noSpan),
  begin: () => undefined,
  traceparent: undefined,
};
