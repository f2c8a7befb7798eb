import { type AttributeRule, type SpanDefinition, type SpanName, SPANS } from '../../shared/tracing';

/** What may leave the process with a span. */
export type Bounded = Record<string, string | number>;

const SHAPES = {
  codes: /^[\w.-]{1,60}$/u,
  path: /^(?:\/[\w.*-]{0,60}){1,20}$/u,
  operation: /^[0-9A-HJKMNP-TV-Z]{20}$/u,
  reference: /^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/u,
} as const;

/** Keeps of a span's attributes what its definition lets through. */
export class AttributeFilter {
  readonly #kinds: ReadonlySet<string>;

  /** @param kinds - commands and verbs. */
  constructor(kinds: readonly string[]) {
    this.#kinds = new Set(kinds);
  }

  /** A word that is not listed becomes `other`; whatever else does not fit is left out. */
  bounded(name: SpanName, attributes: Readonly<Record<string, string | number | undefined>>): Bounded {
    const rules: SpanDefinition['attributes'] = SPANS[name].attributes;
    const bounded: Bounded = {};
    for (const [key, value] of Object.entries(attributes)) {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      const allowed = rule === undefined ? undefined : this.#allowed(rule, value);
      if (allowed !== undefined) bounded[key] = allowed;
    }
    return bounded;
  }

  #allowed(rule: AttributeRule, value: string | number | undefined): string | number | undefined {
    if (rule === 'count') return Number.isSafeInteger(value) ? value : undefined;
    if (typeof value !== 'string') return undefined;
    if (rule === 'kinds') return this.#kinds.has(value) ? value : 'other';
    if (typeof rule === 'string') return SHAPES[rule].test(value) ? value : undefined;
    return rule.includes(value) ? value : 'other';
  }
}
